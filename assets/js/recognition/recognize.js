/** A drawing, read by a panel of networks. Pure: the networks come as functions. */
import { box, middle, side } from '../geometry.js';
import { decide, mean, meanThresholds, number } from './decide.js';
import { MNIST, rasterize } from './rasterize.js';
import { isOneSign } from './reject.js';
import * as numbers from './segment.js';
import { signs } from './signs.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('./decide.js').Answer} Answer */
/** @typedef {import('./rasterize.js').Raster} Raster */
/**
 * @typedef {object} Reader
 * @property {string} name
 * @property {import('./decide.js').Thresholds} thresholds
 * @property {(images: Float32Array, count: number) => ArrayLike<number>} scores  calibrated
 * @property {(image: Float32Array) => import('../tensorflow/bundle.js').Activation[]} activations
 */
/**
 * @typedef {object} Digit  one digit of a drawing
 * @property {Stroke[]} strokes
 * @property {Raster} raster  what the networks see of them
 * @property {number[][]} opinions  ten probabilities from each network, in the panel's order
 * @property {Answer[]} answers  one from each network
 * @property {number[]} probabilities  what the panel believes together
 * @property {Answer} answer
 */
/** @typedef {import('./signs.js').Sign} Sign */
/**
 * @typedef {object} Reading
 * @property {string} text
 * @property {(Digit | Sign)[]} symbols  from left to right
 * @property {Digit[]} digits  those of them that are no signs
 * @property {number} milliseconds
 */
/** @typedef {{traced?: boolean}} Origin  traced: from a picture, so that the order and the pen lifts of writing are unknown */

export const CLASSES = 10;
const PIXELS = MNIST.size ** 2;
const IN_NUMBER = 0.5; // beside other digits, odd ink is more likely a digit than on its own: refuse it later
const TRACED = 0.67; // whoever brings a picture of a digit rarely brings a letter: refuse it later too

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
  const all = Array.from(reader.scores(batch, images.length));
  return images.map((_, i) => all.slice(i * CLASSES, (i + 1) * CLASSES));
}

/** What the panel thinks of strokes taken as one digit. @typedef {{raster: Raster, opinions: number[][]}} Seen */
/** Opinions of an earlier reading, by stroke: while the pen moves, all but one digit stay as they were. */
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
  const said = panel.map((reader) => ask(images, reader));
  const even = new Array(CLASSES).fill(1 / CLASSES);
  return groups.map((strokes, i) => ({
    raster: rasters[i],
    opinions: isDot(strokes) ? panel.map(() => even) : said.map((one) => one[i]),
  }));
}

/**
 * @param {Stroke[]} strokes
 * @param {Reader[]} panel  at least one
 * @param {Memory} [memory]  of the last reading by the same panel
 * @param {Origin} [origin]
 * @returns {Reading}
 */
export function read(strokes, panel, memory = new Memory(), { traced = false } = {}) {
  const start = performance.now();
  const ink = strokes.filter((stroke) => stroke.length > 0);
  const found = signs(ink);
  const parts = divide(ink, found, panel, { memory, traced });
  const isLetter = !traced && isOneSign(parts.map((part) => ({ ...part, probabilities: mean(part.seen.opinions) })));
  const patience = Math.min(parts.length > 1 ? IN_NUMBER : 1, traced ? TRACED : 1);
  const digits = isLetter
    ? [digit(ink, judge([ink], panel)[0], panel, Infinity)]
    : parts.map((part) => digit(part.strokes, part.seen, panel, patience));
  const symbols = [...digits, ...(isLetter ? [] : found)].sort(
    (a, b) => middle(box(a.strokes)) - middle(box(b.strokes)),
  );
  return { text: number(symbols), symbols, digits, milliseconds: performance.now() - start };
}

/** @typedef {import('./segment.js').Run & {seen: Seen}} Part */
/**
 * @param {Stroke[]} ink @param {Sign[]} found  in it @param {Reader[]} panel
 * @param {{memory?: Memory, traced?: boolean}} [options]
 * @returns {Part[]} what may be digits, from left to right
 */
export function divide(ink, found, panel, { memory = new Memory(), traced = false } = {}) {
  const strokes = ink.filter((stroke) => !found.some((sign) => sign.strokes[0] === stroke));
  const walls = found.map((sign) => middle(box(sign.strokes)));
  /** @param {Set<Stroke>} [joined] */
  const look = (joined) => {
    const lattice = numbers.candidates(strokes, { joined, walls, traced });
    const seen = memory.look(
      lattice.runs.map((run) => run.strokes),
      panel,
    );
    return { lattice, seen, beliefs: seen.map((one) => Math.max(...mean(one.opinions))) };
  };
  const first = look();
  const joined = numbers.joined(first.lattice, first.beliefs);
  const { lattice, seen, beliefs } = joined.size > 0 ? look(joined) : first;
  return numbers.choose(lattice, beliefs).map((i) => ({ ...lattice.runs[i], seen: seen[i] }));
}

/**
 * @param {Stroke[]} strokes @param {Seen} seen @param {Reader[]} panel
 * @param {number} patience  the share of the threshold under which it is no digit
 * @returns {Digit}
 */
function digit(strokes, { raster, opinions }, panel, patience) {
  const probabilities = mean(opinions);
  const limits = panel.map(({ thresholds }) => ({ ...thresholds, refuse: patience * thresholds.refuse }));
  return {
    strokes,
    raster,
    opinions,
    answers: opinions.map((one, i) => decide(one, limits[i])),
    probabilities,
    answer: decide(probabilities, meanThresholds(limits)),
  };
}
