/** The answer in words and figures: the number, the sentence under it, and each digit as the networks see it. */

import { NOTHING, number } from '../recognition/decide.js';
import * as ink from './canvas.js';
import { copy, element, has, part, put } from './dom.js';
import { chance, say } from './i18n.js';
import * as scores from './probability_bars.js';

/** @typedef {import('../recognition/recognize.js').Reading} Reading */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */

const QUIET = 700; // milliseconds without a change before a screen reader is told

/** @type {ReturnType<typeof setTimeout> | undefined} */
let announcing;

/** @param {string} sentence  told to screen readers once the pen rests */
export function announce(sentence) {
  clearTimeout(announcing);
  announcing = setTimeout(() => put(element('announcement'), sentence), QUIET); // the same is not said again
}

/**
 * @param {Reading} reading
 * @param {{asked: boolean, waiting: boolean}} view  asked: a person pressed Predict for it; waiting: nobody has yet
 * @returns {string} the answer as one sentence
 */
export function sentence(reading, { asked, waiting }) {
  const { digits } = reading;
  if (digits.length === 0) return say(empty(asked, waiting));
  if (digits.length > 1) return numberSentence(reading);
  const { answer } = digits[0];
  return say(answer.kind, { digit: answer.digit, second: answer.second, sure: chance(answer.probability) });
}

/** @param {Reading} reading @returns {string} */
function numberSentence({ digits, text }) {
  if (text.includes(NOTHING)) return say('number_gaps', { text });
  const doubts = digits.filter(({ answer }) => answer.kind === 'unsure').map(({ answer }) => scores.phrase(answer));
  return doubts.length > 0 ? say('number_unsure', { text, doubts: doubts.join(' ') }) : say('number', { text });
}

/** @param {Digit[]} digits @returns {string} how sure the whole reading is: as its least sure digit */
function state(digits) {
  const kinds = digits.map(({ answer }) => answer.kind);
  return ['refused', 'unsure', 'digit'].find((kind) => kinds.some((one) => one === kind)) ?? 'empty';
}

/** @param {boolean} asked @param {boolean} waiting @returns {string} the key of what to say without an answer */
function empty(asked, waiting) {
  if (waiting) return 'press_predict';
  return asked ? 'nothing_drawn' : 'invitation';
}

/** @param {string} sentence  told at once; the answer follows when the pen rests */
export function tell(sentence) {
  clearTimeout(announcing);
  element('announcement').textContent = sentence;
}

/**
 * Whether the networks agree on all that is read, in words; empty for one network alone.
 * @param {NetworkInfo[]} networks
 * @param {Reading} reading
 */
export function agreement(networks, { symbols }) {
  if (symbols.length === 0 || networks.length < 2) return '';
  /** @type {Map<string, string[]>} */
  const camps = new Map();
  networks.forEach(({ title }, i) => {
    const text = number(symbols.map((one) => ('sign' in one ? one : { answer: one.answers[i] })));
    const said = text === NOTHING ? say('no_digit') : text;
    camps.set(said, [...(camps.get(said) ?? []), title]);
  });
  if (camps.size === 1) return say('agree', { count: networks.length });
  return say('disagree', {
    camps: [...camps].map(([said, titles]) => say('camp', { said, titles: titles.join(', ') })).join('; '),
  });
}

/**
 * @param {Reading} reading
 * @param {NetworkInfo[]} networks
 * @param {{chosen: number, asked: boolean, waiting: boolean, moving: boolean}} view  chosen: the digit of the number that the bars are about;
 *   moving: the pen is down
 * @returns {string} the answer in words
 */
export function show(reading, networks, { chosen, asked, waiting, moving }) {
  const digit = reading.digits[chosen];
  const box = element('result_box');
  mark(box, {
    state: state(reading.digits),
    length: reading.digits.length > 1 ? 'many' : 'one',
    panel: networks.length > 1 ? 'many' : 'one',
  });
  const digits = String(Math.max(reading.text.length, 1));
  if (box.style.getPropertyValue('--digits') !== digits) box.style.setProperty('--digits', digits);
  put(element('prediction'), reading.text);
  const said = [sentence(reading, { asked, waiting }), agreement(networks, reading)];
  put(element('prediction_note'), said[0]);
  if (has('agreement')) put(element('agreement'), said[1]);
  const images = reading.digits.map((one) => one.raster.image);
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas_image'));
  ink.paint(canvas, images, ink.colour('--pen'));
  canvas.hidden = images.length === 0;
  if (has('digits')) showDigits(reading, chosen);
  scores.show(networks, digit, moving);
  return said.join(' ').trim();
}

/**
 * Set data- attributes where they are others than before: setting one costs a layout.
 * @param {HTMLElement} place @param {Record<string, string>} marks
 */
function mark(place, marks) {
  for (const [key, value] of Object.entries(marks)) if (place.dataset[key] !== value) place.dataset[key] = value;
}

/** @param {Reading} reading @param {number} chosen */
function showDigits(reading, chosen) {
  const place = element('digits');
  const wanted = reading.digits.length > 1 ? reading.digits.length : 0;
  while (place.children.length > wanted) place.lastElementChild?.remove();
  while (place.children.length < wanted) place.append(copy('digit_template'));
  for (let i = 0; i < wanted; i++)
    showDigit(/** @type {HTMLElement} */ (place.children[i]), reading.digits[i], i, chosen);
}

/** @param {HTMLElement} item @param {Digit} digit @param {number} place @param {number} chosen */
function showDigit(item, digit, place, chosen) {
  const button = part(item, 'choose');
  button.dataset.place = String(place);
  const pressed = String(place === chosen);
  if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
  if (item.dataset.answer !== digit.answer.kind) item.dataset.answer = digit.answer.kind;
  put(part(item, 'said'), scores.phrase(digit.answer));
  const canvas = /** @type {HTMLCanvasElement} */ (part(item, 'image'));
  ink.paint(canvas, [digit.raster.image], ink.colour('--pen'));
}
