/**
 * Ink and paper in a picture: any background, ink light or dark, shadows. Pure: pictures are arrays of brightness.
 */
import { whole } from './components.js';

/** @typedef {{values: Float32Array, width: number, height: number}} Picture  brightness 0 to 255, row by row */
/** @typedef {import('./components.js').Mask} Mask */

const SURROUNDINGS = 1 / 5; // of the shorter side: larger than a stroke is wide
const SQUARES = [0.06, 0.09, 0.13, 0.19, 0.28, 0.42]; // of the shorter side, from narrow strokes to thick ones
const SETTLED = 1.15; // times as much ink at most: the larger square finds no more
const CONTRAST = 40; // least difference from the paper, of 255, that is ink and not the paper's grain
const SHADE = 0.4; // of the strongest marks: what is left of a shadow is weaker, the rim of a stroke is not
const DIM = 48; // brightness under which a difference counts for no more
const SPARSE = 0.2; // of a sheet, what is written on it covers at most
const TALL = 0.45; // of a sheet, what is written on it reaches at least
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
 * @param {number} [margin]  pixels of paper around it: ink that touches a picture's edge is taken for the paper's
 * @returns {Picture} dark on light, larger and smooth
 */
export function enlarge(image, size, factor, margin = 0) {
  const width = (size + 2 * margin) * factor;
  const values = new Float32Array(width * width);
  /** @param {number} x @param {number} y */
  const at = (x, y) => (x < 0 || y < 0 || x >= size || y >= size ? 0 : image[y * size + x]);
  for (let i = 0; i < values.length; i++) {
    const x = ((i % width) + 0.5) / factor - 0.5 - margin;
    const y = (Math.floor(i / width) + 0.5) / factor - 0.5 - margin;
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

/**
 * The most extreme value within a square around each pixel, as far as the picture goes (a queue of what may still become
 * the extreme, once along the rows and once along the columns).
 * @param {Picture} picture @param {number} radius @param {1 | -1} sign  1: the largest, -1: the smallest
 * @returns {Picture}
 */
function extreme({ values, width, height }, radius, sign) {
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

/**
 * What a picture would be without its ink: a closing, which fills whatever is darker and too narrow for the square. A
 * shadow, its edge and a desk stay as they are, because a square fits into them.
 * @param {Picture} picture @param {number} radius
 * @returns {Float32Array}
 */
const paper = (picture, radius) => extreme(extreme(picture, radius, 1), radius, -1).values;

/** @typedef {{on: Uint8Array, area: number, tall: number}} Marks  tall: as the tallest piece, in pixels */

/** @param {Picture} picture @returns {number[]} half of each of SQUARES in pixels, none twice */
function radii({ width, height }) {
  const shorter = Math.min(width, height);
  return [...new Set(SQUARES.map((share) => Math.max(Math.round((shorter * share) / 2), 2)))];
}

/**
 * What is darker than the paper under it: relative to that paper's light, if it was paper and not a board.
 * @param {Picture} picture  dark on light
 * @param {boolean} inverted  whether it was light on dark
 * @param {number} radius
 * @returns {Marks}
 */
function marks(picture, inverted, radius) {
  const { values, width, height } = picture;
  const ground = paper(picture, radius);
  const strength = values.map((value, i) => {
    const light = inverted ? 255 : Math.max(ground[i], DIM);
    return (255 * (ground[i] - value)) / light;
  });
  const strong = strength.filter((value) => value > CONTRAST).sort();
  const strongest = strong[Math.floor(strong.length * 0.9)] ?? 0;
  const level = Math.max(threshold(strength), CONTRAST, strongest * SHADE);
  const on = Uint8Array.from(strength, (value) => (value > level ? 1 : 0));
  const kept = whole({ on, width, height });
  const pixels = kept.flatMap((piece) => piece.pixels);
  on.fill(0);
  for (const pixel of pixels) on[pixel] = 1;
  const tall = kept.reduce((most, { box }) => Math.max(most, box.maxY - box.minY), 0);
  return { on, area: pixels.length, tall };
}

/**
 * Ink, found with the smallest square that is wider than its strokes: a larger one finds no more of it, only more of what
 * else is in the picture.
 * @param {Picture} picture  without grain
 * @param {boolean} dark  whether the ink is darker than the paper
 * @param {number[]} sizes  of squares, rising
 * @returns {Marks & {size: number} | undefined} nothing where there is none, or no end of it; size: as many squares it took
 */
function search(picture, dark, sizes) {
  if (sizes.length < 2) return undefined;
  const given = dark ? picture : { ...picture, values: picture.values.map((value) => 255 - value) };
  let last = marks(given, !dark, sizes[0]);
  for (let size = 1; size < sizes.length; size++) {
    const next = marks(given, !dark, sizes[size]);
    if (last.area > 0 && next.area <= SETTLED * last.area) return { ...next, size }; // its knots are filled, too
    last = next;
  }
  return undefined;
}

/**
 * Whether ink is darker than paper: ink is the few pixels that differ much from their surroundings, paper the many that
 * differ little.
 * @param {Picture} picture
 */
function darkOnLight(picture) {
  const values = picture.values.map((value) => Math.log(value + DIM)); // a shadow divides
  const around = surroundings(
    { ...picture, values },
    Math.max(Math.round(Math.min(picture.width, picture.height) * SURROUNDINGS), 3),
  );
  return values.reduce((sum, value, i) => sum + (around[i] - value) ** 3, 0) >= 0;
}

/** @param {Picture} picture @returns {Mask} */
export function inkMask(picture) {
  const { width, height } = picture;
  const smooth = { values: surroundings(picture, 1), width, height };
  const dark = darkOnLight(picture);
  const sizes = radii(picture);
  const first = search(smooth, dark, sizes);
  const other = search(smooth, !dark, sizes.slice(0, first?.size));
  // A small sheet on a desk is itself a mark, and thicker than what is written on it.
  const written = first && other && other.area < SPARSE * first.area && other.tall > TALL * first.tall;
  const found = written ? other : (first ?? other);
  return { on: found?.on ?? new Uint8Array(width * height), width, height };
}
