/**
 * Frame a drawing as the training images were framed and rasterise it. Pure.
 *
 * The canvas's own pixels are never read: browsers add noise to them, and ink framed from its points has the
 * same thickness whatever size it was drawn at.
 */
import { box, gap, height, side, width } from '../geometry.js';

/** @typedef {import('../geometry.js').Point} Point */
/** @typedef {import('../geometry.js').Stroke} Stroke */
/**
 * How ink becomes pixels; all lengths are in pixels.
 * @typedef {object} Framing
 * @property {number} size  of the image, a side
 * @property {number} box  the longest side of the ink; 0: as long as the image
 * @property {'mass' | 'box'} centre  which of the ink's lies in the middle: its centre of mass, or that of its box
 * @property {number} pen  width of the ink at half its darkness
 * @property {number} softness  width of the edge from full ink to paper
 */
/** @typedef {{scale: number, x: number, y: number}} Frame  pixel = scale * unit + (x, y) */
/**
 * What the networks see of a drawing.
 * @typedef {object} Raster
 * @property {Stroke[]} strokes  without specks
 * @property {Frame} frame  that puts them into the image
 * @property {Float32Array} image  size times size values in [0, 1], row by row; 0 is paper, 1 is ink
 * @property {number} [paper]  the value around a picture that is no ink
 */

/** @type {Framing} as measured on MNIST's 70,000 digits */
export const MNIST = { size: 28, box: 20, centre: 'mass', pen: 2.4, softness: 1.6 };

/** A stroke is a speck when it is this much smaller than the rest, and this far from it (both in the rest's longest side). */
const SPECK_SIZE = 0.06;
const SPECK_GAP = 0.15;

/**
 * @param {Stroke[]} strokes
 * @param {Framing} [framing]
 * @param {boolean} [tidy]  whether stray taps are left out, as may be where no symbol has dots: no digit has
 * @returns {Raster} all paper for an empty drawing
 */
export function rasterize(strokes, framing = MNIST, tidy = true) {
  const ink = tidy ? withoutSpecks(strokes) : strokes.filter((stroke) => stroke.length > 0);
  const placed = ink.length > 0 ? frame(ink, framing) : { scale: 1, x: 0, y: 0 };
  return { strokes: ink, frame: placed, image: draw(ink, placed, framing) };
}

/**
 * The strokes without stray taps: those that are tiny beside the rest of the drawing and lie away from it.
 * @param {Stroke[]} strokes
 * @returns {Stroke[]}
 */
export function withoutSpecks(strokes) {
  const drawn = strokes.filter((stroke) => stroke.length > 0);
  const boxes = drawn.map((stroke) => box([stroke]));
  const largest = Math.max(...boxes.map(side));
  const ink = drawn.filter((_, i) => side(boxes[i]) > SPECK_SIZE * largest);
  if (ink.length === 0) return drawn;
  const frame = box(ink);
  return drawn.filter(
    (_, i) => side(boxes[i]) > SPECK_SIZE * largest || gap(boxes[i], frame) <= SPECK_GAP * side(frame),
  );
}

/**
 * Where the training images would have had the drawing: scaled to the box by its longest side, its centre in the middle.
 * @param {Stroke[]} strokes  at least one point
 * @param {Framing} framing
 * @returns {Frame}
 */
function frame(strokes, framing) {
  const { size, pen, softness } = framing;
  const ink = box(strokes);
  const scale = ((framing.box || size) - pen - softness) / (side(ink) || 1); // a lone dot has no side and keeps the pen's width
  const across = width(ink) * scale;
  const down = height(ink) * scale;
  const centre = middle(framing);
  const boxed = {
    scale,
    x: centre - across / 2 - ink.minX * scale,
    y: centre - down / 2 - ink.minY * scale,
  };
  if (framing.centre === 'box') return boxed;
  const [x, y] = centreOfMass(draw(strokes, boxed, framing), framing);
  const margin = (pen + softness) / 2;
  return {
    scale,
    x: boxed.x + shift(centre - x, across / 2 + margin, framing),
    y: boxed.y + shift(centre - y, down / 2 + margin, framing),
  };
}

/**
 * Where the ink's centre lies, across and down. MNIST's centres of mass lie in the middle of the pixel after the image's
 * own middle: of pixel 14 (13.996, 14.007).
 * @param {Framing} framing @returns {number} pixels; the middle of the first is at 0.5
 */
const middle = ({ size, centre }) => (centre === 'mass' ? size / 2 + 0.5 : size / 2);

/**
 * The wanted shift, or as much of it as keeps ink of this half-width inside the image.
 * @param {number} wanted @param {number} half @param {Framing} framing
 */
function shift(wanted, half, framing) {
  const centre = middle(framing);
  return Math.min(Math.max(wanted, half - centre), framing.size - centre - half);
}

/**
 * @param {Float32Array} image
 * @param {Framing} [framing]
 * @returns {Point} in pixels, the middle of the first pixel at 0.5; of paper alone, the framing's centre
 */
export function centreOfMass(image, framing = MNIST) {
  const { size } = framing;
  let mass = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i < image.length; i++) {
    mass += image[i];
    x += image[i] * ((i % size) + 0.5);
    y += image[i] * (Math.floor(i / size) + 0.5);
  }
  return mass > 0 ? [x / mass, y / mass] : [middle(framing), middle(framing)];
}

/**
 * The strokes drawn with a round pen. A pixel's value depends on its distance to the nearest ink alone, so neither
 * the number of points nor the number of times the pen passes changes it.
 * @param {Stroke[]} strokes
 * @param {Frame} placed
 * @param {Framing} [framing]
 * @returns {Float32Array} size times size values in [0, 1], row by row; 0 is paper, 1 is ink
 */
export function draw(strokes, placed, framing = MNIST) {
  const image = new Float32Array(framing.size * framing.size);
  for (const stroke of strokes) {
    const points = stroke.map(
      ([x, y]) => /** @type {Point} */ ([x * placed.scale + placed.x, y * placed.scale + placed.y]),
    );
    for (let i = 0; i < points.length; i++) {
      if (i > 0 || points.length === 1) drawSegment(image, points[Math.max(i - 1, 0)], points[i], framing);
    }
  }
  return image;
}

/** @param {Float32Array} image @param {Point} a @param {Point} b @param {Framing} framing */
function drawSegment(image, [ax, ay], [bx, by], { size, pen, softness }) {
  const reach = (pen + softness) / 2;
  const left = Math.max(Math.ceil(Math.min(ax, bx) - reach - 0.5), 0);
  const right = Math.min(Math.floor(Math.max(ax, bx) + reach - 0.5), size - 1);
  const top = Math.max(Math.ceil(Math.min(ay, by) - reach - 0.5), 0);
  const bottom = Math.min(Math.floor(Math.max(ay, by) + reach - 0.5), size - 1);
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - ax;
      const py = row + 0.5 - ay;
      const t = length2 > 0 ? Math.min(Math.max((px * dx + py * dy) / length2, 0), 1) : 0;
      const distance = Math.hypot(px - t * dx, py - t * dy);
      const value = Math.min((reach - distance) / softness, 1);
      const i = row * size + column;
      if (value > image[i]) image[i] = value;
    }
  }
}
