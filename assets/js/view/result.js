/** The answer in words and figures: the number or row, the sentence under it, and each symbol as the networks see it. */

import { row } from '../recognition/decide.js';
import { paint } from './canvas.js';
import { copy, element, has, part, put } from './dom.js';
import { inWords, phrase, showBars } from './probability_bars.js';

/** @typedef {import('../recognition/recognize.js').Reading} Reading */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */
/** @typedef {import('./i18n.js').Texts} Texts */
/** @typedef {import('./canvas.js').Palette} Palette */
/**
 * @typedef {object} View
 * @property {number} chosen  the place of the symbol that the bars are about
 * @property {boolean} asked  whether a person pressed Predict for it
 * @property {boolean} waiting  whether nothing is read until Predict is pressed
 * @property {boolean} moving  whether the pen is down
 * @property {boolean} wide  whether the bars of all classes are on view
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
  #task;
  #root;

  /**
   * @param {Texts} texts @param {Palette} palette @param {import('../config.js').Task} task
   * @param {import('./dom.js').Root} [root]
   */
  constructor(texts, palette, task, root) {
    this.#root = root;
    this.#task = task;
    this.#texts = texts;
    this.#palette = palette;
  }

  /** @param {string} sentence  for screen readers, announced once the pen rests */
  announce(sentence) {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => put(element('announcement', this.#root), sentence), QUIET); // the same is not said again
  }

  /** @param {string} sentence  announced at once; the answer follows when the pen rests */
  announceNow(sentence) {
    clearTimeout(this.#announcing);
    element('announcement', this.#root).textContent = sentence;
  }

  /**
   * @param {Reading} reading
   * @param {NetworkInfo[]} networks
   * @param {View} view
   * @returns {string} the answer in words
   */
  show(reading, networks, { chosen, asked, waiting, moving, wide }) {
    const box = element('result_box', this.#root);
    mark(box, {
      state: state(reading.digits),
      length: reading.digits.length > 1 ? 'many' : 'one',
      panel: networks.length > 1 ? 'many' : 'one',
    });
    const digits = String(Math.max([...reading.text].length, 1));
    if (box.style.getPropertyValue('--digits') !== digits) box.style.setProperty('--digits', digits);
    put(element('prediction', this.#root), reading.text);
    const { length } = reading.digits;
    const sentence = length > 0 ? this.#sentence(reading) : this.#texts.say(empty(asked, waiting));
    const agreement = this.#agreement(networks, reading.symbols);
    put(element('prediction_note', this.#root), sentence);
    if (has('agreement', this.#root)) put(element('agreement', this.#root), agreement);
    this.#showImages(reading.digits, chosen);
    showBars(networks, reading.digits[chosen], {
      texts: this.#texts,
      task: this.#task,
      root: this.#root,
      moving,
      wide,
    });
    return `${sentence} ${agreement}`.trim();
  }

  /** @param {Reading} reading  of one digit at least @returns {string} the answer as one sentence */
  #sentence({ symbols, digits, text }) {
    const texts = this.#texts;
    if (symbols.length === 1) {
      const { answer } = digits[0];
      return texts.say(answer.kind, inWords(texts, answer, this.#task));
    }
    if (digits.some(({ answer }) => answer.kind === 'refused')) return texts.say('number_gaps', { text });
    const doubts = digits
      .filter(({ answer }) => answer.kind === 'unsure')
      .map(({ answer }) => phrase(texts, answer, this.#task));
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
      const own = symbols.map((one) => ('sign' in one ? one : one.panel[i]));
      const isNone = own.length === 1 && !('sign' in own[0]) && own[0].answer.kind === 'refused';
      const read = isNone ? this.#texts.say('no_digit') : row(own, this.#task);
      camps.set(read, [...(camps.get(read) ?? []), title]);
    });
    if (camps.size === 1) return this.#texts.say('agree', { count: networks.length });
    const all = [...camps].map(([said, titles]) => this.#texts.say('camp', { said, titles: titles.join(', ') }));
    return this.#texts.say('disagree', { camps: all.join('; ') });
  }

  /** @param {Digit[]} digits  or other symbols @param {number} chosen */
  #showImages(digits, chosen) {
    const canvas = /** @type {HTMLCanvasElement} */ (element('canvas_image', this.#root));
    const images = digits.map(({ raster }) => raster.image);
    if (this.#task.direction === 'rtl') images.reverse(); // as they were drawn
    paint(canvas, images, this.#palette.colour('--pen'));
    canvas.hidden = images.length === 0;
    if (!has('digits', this.#root)) return;
    const place = element('digits', this.#root);
    const wanted = digits.length > 1 ? digits : [];
    while (place.children.length > wanted.length) place.lastElementChild?.remove();
    while (place.children.length < wanted.length) place.append(copy('digit_template', this.#root));
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
    put(part(item, 'said'), phrase(this.#texts, answer, this.#task));
    paint(/** @type {HTMLCanvasElement} */ (part(item, 'image')), [raster.image], this.#palette.colour('--pen'));
  }
}
