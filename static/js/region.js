// Regions of a picture as [left, top, right, bottom] in its pixels: always inside it, never too small to hold.

const LEAST = 8;

/** Returns the region between two corners, grown to the least size towards the second one. */
export function between([x0, y0], [x1, y1], size) {
  const [left, right] = span(x0, x1, size.width);
  const [top, bottom] = span(y0, y1, size.height);
  return [left, top, right, bottom];
}

/** Returns the region moved as far as the picture goes. */
export function moved([left, top, right, bottom], dx, dy, size) {
  const x = within(Math.round(left + dx), 0, size.width - (right - left));
  const y = within(Math.round(top + dy), 0, size.height - (bottom - top));
  return [x, y, x + right - left, y + bottom - top];
}

/** Returns the region with some of its sides ("nw", "e", …) moved. */
export function stretched([left, top, right, bottom], sides, dx, dy, size) {
  const across = Math.min(LEAST, size.width);
  const down = Math.min(LEAST, size.height);
  return [
    sides.includes("w") ? within(Math.round(left + dx), 0, right - across) : left,
    sides.includes("n") ? within(Math.round(top + dy), 0, bottom - down) : top,
    sides.includes("e") ? within(Math.round(right + dx), left + across, size.width) : right,
    sides.includes("s") ? within(Math.round(bottom + dy), top + down, size.height) : bottom,
  ];
}

/** Returns the middle of a picture, three fifths of each side. */
export function middle({ width, height }) {
  return between([width * 0.2, height * 0.2], [width * 0.8, height * 0.8], { width, height });
}

function span(from, to, most) {
  const start = within(Math.round(from), 0, most);
  const end = within(Math.round(to), 0, most);
  const least = Math.min(LEAST, most);
  if (Math.abs(end - start) >= least) return [Math.min(start, end), Math.max(start, end)];
  const low = within(end < start ? start - least : start, 0, most - least);
  return [low, low + least];
}

function within(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
