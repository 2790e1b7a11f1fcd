/** window.digitjs: what tests and other people's scripts may rely on. */

import { areStrokes } from './geometry.js';
import { mean } from './recognition/decide.js';
import { rasterize } from './recognition/rasterize.js';
import { ask, judge, read } from './recognition/recognize.js';

/** @typedef {import('./geometry.js').Stroke} Stroke */
/** @typedef {import('./config.js').Task} Task */
/** @typedef {import('./session.js').Session} Session */
/**
 * Probabilities are in the order of the classes. What is called a digit, its number, is there while the task is digits.
 * @typedef {{class: string, digit?: number, probabilities: number[], milliseconds: number}} Classified
 */
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
 * @property {string[]} classes  that they tell apart
 * @property {Stroke[]} strokes  of the canvas, in its CSS pixels, y down; assignable
 * @property {() => void} clear
 * @property {(name: string) => Promise<Classified | null>} predict
 * @property {(strokes: Stroke[], name: string) => Promise<Classified | null>} classify
 * @property {(strokes: Stroke[], name?: string, origin?: import('./recognition/recognize.js').Origin) => Promise<{text: string, symbols: ReadSymbol[], digits?: ReadDigit[]}>} read
 * @property {(strokes: Stroke[], name?: string) => number[]} pixels  as a network takes them, by default the selected one
 * @property {(images: number[][], name: string) => Promise<number[][]>} scores  probabilities of images, each of as many values in [0, 1] as `pixels` gives
 * @property {() => {numTensors: number, numBytes: number}} memory
 */

/** @param {Session} session @returns {Contract} */
export function contract(session) {
  const { config, drawing } = session;
  const { task } = config;
  /** @param {string} name */
  const panel = async (name) => {
    const readers = await session.panel(name);
    await session.accelerateAfterFirst();
    return readers;
  };
  /** @param {Stroke[]} strokes @param {string} name */
  const classify = async (strokes, name) => whole(copied(strokes), await panel(name), task);
  /** @param {string} name @returns {import('./recognition/rasterize.js').Framing} */
  const framing = (name) => (name ? session.infos(name)[0] : config.networks[0]).framing ?? task.framing;
  return {
    get ready() {
      return session.ready;
    },
    networks: config.networks.map((one) => one.name),
    classes: [...task.classes],
    get strokes() {
      return structuredClone(drawing.written);
    },
    set strokes(strokes) {
      drawing.replace(copied(strokes));
    },
    clear: () => drawing.clear(),
    predict: async (name) => whole(drawing.strokes, await panel(name), task),
    classify,
    read: async (strokes, name = session.state.network, origin) =>
      published(await read(copied(strokes), await panel(name), task, origin), task),
    pixels: (strokes, name = session.state.network) =>
      Array.from(rasterize(copied(strokes), framing(name), task.digits).image),
    scores: async (images, name) => {
      const [reader] = await panel(name);
      return ask(
        images.map((image) => Float32Array.from(image)),
        reader,
      );
    },
    memory: () => session.networks.tensors(),
  };
}

/**
 * The whole drawing as one symbol.
 * @param {Stroke[]} strokes @param {import('./session.js').Reader[]} panel @param {Task} task
 * @returns {Promise<Classified | null>} null for an empty drawing
 */
async function whole(strokes, panel, task) {
  if (strokes.length === 0) return null;
  const start = performance.now();
  const [seen] = await judge([strokes], panel, task);
  const probabilities = mean(seen.probabilities);
  const digit = probabilities.indexOf(Math.max(...probabilities));
  const milliseconds = performance.now() - start;
  return { class: task.classes[digit], ...(task.digits && { digit }), probabilities, milliseconds };
}

/**
 * Strokes that another script hands over.
 * @param {any} given
 * @returns {Stroke[]} a copy, without empty strokes
 * @throws {TypeError} they are something else
 */
function copied(given) {
  const strokes = Array.isArray(given) ? given.filter((stroke) => stroke?.length !== 0) : given;
  if (areStrokes(strokes)) return structuredClone(strokes);
  throw new TypeError(
    'Strokes are an array of arrays of points, and a point is two finite numbers: [[[10, 20], [30, 40]]].',
  );
}

/** @param {import('./recognition/recognize.js').Reading} reading @param {Task} task */
function published({ text, symbols, digits }, task) {
  return { text, symbols: symbols.map((one) => symbol(one, task)), ...(task.digits && { digits: digits.map(digit) }) };
}

/** @param {import('./recognition/recognize.js').Digit} digit @returns {ReadDigit} */
function digit({ answer: { digit, kind }, probabilities, strokes }) {
  return { digit, kind, probabilities, strokes };
}

/** @param {import('./recognition/recognize.js').Reading['symbols'][number]} one @param {Task} task @returns {ReadSymbol} */
export function symbol(one, { classes }) {
  if ('sign' in one) return { class: one.sign, kind: 'sign', probabilities: [], strokes: one.strokes };
  const { digit: found, kind, ...rest } = digit(one);
  return { class: classes[found], kind: kind === 'digit' ? 'class' : kind, ...rest };
}
