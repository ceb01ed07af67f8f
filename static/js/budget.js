// How many pixels a model is sent of a picture, and how many tokens they cost: the same rules as
// visionapp/catalogue/budget.py, which a test compares with these.

const PATCH = 28;
const TIERS = { high: [2576, 4784], many: [2000, 4784], standard: [1568, 1568] };
const SMALLEST = 200;
const MOST_ENLARGED = 8;

export function visualTokens(width, height) {
  return Math.ceil(width / PATCH) * Math.ceil(height / PATCH);
}

/** Returns the pixels that a model of this tier sees; unchanged if all fits. */
export function seenSize(width, height, tier) {
  const [edge, budget] = TIERS[tier];
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  if (long <= edge && visualTokens(long, short) <= budget) return [width, height];
  const ratio = long / short;
  const other = (side) => Math.max(1, rounded(side / ratio));
  let fits = 0;
  let most = Math.min(long, edge);
  while (fits < most) {
    const side = Math.ceil((fits + most) / 2);
    if (visualTokens(side, other(side)) <= budget) fits = side;
    else most = side - 1;
  }
  return width >= height ? [fits, other(fits)] : [other(fits), fits];
}

/** Returns the pixels to send: what is seen, or a whole multiple of a very small picture. */
export function sentSize(width, height, tier) {
  const wanted = Math.ceil(SMALLEST / Math.min(width, height));
  for (let factor = Math.min(MOST_ENLARGED, wanted); factor > 1; factor -= 1) {
    const larger = [width * factor, height * factor];
    if (String(seenSize(...larger, tier)) === String(larger)) return larger;
  }
  return seenSize(width, height, tier);
}

/** Rounds a half to the even neighbour, as Python does. */
export function rounded(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 ? floor + 1 : floor;
  return rest > 0.5 ? floor + 1 : floor;
}
