/**
 * Ink and paper in a picture: any background, ink light or dark, shadows. Pure: pictures are arrays of brightness.
 */

/** @typedef {{values: Float32Array, width: number, height: number}} Picture  brightness 0 to 255, row by row */
/** @typedef {{on: Uint8Array, width: number, height: number}} Mask  1 where there is ink */

const SURROUNDINGS = 1 / 5; // of the shorter side: larger than a stroke is wide, smaller than a shadow
const CONTRAST = 28; // least difference from the surroundings, of 255, that is ink and not the paper's grain
const SHADE = 0.4; // of the strongest marks: a shadow's edge is weaker, the rim of a stroke is not
const LEVELS = 256;

/**
 * @param {Uint8ClampedArray} rgba @param {number} width @param {number} height
 * @returns {Picture} what is transparent lies on white, or on black where the ink itself is light
 */
export function brightness(rgba, width, height) {
  const values = new Float32Array(width * height);
  let [weight, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const opaque = rgba[4 * i + 3] / 255;
    values[i] = 0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2];
    weight += opaque;
    sum += values[i] * opaque;
  }
  const ground = sum > 128 * weight ? 0 : 255;
  for (let i = 0; i < values.length; i++) {
    const opaque = rgba[4 * i + 3] / 255;
    values[i] = values[i] * opaque + ground * (1 - opaque);
  }
  return { values, width, height };
}

/**
 * @param {ArrayLike<number>} image  in [0, 1], 1 is ink
 * @param {number} size  pixels a side
 * @param {number} factor
 * @returns {Picture} dark on light, larger and smooth
 */
export function enlarge(image, size, factor) {
  const width = size * factor;
  const values = new Float32Array(width * width);
  /** @param {number} x @param {number} y */
  const at = (x, y) => (x < 0 || y < 0 || x >= size || y >= size ? 0 : image[y * size + x]);
  for (let i = 0; i < values.length; i++) {
    const x = ((i % width) + 0.5) / factor - 0.5;
    const y = (Math.floor(i / width) + 0.5) / factor - 0.5;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - left, y - top];
    const upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
    const lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
    values[i] = 255 * (1 - upper * (1 - down) - lower * down);
  }
  return { values, width, height: width };
}

/** @param {Picture} picture @param {number} radius @returns {Float32Array} the mean of each pixel's surroundings */
function surroundings({ values, width, height }, radius) {
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

/**
 * Otsu's threshold: the level that parts the values into the two most different halves.
 * @param {Float32Array} values  0 to 255
 */
function threshold(values) {
  const counts = new Float64Array(LEVELS);
  for (const value of values) counts[Math.min(Math.max(Math.round(value), 0), LEVELS - 1)] += 1;
  const total = values.length;
  const all = counts.reduce((sum, count, level) => sum + count * level, 0);
  let [best, at, below, sum] = [-1, 0, 0, 0];
  for (let level = 0; level < LEVELS; level++) {
    below += counts[level];
    sum += counts[level] * level;
    if (below === 0 || below === total) continue;
    const apart = sum / below - (all - sum) / (total - below);
    const between = below * (total - below) * apart * apart;
    if (between > best) [best, at] = [between, level];
  }
  return at;
}

/** @param {Picture} picture @returns {Mask} */
export function ink(picture) {
  const { width, height, values } = picture;
  const radius = Math.max(Math.round(Math.min(width, height) * SURROUNDINGS), 3);
  const around = surroundings(picture, radius);
  const darker = values.map((value, i) => around[i] - value);
  // Ink is the few pixels that differ much from their surroundings; paper the many that differ little.
  const skew = darker.reduce((sum, value) => sum + value ** 3, 0);
  const strength = skew >= 0 ? darker : darker.map((value) => -value);
  const marks = strength.filter((value) => value > CONTRAST).sort();
  if (marks.length === 0) return { on: new Uint8Array(values.length), width, height };
  // A shadow's edge stands out too, but less than the ink does.
  const strongest = marks[Math.floor(marks.length * 0.9)];
  const level = Math.max(threshold(strength.map((value) => Math.max(value, 0))), CONTRAST, strongest * SHADE);
  return { on: Uint8Array.from(strength, (value) => (value > level ? 1 : 0)), width, height };
}
