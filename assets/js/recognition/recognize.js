/** A drawing, read by a panel of networks. Pure: the networks come as functions. */
import { box, side } from '../geometry.js';
import { decide, mean, meanThresholds, number } from './decide.js';
import { MNIST, rasterize } from './rasterize.js';
import * as segment from './segment.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('./decide.js').Answer} Answer */
/** @typedef {import('./rasterize.js').Raster} Raster */
/**
 * @typedef {object} Reader
 * @property {string} name
 * @property {import('./decide.js').Thresholds} thresholds
 * @property {(images: Float32Array, count: number) => ArrayLike<number>} probabilities  calibrated, one image after another
 */
/** @typedef {{probabilities: number[], answer: Answer}} Judgement */
/**
 * One digit of a drawing, judged by the whole panel.
 * @typedef {Judgement & {strokes: Stroke[], raster: Raster, panel: Judgement[]}} Digit  panel: one judgement by each network
 */
/** @typedef {{text: string, digits: Digit[]}} Reading */

export const CLASSES = 10;
const PIXELS = MNIST.size ** 2;
const IN_NUMBER = 0.7; // beside other digits, odd ink is more likely a digit than on its own: refuse it later

/** @param {Stroke[]} strokes @returns {boolean} whether nothing but a dot is drawn, which is no digit */
export function isDot(strokes) {
  return strokes.every((stroke) => side(box([stroke])) === 0);
}

/**
 * @param {Float32Array[]} images  784 values each
 * @param {Reader} reader
 * @returns {number[][]} ten probabilities for each image, all asked for in one batch
 */
export function ask(images, reader) {
  if (images.length === 0) return [];
  const batch = new Float32Array(images.length * PIXELS);
  images.forEach((image, i) => {
    batch.set(image, i * PIXELS);
  });
  const all = Array.from(reader.probabilities(batch, images.length));
  return images.map((_, i) => all.slice(i * CLASSES, (i + 1) * CLASSES));
}

/** Strokes taken as one digit. @typedef {{raster: Raster, probabilities: number[][]}} Seen  one vector from each network */
/** What an earlier reading saw, by stroke: while the pen moves, all but one digit stay as they were. */
export class Memory {
  /** @type {Map<string, Seen>} */
  #seen = new Map();
  /** @type {WeakMap<Stroke, number>} */
  #names = new WeakMap();
  #next = 0;

  /** @param {Stroke[]} strokes  a stroke being drawn grows, and is another with every point */
  #key(strokes) {
    return strokes
      .map((stroke) => {
        if (!this.#names.has(stroke)) this.#names.set(stroke, this.#next++);
        return `${this.#names.get(stroke)}:${stroke.length}`;
      })
      .join();
  }

  /**
   * @param {Stroke[][]} groups
   * @param {Reader[]} panel
   * @returns {Seen[]} the unknown ones asked for in one batch for each network, the others remembered
   */
  look(groups, panel) {
    const keys = groups.map((strokes) => this.#key(strokes));
    const fresh = groups.filter((_, i) => !this.#seen.has(keys[i]));
    const asked = judge(fresh, panel);
    const seen = keys.map((key) => this.#seen.get(key) ?? /** @type {Seen} */ (asked.shift()));
    this.#seen = new Map(keys.map((key, i) => [key, seen[i]]));
    return seen;
  }
}

/** @param {Stroke[][]} groups @param {Reader[]} panel @returns {Seen[]} */
export function judge(groups, panel) {
  const rasters = groups.map((strokes) => rasterize(strokes));
  const images = rasters.map(({ image }) => image);
  const all = panel.map((reader) => ask(images, reader));
  const even = new Array(CLASSES).fill(1 / CLASSES);
  return groups.map((strokes, i) => ({
    raster: rasters[i],
    probabilities: isDot(strokes) ? panel.map(() => even) : all.map((one) => one[i]),
  }));
}

/**
 * @param {Stroke[]} strokes
 * @param {Reader[]} panel  at least one
 * @param {Memory} [memory]  of the last reading by the same panel
 * @returns {Reading}
 */
export function read(strokes, panel, memory = new Memory()) {
  const found = segment.candidates(strokes.filter((stroke) => stroke.length > 0));
  const seen = memory.look(
    found.runs.map((run) => run.strokes),
    panel,
  );
  const confidences = seen.map((one) => Math.max(...mean(one.probabilities)));
  const chosen = segment.choose(found, confidences);
  const share = chosen.length > 1 ? IN_NUMBER : 1;
  const limits = panel.map(({ thresholds }) => ({ ...thresholds, refuse: share * thresholds.refuse }));
  const digits = chosen.map((i) => ({ strokes: found.runs[i].strokes, ...decided(seen[i], limits) }));
  return { text: number(digits.map((one) => one.answer)), digits };
}

/**
 * @param {Seen} seen @param {import('./decide.js').Thresholds[]} limits  of each network
 * @returns {Judgement & {raster: Raster, panel: Judgement[]}}
 */
function decided({ raster, probabilities: all }, limits) {
  const probabilities = mean(all);
  const answer = decide(probabilities, meanThresholds(limits));
  const panel = all.map((one, i) => ({ probabilities: one, answer: decide(one, limits[i]) }));
  return { raster, probabilities, answer, panel };
}
