// Cuts a picture that is shrunk into parts that are not: the same rules as
// visionapp/catalogue/tiles.py, which a test compares with these.

import { rounded, seenSize } from "./budget.js";

const MOST_TILES = 20;
const OVERLAP = 0.1;
const WORTH_IT = 0.9;
const STRIP = 3;

/** Returns overlapping boxes, row by row, that a model of this tier sees at full scale; none where the whole is seen well. */
export function cut(width, height, tier) {
  if (scale(width, height, tier) >= WORTH_IT) return [];
  let best;
  let least = -1;
  for (const [columns, rows] of grids(width, height)) {
    const own = scale(length(width, columns), length(height, rows), tier);
    // The fewest parts among those that are shrunk least: the first of equals is kept.
    if (own > least) [best, least] = [[columns, rows], own];
  }
  const across = spans(width, best[0]);
  return spans(height, best[1]).flatMap(([top, bottom]) => across.map(([left, right]) => [left, top, right, bottom]));
}

/** A picture so long that text in it is lost at any size. */
export function isStrip(width, height) {
  return Math.max(width, height) / Math.min(width, height) >= STRIP;
}

function grids(width, height) {
  const found = [];
  const most = Math.min(MOST_TILES, Math.max(width, height));
  for (let columns = 1; columns <= most; columns += 1) {
    for (let rows = 1; columns * rows <= most; rows += 1) {
      const across = width >= height ? rows : columns;
      if (!(isStrip(width, height) && across > 1)) found.push([columns, rows]);
    }
  }
  return found.sort((a, b) => a[0] * a[1] - b[0] * b[1] || a[0] - b[0]);
}

function scale(width, height, tier) {
  return Math.max(...seenSize(width, height, tier)) / Math.max(width, height);
}

function length(whole, parts) {
  return Math.min(whole, Math.ceil(whole / (parts - (parts - 1) * OVERLAP)));
}

function spans(whole, parts) {
  const own = length(whole, parts);
  const steps = Math.max(1, parts - 1);
  return Array.from({ length: parts }, (_, part) => {
    const start = rounded((part * (whole - own)) / steps);
    return [start, start + own];
  });
}
