/**
 * Which strokes belong to one digit. Pure: the networks' confidence comes in as numbers.
 *
 * Strokes are ordered from left to right; a digit is a run of neighbours in that order. Each place between two neighbours
 * has odds of being a border, from the geometry and the order of writing; each run has the networks' confidence in its
 * best digit. The division with the best product wins.
 */
import { box, distance, height, inside, side, width } from '../geometry.js';
import { withoutSpecks } from './rasterize.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../geometry.js').Box} Box */
/** @typedef {{stroke: Stroke, box: Box, time: number}} Mark  a stroke, and which one it was */
/** @typedef {{first: number, end: number, strokes: Stroke[]}} Run  of marks, in the order of writing */
/** @typedef {{count: number, borders: number[], runs: Run[]}} Candidates  borders: log odds between neighbouring marks */

const OPEN = 3; // doubtful joints in one digit at most: digits have few strokes
const CERTAIN = 6; // log odds beyond which the networks are not asked: fewer than 1 in 1,000 are wrong there
const TRUST = 6; // the weight of the networks' confidence beside the borders' odds
const LEAST = 0.02; // no confidence counts for less: one badly drawn digit must not decide the whole number
const POINT = 0.12; // of the tallest stroke: marks smaller than this are full stops and slips of the pen, not digits
const STEP = 0.04; // of the tallest stroke: points closer than this say nothing about distance

/** @param {Box} a @returns {number} */
const middle = (a) => (a.minX + a.maxX) / 2;

/**
 * What tells a border from a joint, each about 0 to 1. All lengths are in the height of the tallest stroke.
 * @param {Mark} a @param {Mark} b  right of a
 * @param {number} tall
 * @returns {number[]}
 */
export function features(a, b, tall) {
  const overlap = Math.min(a.box.maxX, b.box.maxX) - Math.max(a.box.minX, b.box.minX);
  const narrow = Math.max(Math.min(width(a.box), width(b.box)), 0.1 * tall);
  const union = Math.max(a.box.maxX, b.box.maxX) - Math.min(a.box.minX, b.box.minX);
  const between = distance(thin(a.stroke, STEP * tall), thin(b.stroke, STEP * tall)) / tall;
  return [
    1,
    Math.max(Math.min(overlap / narrow, 1), -1),
    Math.min(Math.max(-overlap, 0) / tall, 0.5), // wider gaps were not fitted, and say no more
    Math.min(between, 0.5),
    between === 0 ? 1 : 0,
    Math.abs(a.time - b.time) === 1 ? 1 : 0,
    Math.min(height(a.box), height(b.box)) / tall,
    Math.abs(a.box.minY - b.box.minY) / tall,
    Math.abs(a.box.maxY - b.box.maxY) / tall,
    Math.max(a.box.minY - b.box.minY, 0) / tall,
    Math.min(union / tall, 2),
  ];
}

/** Log odds of a border for each feature: a logistic regression on 4,500 numbers composed of real pen strokes. */
const WEIGHTS = [7.75, -7.19, -16.96, 14.87, 0.66, -8.42, 4.13, -13.84, -4.88, 13.98, 4.4];

/**
 * Where no border can be: a stroke inside another's box belongs to it, and with it all that lies between.
 * @param {Mark[]} marks
 * @returns {boolean[]} for each place between neighbours
 */
function spanned(marks) {
  let reach = 0;
  return marks.slice(1).map((_, i) => {
    const { box } = marks[i];
    const last = marks.findLastIndex((mark) => inside(mark.box, box) || inside(box, mark.box));
    reach = Math.max(reach, last);
    return reach > i;
  });
}

/** @param {number[]} values  of one pair */
function logOdds(values) {
  const [, overlap, , , crossing, , small] = values;
  if (crossing && overlap > 0.7 && small > 0.3) return -2 * CERTAIN; // drawn over one another: a scribble, or a letter
  return values.reduce((sum, value, i) => sum + value * WEIGHTS[i], 0);
}

/**
 * @param {Stroke[]} strokes
 * @returns {{marks: Mark[], tall: number}} from left to right
 */
export function order(strokes) {
  const all = withoutSpecks(strokes).map((stroke, time) => ({ stroke, box: box([stroke]), time }));
  const tall = Math.max(...all.map((mark) => height(mark.box)), ...all.map((mark) => side(mark.box) / 2)) || 1;
  const marks = all.filter((mark) => side(mark.box) > POINT * tall);
  const kept = marks.length > 0 ? marks : all;
  kept.sort((a, b) => middle(a.box) - middle(b.box));
  return { marks: kept, tall };
}

/** @param {Stroke} stroke @param {number} step @returns {Stroke} */
function thin(stroke, step) {
  let last = stroke[0];
  return stroke.filter((point, i) => {
    const keep = i === 0 || i === stroke.length - 1 || Math.hypot(point[0] - last[0], point[1] - last[1]) >= step;
    if (keep) last = point;
    return keep;
  });
}

/**
 * Every run of strokes that may be a digit. Where geometry leaves no doubt there is one division only.
 * @param {Stroke[]} strokes
 * @returns {Candidates}
 */
export function candidates(strokes) {
  const { marks, tall } = order(strokes);
  const joined = spanned(marks);
  const borders = marks.slice(1).map((mark, i) => (joined[i] ? -2 * CERTAIN : logOdds(features(marks[i], mark, tall))));
  /** @type {Run[]} */
  const runs = [];
  for (let first = 0; first < marks.length; first++) {
    if (first > 0 && borders[first - 1] < -CERTAIN) continue;
    let open = 0;
    for (let end = first + 1; end <= marks.length; end++) {
      const after = borders[end - 1] ?? Infinity;
      if (after >= -CERTAIN) runs.push({ first, end, strokes: written(marks.slice(first, end)) });
      if (after > -CERTAIN) open += 1;
      if (after > CERTAIN || open > OPEN) break;
    }
  }
  return { count: marks.length, borders, runs };
}

/** @param {Mark[]} marks @returns {Stroke[]} in the order of writing */
function written(marks) {
  return marks.toSorted((a, b) => a.time - b.time).map((mark) => mark.stroke);
}

/** @param {number} x @returns {number} the logarithm of the logistic function */
const logistic = (x) => -Math.log1p(Math.exp(-x));

/**
 * The best division into digits.
 * @param {Candidates} found
 * @param {number[]} confidences  for each run, the probability of its likeliest digit
 * @returns {number[]} the chosen runs' places in found.runs, from left to right
 */
export function choose({ count, borders, runs }, confidences) {
  /** @type {{score: number, chosen: number[]}[]} the best division of the first so many marks */
  const best = [{ score: 0, chosen: [] }];
  runs.forEach((run, i) => {
    const before = best[run.first];
    if (!before) return;
    const inner = borders.slice(run.first, run.end - 1).reduce((sum, odds) => sum + logistic(-odds), 0);
    const border = run.end < count ? logistic(borders[run.end - 1]) : 0;
    const score = before.score + inner + border + TRUST * Math.log(Math.max(confidences[i], LEAST));
    if (!best[run.end] || score > best[run.end].score) best[run.end] = { score, chosen: [...before.chosen, i] };
  });
  return best[count]?.chosen ?? [];
}
