/** What this device keeps: the drawing and how it is read over a reload, and corrections until they are deleted. Nothing is sent. */

import { areStrokes } from '../geometry.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {{label: number, strokes: Stroke[]}} Correction */

const DRAWING = 'digitjs.drawing';
const CHOICES = 'digitjs.choices';
const CORRECTIONS = 'digitjs.corrections';
const WIDTH = 1000; // of the canvas, in kept strokes
const LABELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Named by a function: where storage is closed to this page, naming it throws. @typedef {() => Storage} Place */

/** @type {Place} */
const visit = () => sessionStorage;
/** @type {Place} */
const device = () => localStorage;

/** @param {Place} place @param {string} key @param {string | null} value */
function put(place, key, value) {
  try {
    if (value === null) place().removeItem(key);
    else place().setItem(key, value);
    return true;
  } catch {
    return false; // full, or closed to this page
  }
}

/** @param {Place} place @param {string} key @returns {any} */
function get(place, key) {
  try {
    return JSON.parse(place().getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/**
 * Strokes as they are written down: the same in windows of all sizes.
 * @param {Stroke[]} strokes @param {number} width  of the canvas, in the strokes' unit
 * @returns {Stroke[]} on a canvas WIDTH wide, to a tenth
 */
export function normalized(strokes, width) {
  /** @param {number} value */
  const unit = (value) => Math.round((10 * WIDTH * value) / width) / 10;
  return strokes.map((stroke) => stroke.map(([x, y]) => [unit(x), unit(y)]));
}

/** @param {Stroke[]} strokes @param {number} width  of the canvas */
export function keepDrawing(strokes, width) {
  put(
    visit,
    DRAWING,
    strokes.length > 0 ? JSON.stringify({ width: WIDTH, strokes: normalized(strokes, width) }) : null,
  );
}

/** @param {number} width  of the canvas now @returns {Stroke[]} */
export function keptDrawing(width) {
  const kept = get(visit, DRAWING); // other versions and other pages may have left anything
  if (!areStrokes(kept?.strokes) || !(kept.width > 0)) return [];
  const factor = width / kept.width;
  return kept.strokes.map((/** @type {Stroke} */ stroke) => stroke.map(([x, y]) => [x * factor, y * factor]));
}

/** @typedef {{network: string, live: boolean}} Choices */
/** @param {Choices} choices */
export function keepChoices({ network, live }) {
  put(visit, CHOICES, JSON.stringify({ network, live }));
}

/** @returns {Partial<Choices>} as far as any are kept */
export function keptChoices() {
  return get(visit, CHOICES) ?? {};
}

/** @returns {Correction[]} */
export function corrections() {
  const kept = get(device, CORRECTIONS);
  if (!Array.isArray(kept)) return [];
  return kept.filter((one) => LABELS.includes(one?.label) && areStrokes(one.strokes));
}

/** @param {Correction} correction  its strokes normalized @returns {boolean} whether there was room */
export function correct(correction) {
  const same = JSON.stringify(correction.strokes);
  const others = corrections().filter((kept) => JSON.stringify(kept.strokes) !== same); // a second thought replaces the first
  return put(device, CORRECTIONS, JSON.stringify([...others, correction]));
}

export function forgetCorrections() {
  put(device, CORRECTIONS, null);
}
