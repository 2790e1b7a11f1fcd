/**
 * Points, strokes and boxes, in any unit, y down. Pure.
 *
 * A point is [x, y]; a stroke is the points of one pen-down to pen-up; a drawing is an array of strokes.
 */

/** @typedef {[number, number]} Point */
/**
 * A picture that is looked at as a whole, where that is the task: for whatever works with strokes, it is the outline of its
 * place, four points from the upper left on.
 * @typedef {{at: (size: number) => {image: Float32Array, paper: number}, shown: unknown}} Picture  as networks see it in so many
 *   pixels a side, with what is around it there; and a canvas with it
 */
/** @typedef {Point[] & {picture?: Picture}} Stroke */
/** @typedef {{minX: number, minY: number, maxX: number, maxY: number}} Box */

/** @param {any} value  from outside of this page's code @returns {value is Stroke[]} */
export function areStrokes(value) {
  /** @param {any} point */
  const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  return Array.isArray(value) && value.every((one) => Array.isArray(one) && one.length > 0 && one.every(isPoint));
}

/** @param {Stroke} stroke @param {(point: Point) => Point} move @returns {Stroke} the same elsewhere */
export const moved = (stroke, move) => Object.assign(stroke.map(move), stroke.picture && { picture: stroke.picture });

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

/** @param {Box} a @returns {number} */
export const width = (a) => a.maxX - a.minX;

/** @param {Box} a @returns {number} */
export const height = (a) => a.maxY - a.minY;

/** @param {Box} a @returns {number} its x */
export const middle = (a) => (a.minX + a.maxX) / 2;

/** @param {Box} a @returns {number} its longest side; 0 for the box of no points */
export const side = (a) => Math.max(width(a), height(a), 0);

/** @param {Box} a @param {Box} b @returns {number} the distance between two boxes, 0 where they touch */
export function gap(a, b) {
  const x = Math.max(a.minX - b.maxX, b.minX - a.maxX, 0);
  const y = Math.max(a.minY - b.maxY, b.minY - a.maxY, 0);
  return Math.hypot(x, y);
}

/** @param {Box} a @param {Box} b @returns {boolean} whether a lies in b */
export const inside = (a, b) => a.minX >= b.minX && a.maxX <= b.maxX && a.minY >= b.minY && a.maxY <= b.maxY;

/** @param {Stroke} stroke @param {number} step @returns {Stroke} its ends, and points at least a step apart */
export function thin(stroke, step) {
  let last = stroke[0];
  return stroke.filter((point, i) => {
    const keep = i === 0 || i === stroke.length - 1 || Math.hypot(point[0] - last[0], point[1] - last[1]) >= step;
    if (keep) last = point;
    return keep;
  });
}

/**
 * The shortest distance between two strokes; 0 where they cross.
 * @param {Stroke} a @param {Stroke} b
 */
export function distance(a, b) {
  let least = Infinity;
  for (let i = 0; i < Math.max(a.length - 1, 1); i++) {
    for (let j = 0; j < Math.max(b.length - 1, 1); j++) {
      const [p, q] = [a[i], a[Math.min(i + 1, a.length - 1)]];
      const [r, s] = [b[j], b[Math.min(j + 1, b.length - 1)]];
      if (crosses(p, q, r, s)) return 0;
      least = Math.min(least, toSegment(p, r, s), toSegment(q, r, s), toSegment(r, p, q), toSegment(s, p, q));
    }
  }
  return least;
}

/** @param {Point} p @param {Point} a @param {Point} b @returns {number} the distance from p to the line between a and b */
export function toSegment([px, py], [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length > 0 ? ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length : 0;
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay));
}

/** @param {Point} a @param {Point} b @param {Point} c */
const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** @param {Point} p @param {Point} q @param {Point} r @param {Point} s */
function crosses(p, q, r, s) {
  return turn(p, q, r) * turn(p, q, s) < 0 && turn(r, s, p) * turn(r, s, q) < 0;
}
