/** A drawing, read by a panel of networks. Pure: the networks come as functions. */
import { decide, mean, meanThresholds, number } from './answer.js';
import { box, pixels, SIZE, side } from './strokes.js';

/** @typedef {import('./strokes.js').Stroke} Stroke */
/** @typedef {import('./answer.js').Answer} Answer */
/**
 * @typedef {object} Reader
 * @property {string} name
 * @property {import('./site.js').Thresholds} thresholds
 * @property {(images: Float32Array, count: number) => ArrayLike<number>} scores
 */
/**
 * @typedef {object} Digit  one digit of a drawing
 * @property {Stroke[]} strokes
 * @property {Float32Array} image  784 values
 * @property {number[][]} opinions  ten probabilities from each network, in the panel's order
 * @property {Answer[]} answers  one from each network
 * @property {number[]} probabilities  what the panel believes together
 * @property {Answer} answer
 */
/** @typedef {{text: string, digits: Digit[], milliseconds: number}} Reading */

export const CLASSES = 10;

/** @param {Stroke[]} strokes @returns {boolean} whether nothing but a dot is drawn, which is no digit */
export function isDot(strokes) {
  return strokes.every((stroke) => side(box([stroke])) === 0);
}

/**
 * @param {Stroke[][]} groups  the strokes of each digit
 * @param {Reader} reader
 * @returns {number[][]} ten probabilities for each group, all asked for in one batch
 */
export function opinions(groups, reader) {
  const images = new Float32Array(groups.length * SIZE * SIZE);
  groups.forEach((strokes, i) => {
    images.set(pixels(strokes), i * SIZE * SIZE);
  });
  const all = Array.from(reader.scores(images, groups.length));
  return groups.map((strokes, i) =>
    isDot(strokes) ? new Array(CLASSES).fill(1 / CLASSES) : all.slice(i * CLASSES, (i + 1) * CLASSES),
  );
}

/**
 * @param {Stroke[]} strokes
 * @param {Reader[]} panel  at least one
 * @returns {Reading}
 */
export function read(strokes, panel) {
  const start = performance.now();
  const ink = strokes.filter((stroke) => stroke.length > 0);
  const groups = ink.length > 0 ? [ink] : [];
  const said = panel.map((reader) => (groups.length > 0 ? opinions(groups, reader) : []));
  const limits = meanThresholds(panel.map((reader) => reader.thresholds));
  const digits = groups.map((group, i) => {
    const each = said.map((one) => one[i]);
    const probabilities = mean(each);
    return {
      strokes: group,
      image: pixels(group),
      opinions: each,
      answers: each.map((one, network) => decide(one, panel[network].thresholds)),
      probabilities,
      answer: decide(probabilities, limits),
    };
  });
  return {
    text: number(digits.map((digit) => digit.answer)),
    digits,
    milliseconds: performance.now() - start,
  };
}
