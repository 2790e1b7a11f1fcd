/**
 * Which strokes belong to one symbol of a row. Pure: the networks' confidence comes in as numbers.
 *
 * What is fitted here was fitted on digits; the symbols of other tasks are told apart by the gaps between them. Strokes
 * are ordered from left to right; a digit is a run of neighbours in that order. Each place between two neighbours
 * has odds of being a border, from the geometry and the order of writing; each run has the networks' confidence in its
 * best digit. The division with the best product wins. A wide stroke in which the networks recognise nothing is cut, and its
 * pieces are ordered like strokes.
 */
import { box, distance, height, inside, middle, side, thin, width } from '../geometry.js';
import { withoutSpecks } from './rasterize.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../geometry.js').Box} Box */
/** @typedef {import('./cut.js').Piece} Piece */
/**
 * @typedef {object} Mark  a stroke, or a piece of one
 * @property {Stroke} stroke
 * @property {Box} box
 * @property {number} time  in the order of writing: a whole number for each stroke, and less than one more for its pieces
 * @property {Stroke} of  the stroke that it is, or is a piece of
 * @property {number} pieces  of that stroke
 * @property {number} odds  log odds of a border between it and the piece before it in the stroke
 */
/** @typedef {{first: number, end: number, strokes: Stroke[], odds: number}} Run  of marks, in the order of writing; odds: log odds of one symbol, by its width */
/**
 * @typedef {object} Candidates
 * @property {Mark[]} marks  from left to right
 * @property {number} tall  the height of the tallest stroke
 * @property {number[]} borders  log odds between neighbouring marks
 * @property {Run[]} runs
 * @property {number} trust  the weight of the networks' confidence beside the odds
 */

const OPEN = 3; // doubtful joints in one digit at most: digits have few strokes
const CERTAIN = 6; // log odds beyond which the networks are not asked: fewer than 1 in 1,000 are wrong there
const TRUST = 9; // the weight of the networks' confidence beside the borders' odds
const LEAST = 0.02; // no confidence counts for less: one badly drawn digit must not decide the whole number
const POINT = 0.12; // of the tallest stroke: marks smaller than this are full stops and slips of the pen, not digits
const WIDE = 0.8; // times the tallest stroke: narrower strokes hold one digit
const KNOWN = 0.6; // probability of the best digit: the networks know no pair of digits as one
const STEP = 0.04; // of the tallest stroke: points closer than this say nothing about distance

/**
 * For symbols of any script; lengths are in the height of the tallest stroke. Chosen on rows of 2 to 5 Latin letters, Korean
 * syllables and Balinese letters of 15 writers, composed with gaps of 0.15 to 0.6: 94, 74 and 100 % are divided right.
 */
const ANY = {
  gap: 0.2, // as often between two symbols as between two strokes of one
  steep: 15, // log odds for a gap that is longer by 1
  lean: 0.1, // symbols reach over one another by less, strokes of one by more
  wide: 1.2, // few symbols are wider
  narrow: 16, // log odds against one that is wider by 1
  trust: 5, // as TRUST
};

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
    Math.abs(a.time - b.time) <= 1 ? 1 : 0,
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
 * @param {Map<Stroke, Piece[]>} joined  the pieces of strokes that are cut
 * @param {boolean} digits  which have no dots
 * @returns {{marks: Mark[], tall: number}} from left to right
 */
function order(strokes, joined, digits) {
  const all = (digits ? withoutSpecks(strokes) : strokes).map((stroke, time) => ({ stroke, box: box([stroke]), time }));
  const tall = Math.max(...all.map((mark) => height(mark.box)), ...all.map((mark) => side(mark.box) / 2)) || 1;
  const large = all.filter((mark) => !digits || side(mark.box) > POINT * tall);
  const marks = (large.length > 0 ? large : all).flatMap(({ stroke: of, time }) => {
    const pieces = joined.get(of) ?? [{ stroke: of, odds: 0 }];
    return pieces.map(({ stroke, odds }, i) => ({
      stroke,
      box: box([stroke]),
      time: time + i / pieces.length,
      of,
      pieces: pieces.length,
      odds,
    }));
  });
  return { marks: marks.sort((a, b) => middle(a.box) - middle(b.box)), tall };
}

/**
 * For symbols of any script, of which one knows no more than that most leave a gap: they may have several strokes side by
 * side, so the networks are asked wherever the gap alone does not tell.
 * @param {Mark[]} before  all marks left of the gap @param {Mark} mark  right of it @param {number} tall
 * @returns {number} log odds of a border
 */
function gapOdds(before, mark, tall) {
  const gap = (mark.box.minX - Math.max(...before.map((one) => one.box.maxX))) / tall;
  return gap < -ANY.lean ? -2 * CERTAIN : (gap - ANY.gap) * ANY.steep;
}

/** @param {Mark} a @param {Mark} b  right of a @param {number} tall @returns {number} log odds of a border between them */
function border(a, b, tall) {
  return a.of === b.of ? (a.time < b.time ? b : a).odds : logOdds(features(a, b, tall));
}

/**
 * Every run of strokes that may be a digit. Where geometry leaves no doubt there is one division only.
 * @param {Stroke[]} strokes
 * @param {{joined?: Map<Stroke, Piece[]>, walls?: number[], digits?: boolean}} [known]  joined: the pieces of strokes that may hold several digits; walls: x of signs, which no
 *   digit spans; digits: whether the symbols are digits
 * @returns {Candidates}
 */
export function candidates(strokes, { joined = new Map(), walls = [], digits = true } = {}) {
  const { marks, tall } = order(strokes, joined, digits);
  const spans = spanned(marks);
  const borders = marks.slice(1).map((mark, i) => {
    if (!digits) return gapOdds(marks.slice(0, i + 1), mark, tall);
    if (walls.some((x) => middle(marks[i].box) < x && x < middle(mark.box))) return 2 * CERTAIN;
    return spans[i] ? -2 * CERTAIN : border(marks[i], mark, tall);
  });
  /** @type {Run[]} */
  const runs = [];
  for (let first = 0; first < marks.length; first++) {
    if (first > 0 && borders[first - 1] < -CERTAIN) continue;
    let open = 0;
    for (let end = first + 1; end <= marks.length; end++) {
      const after = borders[end - 1] ?? Infinity;
      if (after >= -CERTAIN) {
        const inked = written(marks.slice(first, end));
        const extra = digits ? 0 : Math.max(width(box(inked)) / tall - ANY.wide, 0);
        runs.push({ first, end, strokes: inked, odds: -ANY.narrow * extra });
      }
      if (after > -CERTAIN) open += 1;
      if (after > CERTAIN || open > OPEN) break;
    }
  }
  return { marks, tall, borders, runs, trust: digits ? TRUST : ANY.trust };
}

/** @param {Mark[]} marks @returns {Stroke[]} in the order of writing; all pieces of a stroke are the stroke */
function written(marks) {
  const sorted = marks.toSorted((a, b) => a.time - b.time);
  /** @param {Mark} mark */
  const isWhole = ({ of, pieces }) => sorted.filter((mark) => mark.of === of).length === pieces;
  return [...new Set(sorted.map((mark) => (isWhole(mark) ? mark.of : mark.stroke)))];
}

/**
 * @param {Candidates} found
 * @param {number[]} confidences  as for choose
 * @returns {Set<Stroke>} strokes wide enough for several digits that belong to nothing the networks know
 */
export function joined({ marks, tall, runs }, confidences) {
  const unknown = marks.filter(
    (mark, i) =>
      width(mark.box) > WIDE * tall &&
      !runs.some(({ first, end }, run) => first <= i && i < end && confidences[run] > KNOWN),
  );
  return new Set(unknown.map(({ of }) => of));
}

/** @param {number} x @returns {number} the logarithm of the logistic function */
const logistic = (x) => -Math.log1p(Math.exp(-x));

/**
 * The best division into digits.
 * @param {Candidates} found
 * @param {number[]} confidences  for each run, the probability of its likeliest digit
 * @returns {number[]} the chosen runs' places in found.runs, from left to right
 */
export function choose({ marks, borders, runs, trust }, confidences) {
  const count = marks.length;
  /** @type {{score: number, chosen: number[]}[]} the best division of the first so many marks */
  const best = [{ score: 0, chosen: [] }];
  runs.forEach((run, i) => {
    const before = best[run.first];
    if (!before) return;
    const inner = borders.slice(run.first, run.end - 1).reduce((sum, odds) => sum + logistic(-odds), 0);
    const after = run.end < count ? logistic(borders[run.end - 1]) : 0;
    const score = before.score + run.odds + inner + after + trust * Math.log(Math.max(confidences[i], LEAST));
    if (!best[run.end] || score > best[run.end].score) best[run.end] = { score, chosen: [...before.chosen, i] };
  });
  return best[count]?.chosen ?? [];
}
