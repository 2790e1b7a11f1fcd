/** Filters and statistics of pictures. Pure. */

/** @typedef {{values: Float32Array, width: number, height: number}} Picture  brightness 0 to 255, row by row */

const LEVELS = 256;

/** @param {Picture} picture @param {number} radius @returns {Float32Array} the mean of each pixel's surroundings */
export function surroundings({ values, width, height }, radius) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return values.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [left, right] = [Math.max(x - radius, 0), Math.min(x + radius + 1, width)];
    const [top, down] = [Math.max(y - radius, 0), Math.min(y + radius + 1, height)];
    /** @param {number} column @param {number} row */
    const sum = (column, row) => sums[row * (width + 1) + column];
    return (sum(right, down) - sum(left, down) - sum(right, top) + sum(left, top)) / ((right - left) * (down - top));
  });
}

/** @param {Float32Array} values  0 to 255 @returns {Float64Array} how many there are of each level */
export function histogram(values) {
  const counts = new Float64Array(LEVELS);
  for (const value of values) counts[Math.min(Math.max(Math.round(value), 0), LEVELS - 1)] += 1;
  return counts;
}

/**
 * Otsu's threshold: the level that parts the values into the two most different halves.
 * @param {Float64Array} counts  of values, by level
 * @returns {{level: number, share: number}} share: of the variance, what lies between the halves
 */
export function otsu(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const all = counts.reduce((sum, count, level) => sum + count * level, 0);
  const variance = counts.reduce((sum, count, level) => sum + count * (level - all / total) ** 2, 0);
  let [best, at, below, sum] = [-1, 0, 0, 0];
  for (let level = 0; level < LEVELS; level++) {
    below += counts[level];
    sum += counts[level] * level;
    if (below === 0 || below === total) continue;
    const apart = sum / below - (all - sum) / (total - below);
    const between = below * (total - below) * apart * apart;
    if (between > best) [best, at] = [between, level];
  }
  return { level: at, share: best / (total * variance) };
}

/** @param {Float64Array} counts @param {number} share @param {number} [from] @returns {number} the level that this share of the values from a level on lies under */
export function quantile(counts, share, from = 0) {
  const total = counts.reduce((sum, count, level) => sum + (level < from ? 0 : count), 0);
  let level = from;
  for (let below = 0; level < LEVELS - 1; level++) {
    below += counts[level];
    if (below > share * total) break;
  }
  return total > 0 ? level : 0;
}

/**
 * The most extreme value within a square around each pixel, as far as the picture goes (a queue of what may still become
 * the extreme, once along the rows and once along the columns).
 * @param {Picture} picture @param {number} radius @param {1 | -1} sign  1: the largest, -1: the smallest
 * @returns {Picture}
 */
export function extreme({ values, width, height }, radius, sign) {
  const queue = new Int32Array(Math.max(width, height));
  /**
   * @param {Float32Array} from @param {Float32Array} to
   * @param {{start: number, step: number, count: number}} line  of pixels
   */
  const slide = (from, to, { start, step, count }) => {
    let [head, tail] = [0, 0];
    for (let i = 0; i < count + radius; i++) {
      if (i < count) {
        const value = sign * from[start + i * step];
        while (tail > head && sign * from[start + queue[tail - 1] * step] <= value) tail--;
        queue[tail++] = i;
      }
      const middle = i - radius;
      if (middle < 0) continue;
      if (queue[head] < middle - radius) head++;
      to[start + middle * step] = from[start + queue[head] * step];
    }
  };
  const rows = new Float32Array(values.length);
  for (let y = 0; y < height; y++) slide(values, rows, { start: y * width, step: 1, count: width });
  const both = new Float32Array(values.length);
  for (let x = 0; x < width; x++) slide(rows, both, { start: x, step: width, count: height });
  return { values: both, width, height };
}
