/** Which ink an answer rests on: a map over the image, for the answer or for the class that the visitor asks about. */

import { SLOW } from '../config.js';
import { mean } from '../recognition/decide.js';
import { cover, coverAlike, heat } from '../recognition/occlusion.js';
import { ask } from '../recognition/recognize.js';
import { paint } from './canvas.js';
import { element } from './dom.js';

/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../recognition/recognize.js').Reader & {operations: number}} Reader */
/** @typedef {import('../recognition/occlusion.js').Covered} Covered */
/** @typedef {import('./i18n.js').Texts} Texts */
/** @typedef {import('./canvas.js').Palette} Palette */

const REST = 180; // milliseconds the pen must rest before the map is made: it asks some fifty times

export class Saliency {
  /** What the networks make of the digit with each patch covered. @type {{digit: Digit, patches: Covered[], after: number[][]} | null} */
  #covered = null;
  /** The one on view, whose map may be still to come. @type {Digit | null} */
  #shown = null;
  /** @type {number | null} the class whose bar is pointed at */
  #hovered = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;
  #asking = new AbortController();
  #state;
  #texts;
  #palette;

  #task;

  /**
   * @param {import('../state.js').ViewState} state @param {Texts} texts @param {Palette} palette
   * @param {import('../config.js').Task} task
   */
  constructor(state, texts, palette, task) {
    this.#task = task;
    this.#state = state;
    this.#texts = texts;
    this.#palette = palette;
    state.addEventListener('asked', () => this.#paint());
    element('why_digits').addEventListener('click', (event) => {
      const button = event.target instanceof Element && event.target.closest('[data-why]');
      if (button instanceof HTMLElement) this.#toggle(Number(button.dataset.why));
    });
    element('why_digits').addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement) this.#toggle(Number(target.value)); // of tasks with many classes
    });
    this.#connectBars();
  }

  /** Pointing at a bar asks about its class for as long as one points. */
  #connectBars() {
    const box = /** @type {HTMLDetailsElement} */ (element('inside'));
    const bars = element('chart_box');
    bars.addEventListener('pointerover', (event) => {
      const bar = event.target instanceof Element && event.target.closest('[data-probability]');
      if (!box.open || !(bar instanceof HTMLElement)) return;
      this.#hovered = Number(bar.dataset.place);
      this.#paint();
    });
    bars.addEventListener('pointerleave', () => {
      this.#hovered = null;
      if (box.open) this.#paint();
    });
  }

  /** @param {number} digit  to ask about, or to ask about no more */
  #toggle(digit) {
    const of = this.#shown?.strokes[0];
    if (of) this.#state.set({ asked: this.#asked === digit ? null : { digit, of } });
  }

  /** The class that the visitor asks about, of the symbol on view. */
  get #asked() {
    const { asked } = this.#state;
    return asked && asked.of === this.#shown?.strokes[0] ? asked.digit : null;
  }

  /**
   * The map follows when the pen rests.
   * @param {Digit} digit @param {Reader[]} readers
   */
  show(digit, readers) {
    this.hide();
    this.#shown = digit;
    if (this.#covered && this.#covered.digit.strokes[0] !== digit.strokes[0]) this.#clear(); // of another drawing
    this.#waiting = setTimeout(() => this.#ask(digit, readers), REST);
  }

  /** Cancel a map that is due. */
  hide() {
    clearTimeout(this.#waiting);
    this.#asking.abort();
  }

  /** @param {Digit} digit @param {Reader[]} readers */
  async #ask(digit, readers) {
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const { image, paper } = digit.raster;
    const slow = readers.some(({ operations }) => operations > SLOW);
    const patches = cover(image, paper, slow);
    const asked = readers.map((reader, k) => {
      const { raster } = digit.panel[k];
      const own =
        raster === digit.raster ? patches.map(({ image }) => image) : coverAlike(patches, digit.raster, raster);
      return ask(own, reader, signal);
    });
    const all = await Promise.all(asked).catch((reason) => {
      if (!signal.aborted) throw reason;
    });
    if (signal.aborted || !all) return;
    this.#covered = { digit, patches, after: patches.map((_, i) => mean(all.map((one) => one[i]))) };
    this.#paint();
  }

  #clear() {
    this.#covered = null;
    const canvas = /** @type {HTMLCanvasElement} */ (element('why_map'));
    canvas.width = canvas.height; // which empties it
  }

  #paint() {
    if (!this.#covered) return;
    const { digit, patches, after } = this.#covered;
    const wanted = this.#hovered ?? this.#asked ?? digit.answer.digit;
    const covered = after.map((probabilities) => probabilities[wanted]);
    paintHeat(digit.raster.image, heat(patches, digit.probabilities[wanted], covered), this.#palette);
    element('why_text').textContent = this.#texts.say('why_text', { digit: this.#task.classes[wanted] });
    const choice = element('why_digits');
    const select = choice.querySelector('select');
    if (select) select.value = String(wanted);
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (choice.querySelectorAll('[data-why]'))) {
      button.setAttribute('aria-pressed', String(Number(button.dataset.why) === wanted));
    }
  }
}

/**
 * The ink, tinted where it speaks for the class and where against it.
 * @param {Float32Array} image @param {Float32Array} map @param {Palette} palette
 */
function paintHeat(image, map, palette) {
  const canvas = /** @type {HTMLCanvasElement} */ (element('why_map'));
  const most = map.reduce((a, b) => Math.max(a, Math.abs(b)), 0.02); // below 2 points nothing is worth colour
  const shade = image.map((value, i) => Math.max(value, (0.55 * Math.abs(map[i])) / most));
  paint(canvas, [shade], palette.colour('--pen'));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.globalCompositeOperation = 'source-atop'; // tints change no opacity
  const tint = document.createElement('canvas');
  for (const [name, sign] of Object.entries({ '--warm': 1, '--cold': -1 })) {
    paint(tint, [map.map((value) => Math.max((sign * value) / most, 0))], palette.colour(name));
    context.drawImage(tint, 0, 0);
  }
}
