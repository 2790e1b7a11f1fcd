/** What the page knows and when it asks the networks. No DOM here: listeners show it. */

import { Drawing } from './drawing/drawing.js';
import { calibrated, mean } from './recognition/decide.js';
import { judge, Memory, read } from './recognition/recognize.js';
import * as networks from './tensorflow/loader.js';

/** @typedef {import('./config.js').Site} Site */
/** @typedef {import('./config.js').NetworkInfo} NetworkInfo */
/** @typedef {import('./recognition/recognize.js').Reader} Reader */
/** @typedef {import('./recognition/recognize.js').Reading} Reading */
/** @typedef {import('./geometry.js').Stroke} Stroke */
/** @typedef {{state: 'loading', fraction: number} | {state: 'ready'} | {state: 'failed', reason: unknown}} Loading */

export const ALL = 'all';
const SLOW = 10; // milliseconds to read and to show it: beyond them drawing would falter
const REST = 2; // times as long as it took, a slow reading leaves to the pen

export class Page {
  drawing = new Drawing();
  selected = '';
  live = true;
  /** @type {Reading} */
  last = { text: '', symbols: [], digits: [], milliseconds: 0 };
  /** Follows the first selection, so that whoever awaits `ready` before it does not go on too early. */
  #begin = (/** @type {Promise<void>} */ _first) => {};
  /** Resolved when the selected networks can answer; renewed on selection. @type {Promise<void>} */
  ready = new Promise((resolve) => {
    this.#begin = resolve;
  });
  /** @type {Reader[]} */
  #panel = [];
  #memory = new Memory();
  #asked = false;
  #due = false;
  #answered = false;
  #free = 0; // when the networks may be asked again while the pen moves

  /** @param {Site} config */
  constructor(config) {
    this.config = config;
    this.ready.catch(() => {}); // it follows the first selection, which tells through onloading
    /** Called with what the networks read; asked tells whether a person pressed Predict for it. */
    this.onreading = (/** @type {Reading} */ _reading, /** @type {boolean} */ _asked) => {};
    this.onloading = (/** @type {Loading} */ _loading) => {};
    /** Called before anything slow, once a frame at most. */
    this.onframe = () => {};
    this.drawing.onchange = () => {
      this.#asked = false;
      this.#schedule();
    };
    this.drawing.onview = () => this.#schedule();
  }

  /** @param {string} name @returns {NetworkInfo[]} the networks behind a name of the selector */
  infos(name) {
    const found = this.config.networks.filter((one) => name === ALL || one.name === name);
    if (found.length > 0) return found;
    const names = this.config.networks.map((one) => one.name).join(', ');
    throw new Error(`No network is called ${JSON.stringify(name)}: there are ${names} and ${ALL}`);
  }

  /**
   * @param {string} name @param {(fraction: number) => void} [progress]
   * @returns {Promise<Reader[]>} its networks, loaded
   */
  async panel(name, progress) {
    const infos = this.infos(name);
    const fractions = infos.map(() => 0);
    const loaded = infos.map((info, i) =>
      networks.load(this.config, info, (fraction) => {
        fractions[i] = fraction;
        progress?.(fractions.reduce((sum, one) => sum + one, 0) / infos.length);
      }),
    );
    return (await Promise.all(loaded)).map((one, i) => ({
      ...infos[i],
      ...one,
      scores: (images, count) => calibrated(one.scores(images, count), count, infos[i].temperature),
    }));
  }

  /**
   * Answers get faster once the first is given; whoever asks for more waits for that.
   * @returns {Promise<void>}
   */
  async speed() {
    if (this.#answered) return this.hurry();
    this.#answered = true;
    setTimeout(() => this.hurry()); // after this answer, not before
  }

  /** Get ready for many answers: somebody is about to draw. */
  hurry() {
    return networks.hurry(this.config);
  }

  /** The networks that answer now; none while they load. */
  get readers() {
    return this.#panel;
  }

  /** @param {string} name  of a network, or all */
  select(name) {
    this.selected = name;
    this.#panel = [];
    this.ready = this.#load(name);
    this.#begin(this.ready);
    this.ready.catch(() => {}); // told through onloading; whoever awaits ready still gets it
  }

  /** @param {string} name */
  async #load(name) {
    let failed = false;
    /** @param {Loading} loading */
    const tell = (loading) => !failed && this.selected === name && this.onloading(loading);
    tell({ state: 'loading', fraction: 0 });
    try {
      const panel = await this.panel(name, (fraction) => tell({ state: 'loading', fraction }));
      if (this.selected !== name) return this.ready;
      this.#panel = panel;
      this.#memory = new Memory();
    } catch (reason) {
      tell({ state: 'failed', reason });
      failed = true; // other files may arrive later
      if (this.selected === name) this.#forget();
      throw reason;
    }
    tell({ state: 'ready' });
    this.#schedule();
  }

  /** What another network said is not this one's answer. */
  #forget() {
    this.last = { text: '', symbols: [], digits: [], milliseconds: 0 };
    this.onreading(this.last, false);
  }

  /** Ask the networks now, live or not. */
  predict() {
    this.#asked = true;
    this.#schedule();
  }

  /** Show everything again: the language or the colours changed. */
  refresh() {
    this.#schedule();
  }

  #schedule() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.onframe();
      // The ink is on its way to the screen before the networks are asked.
      setTimeout(() => this.#read());
    });
  }

  #read() {
    if (this.#panel.length === 0) {
      if (this.last.digits.length > 0) this.#forget(); // it was about another drawing, and nobody can answer yet
      return;
    }
    const wait = this.#free - performance.now();
    if (this.drawing.isDrawing && wait > 0) {
      setTimeout(() => this.#schedule(), wait);
      return;
    }
    const start = performance.now();
    const strokes = this.live || this.#asked ? this.drawing.strokes : [];
    this.last = read(strokes, this.#panel, this.#memory, { traced: this.drawing.isTraced });
    this.onreading(this.last, this.#asked);
    const now = performance.now(); // whoever shows the reading may look inside the networks too
    this.#free = now - start > SLOW ? now + REST * (now - start) : 0;
    if (this.last.digits.length > 0) this.speed();
  }

  /**
   * The whole drawing as one digit.
   * @param {Stroke[]} strokes @param {Reader[]} panel
   */
  whole(strokes, panel) {
    const start = performance.now();
    const ink = strokes.filter((stroke) => stroke.length > 0);
    if (ink.length === 0) return null;
    const probabilities = mean(judge([ink], panel)[0].opinions);
    const digit = probabilities.indexOf(Math.max(...probabilities));
    return { digit, probabilities, milliseconds: performance.now() - start };
  }
}
