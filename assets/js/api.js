/** window.digitjs: what tests and other people's scripts may rely on. */

import { areStrokes } from './geometry.js';
import { rasterize } from './recognition/rasterize.js';
import { CLASSES, read } from './recognition/recognize.js';
import * as networks from './tensorflow/loader.js';

/** @typedef {import('./geometry.js').Stroke} Stroke */
/** @typedef {import('./session.js').Page} Page */
/** @typedef {{digit: number, probabilities: number[], milliseconds: number}} Classified */
/** @typedef {import('./recognition/decide.js').Answer['kind']} Kind */
/** @typedef {{digit: number, kind: Kind, probabilities: number[], strokes: Stroke[]}} ReadDigit */
/**
 * A sign has no probabilities: its form and its place alone tell it.
 * @typedef {{class: string, kind: 'class' | 'unsure' | 'refused' | 'sign', probabilities: number[], strokes: Stroke[]}} ReadSymbol
 */
/**
 * @typedef {object} Contract
 * @property {Promise<void>} ready
 * @property {string[]} networks
 * @property {Stroke[]} strokes  of the canvas, in its CSS pixels, y down; assignable
 * @property {() => void} clear
 * @property {(name: string) => Promise<Classified | null>} predict
 * @property {(strokes: Stroke[], name: string) => Promise<Classified | null>} classify
 * @property {(strokes: Stroke[], name?: string, origin?: import('./recognition/recognize.js').Origin) => Promise<{text: string, symbols: ReadSymbol[], digits: ReadDigit[]}>} read
 * @property {(strokes: Stroke[]) => number[]} pixels
 * @property {(images: number[][], name: string) => Promise<number[][]>} scores  of images of 784 values in [0, 1]
 * @property {() => {numTensors: number, numBytes: number}} memory
 */

/** @param {Page} page @returns {Contract} */
export function contract(page) {
  /** @param {string} name */
  const panel = async (name) => {
    const readers = await page.panel(name);
    await page.speed();
    return readers;
  };
  /** @param {Stroke[]} strokes @param {string} name */
  const classify = async (strokes, name) => page.whole(taken(strokes), await panel(name));
  return {
    get ready() {
      return page.ready;
    },
    networks: page.config.networks.map((one) => one.name),
    get strokes() {
      return structuredClone(page.drawing.strokes);
    },
    set strokes(strokes) {
      page.drawing.replace(taken(strokes));
    },
    clear: () => page.drawing.clear(),
    predict: (name) => classify(page.drawing.strokes, name),
    classify,
    read: async (strokes, name = page.selected, origin) =>
      told(read(taken(strokes), await panel(name), undefined, origin)),
    pixels: (strokes) => Array.from(rasterize(taken(strokes)).image),
    scores: async (images, name) => {
      const [asked] = await panel(name);
      const flat = Array.from(asked.scores(new Float32Array(images.flat()), images.length));
      return images.map((_, i) => flat.slice(i * CLASSES, (i + 1) * CLASSES));
    },
    memory: networks.tensors,
  };
}

/**
 * Strokes that another script hands over.
 * @param {any} given
 * @returns {Stroke[]} a copy, without empty strokes
 * @throws {TypeError} they are something else
 */
function taken(given) {
  const strokes = Array.isArray(given) ? given.filter((stroke) => stroke?.length !== 0) : given;
  if (areStrokes(strokes)) return structuredClone(strokes);
  throw new TypeError(
    'Strokes are an array of arrays of points, and a point is two finite numbers: [[[10, 20], [30, 40]]].',
  );
}

/** @param {import('./recognition/recognize.js').Reading} reading */
function told({ text, symbols, digits }) {
  return { text, symbols: symbols.map(symbol), digits: digits.map(digit) };
}

/** @param {import('./recognition/recognize.js').Digit} digit @returns {ReadDigit} */
function digit({ answer: { digit, kind }, probabilities, strokes }) {
  return { digit, kind, probabilities, strokes };
}

/** @param {import('./recognition/recognize.js').Reading['symbols'][number]} one @returns {ReadSymbol} */
function symbol(one) {
  if ('sign' in one) return { class: one.sign, kind: 'sign', probabilities: [], strokes: one.strokes };
  const { digit: found, kind, ...rest } = digit(one);
  return { class: String(found), kind: kind === 'digit' ? 'class' : kind, ...rest };
}
