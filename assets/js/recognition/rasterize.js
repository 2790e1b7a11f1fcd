/**
 * Frame a drawing as MNIST was framed and rasterise it to 28 x 28. Pure functions: no DOM, no TensorFlow.js.
 *
 * A point is [x, y] in any unit, y down; a stroke is the points of one pen-down to pen-up; a drawing is an array of strokes.
 * The canvas's own pixels are never read: browsers add noise to them, and ink framed from its points has the
 * same thickness whatever size it was drawn at.
 */

/** @typedef {[number, number]} Point */
/** @typedef {Point[]} Stroke */
/** @typedef {{minX: number, minY: number, maxX: number, maxY: number}} Box */
/** @typedef {{scale: number, x: number, y: number}} Frame  pixel = scale * unit + (x, y) */

export const SIZE = 28; // pixels a side, as MNIST
export const INK = 20; // the longest side of the ink, in pixels, as MNIST
export const CENTRE = 14.5; // of mass, in pixels: MNIST's 70,000 digits have theirs at the middle of pixel 14 (13.996, 14.007)
export const PEN = 2.4; // pixels, the width of the ink at half its darkness
export const SOFTNESS = 1.6; // pixels, the width of the edge from full ink to paper

/** A stroke is a speck when it is this much smaller than the rest, and this far from it (both in the rest's longest side). */
const SPECK_SIZE = 0.06;
const SPECK_GAP = 0.15;

/** @param {any} value  from outside of this page's code @returns {value is Stroke[]} */
export function areStrokes(value) {
  /** @param {any} point */
  const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  return Array.isArray(value) && value.every((one) => Array.isArray(one) && one.length > 0 && one.every(isPoint));
}

/** @param {Stroke[]} strokes @returns {Box} the box of all points; infinite the wrong way round where there are none */
export function box(strokes) {
  const all = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const stroke of strokes) {
    for (const [x, y] of stroke) {
      all.minX = Math.min(all.minX, x);
      all.minY = Math.min(all.minY, y);
      all.maxX = Math.max(all.maxX, x);
      all.maxY = Math.max(all.maxY, y);
    }
  }
  return all;
}

/** @param {Box} a @returns {number} its longest side */
export const side = (a) => Math.max(a.maxX - a.minX, a.maxY - a.minY, 0);

/** @param {Box} a @param {Box} b @returns {number} the distance between two boxes, 0 where they touch */
export function gap(a, b) {
  const x = Math.max(a.minX - b.maxX, b.minX - a.maxX, 0);
  const y = Math.max(a.minY - b.maxY, b.minY - a.maxY, 0);
  return Math.hypot(x, y);
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
 * Where MNIST would have put the drawing: the longest side of its ink 20 pixels, its centre of mass in the middle.
 * @param {Stroke[]} strokes  at least one point
 * @returns {Frame}
 */
export function frame(strokes) {
  const ink = box(strokes);
  const scale = (INK - PEN - SOFTNESS) / (side(ink) || 1); // a lone dot has no side and keeps the pen's width
  const width = (ink.maxX - ink.minX) * scale;
  const height = (ink.maxY - ink.minY) * scale;
  const boxed = {
    scale,
    x: CENTRE - width / 2 - ink.minX * scale,
    y: CENTRE - height / 2 - ink.minY * scale,
  };
  const [x, y] = centreOfMass(rasterise(strokes, boxed));
  const margin = (PEN + SOFTNESS) / 2;
  return {
    scale,
    x: boxed.x + shift(CENTRE - x, width / 2 + margin),
    y: boxed.y + shift(CENTRE - y, height / 2 + margin),
  };
}

/**
 * The wanted shift, or as much of it as keeps ink of this half-width inside the image.
 * @param {number} wanted @param {number} half
 */
function shift(wanted, half) {
  return Math.min(Math.max(wanted, half - CENTRE), SIZE - CENTRE - half);
}

/** @param {Float32Array} image  784 values @returns {Point} in pixels, the middle of the first pixel at 0.5 */
export function centreOfMass(image) {
  let mass = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i < image.length; i++) {
    mass += image[i];
    x += image[i] * ((i % SIZE) + 0.5);
    y += image[i] * (Math.floor(i / SIZE) + 0.5);
  }
  return mass > 0 ? [x / mass, y / mass] : [CENTRE, CENTRE];
}

/**
 * The strokes drawn with a round pen. A pixel's value depends on its distance to the nearest ink alone, so neither
 * the number of points nor the number of times the pen passes changes it.
 * @param {Stroke[]} strokes
 * @param {Frame} placed
 * @returns {Float32Array} 784 values in [0, 1], row by row; 0 is paper, 1 is ink
 */
export function rasterise(strokes, placed) {
  const image = new Float32Array(SIZE * SIZE);
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => [x * placed.scale + placed.x, y * placed.scale + placed.y]);
    for (let i = 0; i < points.length; i++) {
      const [ax, ay] = points[Math.max(i - 1, 0)];
      if (i > 0 || points.length === 1) drawSegment(image, ax, ay, points[i][0], points[i][1]);
    }
  }
  return image;
}

/** @param {Float32Array} image @param {number} ax @param {number} ay @param {number} bx @param {number} by */
function drawSegment(image, ax, ay, bx, by) {
  const reach = (PEN + SOFTNESS) / 2;
  const left = Math.max(Math.ceil(Math.min(ax, bx) - reach - 0.5), 0);
  const right = Math.min(Math.floor(Math.max(ax, bx) + reach - 0.5), SIZE - 1);
  const top = Math.max(Math.ceil(Math.min(ay, by) - reach - 0.5), 0);
  const bottom = Math.min(Math.floor(Math.max(ay, by) + reach - 0.5), SIZE - 1);
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - ax;
      const py = row + 0.5 - ay;
      const t = length2 > 0 ? Math.min(Math.max((px * dx + py * dy) / length2, 0), 1) : 0;
      const distance = Math.hypot(px - t * dx, py - t * dy);
      const value = Math.min((reach - distance) / SOFTNESS, 1);
      const i = row * SIZE + column;
      if (value > image[i]) image[i] = value;
    }
  }
}

/**
 * What the networks see of a drawing.
 * @param {Stroke[]} strokes
 * @returns {Float32Array} 784 values in [0, 1]; all 0 for an empty drawing
 */
export function pixels(strokes) {
  const ink = withoutSpecks(strokes);
  return ink.length > 0 ? rasterise(ink, frame(ink)) : new Float32Array(SIZE * SIZE);
}
