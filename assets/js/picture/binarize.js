/**
 * Ink and paper in a picture: any background, ink light or dark, shadows. Pure: pictures are arrays of brightness.
 */
import { whole } from './components.js';
import { extreme, histogram, otsu, quantile, surroundings } from './filters.js';
import { closeGaps } from './gaps.js';
import { ruled } from './lines.js';

/** @typedef {import('./filters.js').Picture} Picture */
/** @typedef {import('./components.js').Mask} Mask */

const SURROUNDINGS = 1 / 5; // of the shorter side: larger than a stroke is wide
const SQUARES = [0.06, 0.09, 0.13, 0.19, 0.28, 0.42]; // of the shorter side, from narrow strokes to thick ones
const SETTLED = 1.15; // times as much ink at most: the larger square finds no more
const CONTRAST = 40; // difference from the paper, of 255, that is ink and not the paper's grain
const FAINT = 20; // the same where paper has no grain
const NOISE = 5; // times the grain that is seen everywhere
const QUIET = 0.3; // of the picture is paper at least
const SHADE = 0.4; // of the strongest marks: what is left of a shadow is weaker, the rim of a stroke is not
const DIM = 48; // brightness under which a difference counts for no more
const SPARSE = 0.2; // of a sheet, what is written on it covers at most
const TALL = 0.45; // of a sheet, what is written on it reaches at least
const EVEN = 0.85; // of a picture's variance lies between ink and paper at least where both are even
const LARGE = 0.27; // of the picture: light ink seldom covers more
const SHEET = 0.87; // of its box, a sheet on a desk fills at least
const CROSSED = 0.15; // of the picture's edge is ink at most
const RISE = 1.5; // times the threshold, ink is strong on average at least: ink 1.7 to 2, the peaks of grain and the rims of shadows 1 to 1.5
const COMPACT = 0.42; // of its height, ink is wide at most: the thickest pens 0.33, the shadow of a hand 0.5
const SHADED = 0.4; // of what differs from the paper, what also differs from its surroundings has less: the rest is shadow

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

/**
 * What a picture would be without its ink: a closing, which fills whatever is darker and too narrow for the square. A
 * shadow, its edge and a desk stay as they are, because a square fits into them.
 * @param {Picture} picture @param {number} radius
 * @returns {Float32Array}
 */
const paper = (picture, radius) => extreme(extreme(picture, radius, 1), radius, -1).values;

/** @param {Picture} picture @returns {Picture} */
const negative = ({ values, width, height }) => ({ values: values.map((value) => 255 - value), width, height });

/**
 * What may be ink.
 * @typedef {object} Marks
 * @property {Float32Array} strength  of every pixel, 0 to 255
 * @property {Uint8Array} on  1 where it is ink, without dirt
 * @property {number} area  pixels
 * @property {number} tall  pixels, as the tallest piece
 * @property {number} pen  pixels, as wide as a stroke
 * @property {number} rise  the mean strength of ink, as a multiple of the least
 * @property {number} [size]  the place of its square in SQUARES
 */

/** @param {Picture} picture @returns {number[]} half of each of SQUARES in pixels, none twice */
function radii({ width, height }) {
  const shorter = Math.min(width, height);
  return [...new Set(SQUARES.map((share) => Math.max(Math.round((shorter * share) / 2), 2)))];
}

/** @param {Float32Array} strength  how much darker than the paper, 0 to 255 @returns {number} the least that is ink */
function threshold(strength) {
  const counts = histogram(strength);
  const faintest = Math.min(Math.max(FAINT, NOISE * quantile(counts, QUIET)), CONTRAST);
  return Math.max(otsu(counts).level, faintest, quantile(counts, 0.9, Math.ceil(faintest)) * SHADE);
}

/** @param {Float32Array} strength @param {number} level @returns {Uint8Array} 1 for ink */
const above = (strength, level) => Uint8Array.from(strength, (value) => (value > level ? 1 : 0));

/**
 * What is darker than the paper under it: relative to that paper's light, if it was paper and not a board.
 * @param {Picture} picture  dark on light
 * @param {boolean} inverted  whether it was light on dark
 * @param {Float32Array} ground  the paper's brightness
 * @returns {Marks}
 */
function marks({ values, width, height }, inverted, ground) {
  const strength = values.map((value, i) => {
    const light = inverted ? 255 : Math.max(ground[i], DIM);
    return (255 * (ground[i] - value)) / light;
  });
  return measured(strength, width, height);
}

/** @param {Float32Array} strength @param {number} width @param {number} height @returns {Marks} */
function measured(strength, width, height) {
  const level = threshold(strength);
  const on = above(strength, level);
  const kept = whole({ on, width, height });
  const pixels = kept.flatMap((piece) => piece.pixels);
  on.fill(0);
  for (const pixel of pixels) on[pixel] = 1;
  const rim = pixels.filter((pixel) => !on[pixel - 1] || !on[pixel + 1] || !on[pixel - width] || !on[pixel + width]);
  const tall = kept.reduce((most, { box }) => Math.max(most, box.maxY - box.minY), 0);
  const area = pixels.length;
  const rise = pixels.reduce((sum, pixel) => sum + strength[pixel], 0) / (level * Math.max(area, 1));
  return { strength, on, area, tall, pen: (2 * area) / Math.max(rim.length, 1), rise };
}

/**
 * Whether marks are ink. Ink stands out from its threshold; the strongest grain of an empty sheet, and the rims of shadows,
 * hardly pass it, because nothing else is there to raise it. And ink is drawn with a pen: no shadow of a hand is so slender.
 * @param {Marks} marks
 */
const isInk = ({ rise, pen, tall }) => rise > RISE && pen < COMPACT * tall;

/**
 * Ink, found with the smallest square that is wider than its strokes: a larger one finds no more of it, only more of what
 * else is in the picture.
 * @param {Picture} picture  without grain
 * @param {boolean} dark  whether the ink is darker than the paper
 * @param {number[]} sizes  of squares, rising
 * @returns {Marks | undefined} nothing where there is none, or no end of it
 */
function search(picture, dark, sizes) {
  if (sizes.length < 2) return undefined;
  const given = dark ? picture : negative(picture);
  let last = marks(given, !dark, paper(given, sizes[0]));
  for (let size = 1; size < sizes.length; size++) {
    const next = marks(given, !dark, paper(given, sizes[size]));
    if (last.area > 0 && next.area <= SETTLED * last.area) return isInk(next) ? { ...next, size } : undefined; // its knots are filled, too
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

/** @param {Uint8Array} on @param {number} width @returns {number} the share of the ink's box between the first and the last ink of each row */
function filled(on, width) {
  const rows = Array.from({ length: on.length / width }, (_, y) => {
    const row = on.subarray(y * width, (y + 1) * width);
    return [row.indexOf(1), row.lastIndexOf(1)];
  }).filter(([first]) => first >= 0);
  const [left, right] = [Math.min(...rows.map(([first]) => first)), Math.max(...rows.map(([, last]) => last))];
  return rows.reduce((sum, [first, last]) => sum + last - first + 1, 0) / (rows.length * (right - left + 1));
}

/**
 * The ink of a picture with even light and paper all around, however thick it is.
 * @param {Picture} picture  without grain
 * @returns {Marks | undefined} nothing where the picture is another
 */
function plain(picture) {
  const { values, width, height } = picture;
  const { level, share } = otsu(histogram(values));
  const edge = values.filter((_, i) => (i % width) % (width - 1) === 0 || i < width || i >= width * (height - 1));
  const light = edge.filter((value) => value > level).length / edge.length;
  if (!(share > EVEN) || Math.min(light, 1 - light) > CROSSED) return undefined;
  const dark = light > 0.5;
  const given = dark ? picture : negative(picture);
  const ground = edge.sort()[edge.length >> 1];
  const paper = dark ? ground : 255 - ground;
  const found = marks(given, !dark, new Float32Array(values.length).fill(paper));
  if (!isInk(found)) return undefined;
  return dark || found.area < LARGE * values.length || filled(found.on, width) < SHEET ? found : undefined;
}

/**
 * The ink of a picture with uneven light, or with more in it than paper.
 * @param {Picture} picture  without grain
 * @returns {Marks | undefined}
 */
function uneven(picture) {
  const dark = darkOnLight(picture);
  const sizes = radii(picture);
  const first = search(picture, dark, sizes);
  const other = search(picture, !dark, sizes.slice(0, first?.size));
  // A small sheet on a desk is itself a mark, and thicker than what is written on it.
  const slender = first && other && other.pen / other.tall < first.pen / first.tall;
  const written = slender && other.area < SPARSE * first.area && other.tall > TALL * first.tall;
  return written ? other : (first ?? other);
}

/** @param {Picture} picture @returns {Mask} */
export function inkMask(picture) {
  const { width, height } = picture;
  const smooth = { values: surroundings(picture, 1), width, height };
  const found = ink(smooth);
  return closeGaps(withoutLines(found?.strength ?? new Float32Array(width * height), width, height));
}

/**
 * @param {Picture} picture  without grain
 * @returns {Marks | undefined} nothing where there is none
 */
function ink(picture) {
  const even = plain(picture);
  if (even && !isCut(even, picture.width)) return even;
  const found = uneven(picture);
  return even && !(found && isShaded(even, found)) ? even : found;
}

/** @param {Marks} marks @param {number} width @returns {boolean} whether something reaches the edge of the picture, where shadows come from */
function isCut({ strength }, width) {
  const level = threshold(strength);
  const last = strength.length - width;
  return strength.some(
    (value, i) => value > level && (i % width === 0 || (i + 1) % width === 0 || i < width || i >= last),
  );
}

/** @param {Marks} even @param {Marks} found  of the same picture, by its surroundings @returns {boolean} whether most of the former is a shadow that lies over or beside the latter */
const isShaded = (even, found) =>
  found.area < SHADED * even.area && found.on.every((one, i) => !one || even.strength[i] > 0);

/** @param {Float32Array} strength @param {number} width @param {number} height @returns {Mask} */
function withoutLines(strength, width, height) {
  const on = above(strength, threshold(strength));
  const gone = ruled({ on, width, height });
  const rest = gone && strength.map((value, i) => (gone[i] ? 0 : value)); // pencil may be too pale to be seen beside them
  const isWritten = rest && isInk(measured(rest, width, height));
  return { on: isWritten ? above(rest, threshold(rest)) : on, width, height };
}
