/** The answer in words and figures: the number, the sentence under it, and each digit as the networks see it. */

import { NOTHING, number } from '../recognition/decide.js';
import { paint } from './canvas.js';
import { copy, element, has, part, put } from './dom.js';
import { phrase, showBars } from './probability_bars.js';

/** @typedef {import('../recognition/recognize.js').Reading} Reading */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */
/** @typedef {import('./i18n.js').Texts} Texts */
/** @typedef {import('./canvas.js').Palette} Palette */
/**
 * @typedef {object} View
 * @property {number} chosen  the place of the digit that the bars are about
 * @property {boolean} asked  whether a person pressed Predict for it
 * @property {boolean} waiting  whether nothing is read until Predict is pressed
 * @property {boolean} moving  whether the pen is down
 */

const QUIET = 700; // milliseconds without a change before a screen reader announces the answer

/** @param {Digit[]} digits @returns {string} the least certain kind of answer among them */
function state(digits) {
  const kinds = digits.map(({ answer }) => answer.kind);
  return ['refused', 'unsure', 'digit'].find((kind) => kinds.some((one) => one === kind)) ?? 'empty';
}

/** @param {boolean} asked @param {boolean} waiting @returns {string} the key of what to say without an answer */
function empty(asked, waiting) {
  if (waiting) return 'press_predict';
  return asked ? 'nothing_drawn' : 'invitation';
}

/**
 * Set data- attributes where they are others than before: setting one costs a layout.
 * @param {HTMLElement} place @param {Record<string, string>} marks
 */
function mark(place, marks) {
  for (const [key, value] of Object.entries(marks)) if (place.dataset[key] !== value) place.dataset[key] = value;
}

export class Result {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;
  #texts;
  #palette;

  /** @param {Texts} texts @param {Palette} palette */
  constructor(texts, palette) {
    this.#texts = texts;
    this.#palette = palette;
  }

  /** @param {string} sentence  for screen readers, announced once the pen rests */
  announce(sentence) {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => put(element('announcement'), sentence), QUIET); // the same is not said again
  }

  /** @param {string} sentence  announced at once; the answer follows when the pen rests */
  announceNow(sentence) {
    clearTimeout(this.#announcing);
    element('announcement').textContent = sentence;
  }

  /**
   * @param {Reading} reading
   * @param {NetworkInfo[]} networks
   * @param {View} view
   * @returns {string} the answer in words
   */
  show(reading, networks, { chosen, asked, waiting, moving }) {
    const box = element('result_box');
    mark(box, {
      state: state(reading.digits),
      length: reading.digits.length > 1 ? 'many' : 'one',
      panel: networks.length > 1 ? 'many' : 'one',
    });
    const digits = String(Math.max(reading.text.length, 1));
    if (box.style.getPropertyValue('--digits') !== digits) box.style.setProperty('--digits', digits);
    put(element('prediction'), reading.text);
    const { length } = reading.digits;
    const sentence = length > 0 ? this.#sentence(reading) : this.#texts.say(empty(asked, waiting));
    const agreement = this.#agreement(networks, reading.symbols);
    put(element('prediction_note'), sentence);
    if (has('agreement')) put(element('agreement'), agreement);
    this.#showImages(reading.digits, chosen);
    showBars(this.#texts, networks, reading.digits[chosen], moving);
    return `${sentence} ${agreement}`.trim();
  }

  /** @param {Reading} reading  of one digit at least @returns {string} the answer as one sentence */
  #sentence({ symbols, digits, text }) {
    const texts = this.#texts;
    if (symbols.length === 1) {
      const { kind, digit, second, confidence } = digits[0].answer;
      return texts.say(kind, { digit, second, confidence: texts.probability(confidence) });
    }
    if (text.includes(NOTHING)) return texts.say('number_gaps', { text });
    const doubts = digits.filter(({ answer }) => answer.kind === 'unsure').map(({ answer }) => phrase(texts, answer));
    return doubts.length > 0
      ? texts.say('number_unsure', { text, doubts: doubts.join(' ') })
      : texts.say('number', { text });
  }

  /**
   * Whether the networks agree on all that is read, in words; empty for one network alone.
   * @param {NetworkInfo[]} networks @param {Reading['symbols']} symbols
   */
  #agreement(networks, symbols) {
    if (symbols.length === 0 || networks.length < 2) return '';
    /** @type {Map<string, string[]>} titles of networks by what they read */
    const camps = new Map();
    networks.forEach(({ title }, i) => {
      const text = number(symbols.map((one) => ('sign' in one ? one : one.panel[i])));
      const read = text === NOTHING ? this.#texts.say('no_digit') : text;
      camps.set(read, [...(camps.get(read) ?? []), title]);
    });
    if (camps.size === 1) return this.#texts.say('agree', { count: networks.length });
    const all = [...camps].map(([said, titles]) => this.#texts.say('camp', { said, titles: titles.join(', ') }));
    return this.#texts.say('disagree', { camps: all.join('; ') });
  }

  /** @param {Digit[]} digits @param {number} chosen */
  #showImages(digits, chosen) {
    const canvas = /** @type {HTMLCanvasElement} */ (element('canvas_image'));
    const images = digits.map(({ raster }) => raster.image);
    paint(canvas, images, this.#palette.colour('--pen'));
    canvas.hidden = images.length === 0;
    if (!has('digits')) return;
    const place = element('digits');
    const wanted = digits.length > 1 ? digits : [];
    while (place.children.length > wanted.length) place.lastElementChild?.remove();
    while (place.children.length < wanted.length) place.append(copy('digit_template'));
    wanted.forEach((digit, i) => {
      const item = /** @type {HTMLElement} */ (place.children[i]);
      const button = part(item, 'choose');
      button.dataset.place = String(i);
      const pressed = String(i === chosen);
      if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
      this.#showDigit(item, digit);
    });
  }

  /** @param {HTMLElement} item @param {Digit} digit */
  #showDigit(item, { answer, raster }) {
    mark(item, { answer: answer.kind });
    put(part(item, 'said'), phrase(this.#texts, answer));
    paint(/** @type {HTMLCanvasElement} */ (part(item, 'image')), [raster.image], this.#palette.colour('--pen'));
  }
}
