/** Where one stroke may hold several digits that were joined without lifting the pen. Pure. */
import { box, height, width } from '../geometry.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../geometry.js').Box} Box */
/** @typedef {{stroke: Stroke, odds: number}} Piece  odds: log odds that the cut before it is a border between digits */
/** @typedef {{at: number, odds: number}} Place  of a cut, in a resampled stroke */

// All lengths are in the height of the tallest stroke.
const STEP = 0.06; // between two places
const PART = 0.3; // no part is lower than this
const OVERLAP = 0.6; // of the narrower part's width: parts that share more are not side by side
const APART = 0.15; // between two cuts, along the stroke
const MOST = 3; // cuts of a stroke: the networks are asked for every run of its pieces

/**
 * @param {Stroke} stroke
 * @param {number} tall  the height of the tallest stroke
 * @returns {Piece[]} in the order of writing, each beginning where the last one ends; the stroke itself where nothing can be cut
 */
export function cut(stroke, tall) {
  const points = resample(stroke, STEP * tall);
  /** @type {Place[]} */
  const kept = [];
  for (const place of places(points, tall).sort((a, b) => b.odds - a.odds)) {
    if (kept.length < MOST && kept.every(({ at }) => Math.abs(at - place.at) * STEP >= APART)) kept.push(place);
  }
  if (kept.length === 0) return [{ stroke, odds: 0 }];
  kept.sort((a, b) => a.at - b.at);
  const ends = [...kept.map(({ at }) => at), points.length - 1];
  return ends.map((end, i) => ({
    stroke: points.slice(ends[i - 1] ?? 0, end + 1),
    odds: kept[i - 1]?.odds ?? 0,
  }));
}

/** @param {Stroke} stroke @param {number} step  at most between two points @returns {Stroke} */
function resample(stroke, step) {
  return stroke.flatMap(([x, y], i) => {
    const [ax, ay] = stroke[Math.max(i - 1, 0)];
    const count = Math.max(Math.ceil(Math.hypot(x - ax, y - ay) / step), 1);
    return Array.from(
      { length: count },
      (_, k) =>
        /** @type {import('../geometry.js').Point} */ ([
          ax + ((x - ax) * (k + 1)) / count,
          ay + ((y - ay) * (k + 1)) / count,
        ]),
    );
  });
}

/**
 * Where both parts are tall enough and side by side, the left one written first.
 * @param {Stroke} points @param {number} tall
 * @returns {Place[]}
 */
function places(points, tall) {
  const before = boxes(points);
  const after = boxes(points.toReversed()).reverse();
  /** @type {Place[]} */
  const found = [];
  for (let at = 2; at < points.length - 2; at++) {
    const [left, right] = [before[at], after[at]];
    const low = Math.min(height(left), height(right)) / tall;
    const narrow = Math.min(width(left), width(right)) / tall;
    const overlap = (left.maxX - right.minX) / tall / Math.max(narrow, 0.1);
    if (low < PART || overlap > OVERLAP || left.minX + left.maxX > right.minX + right.maxX) continue;
    found.push({ at, odds: logOdds([1, overlap, low, narrow, ...bend(points, at)]) });
  }
  return found;
}

/** @param {Stroke} points @returns {Box[]} of the first one, two, three ... points */
function boxes(points) {
  let all = box([]);
  return points.map(([x, y]) => {
    all = {
      minX: Math.min(all.minX, x),
      minY: Math.min(all.minY, y),
      maxX: Math.max(all.maxX, x),
      maxY: Math.max(all.maxY, y),
    };
    return all;
  });
}

/** @param {Stroke} points @param {number} at @returns {[number, number]} how sharply it turns, 0 to 1, and how far to the right it runs, -1 to 1 */
function bend(points, at) {
  const [ax, ay] = points[at - 2];
  const [x, y] = points[at];
  const [bx, by] = points[at + 2];
  const cross = (x - ax) * (by - y) - (y - ay) * (bx - x);
  const dot = (x - ax) * (bx - x) + (y - ay) * (by - y);
  return [Math.atan2(Math.abs(cross), dot) / Math.PI, (bx - ax) / (Math.hypot(bx - ax, by - ay) || 1)];
}

/**
 * A logistic regression on strokes of real digits: positive at the ligature of 600 pairs that a program joined, negative
 * elsewhere in the pairs and everywhere in single digits. The constant is 3 lower than fitted, as that read most joined
 * numbers right: of the cuts of a stroke one is right at most.
 */
const WEIGHTS = [-8.9, -4.31, 3.13, 2.37, 2.54, 3.07];

/** @param {number[]} values */
const logOdds = (values) => values.reduce((sum, value, i) => sum + value * WEIGHTS[i], 0);
