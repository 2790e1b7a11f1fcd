/** Who draws, what is asked for, and the drawing on the pad. No DOM: listeners show it. */

import { nextClass, share } from './order.js';
import { writerName } from './samples.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('./samples.js').Samples} Samples */
/** @typedef {{classes: string[], target: number}} Wanted */
/** @typedef {{place: number, id: string | null}} Step  a class that was shown, and its sample; null where it was skipped */
/** @typedef {{device: string, writer: string, chosen: number | null}} Visit  what a reload keeps besides the samples */

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'; // I and O look like figures

/** @returns {string} tells the writers of this device from those of others */
export const newDevice = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => LETTERS[byte % LETTERS.length]).join('');

/**
 * Dispatches `change` when another class or writer is on, or the counts are others; `load` when the pad is to show `strokes`;
 * and `turn` when somebody wants to draw at once: the next writer, or whoever chose a class.
 */
export class Collecting extends EventTarget {
  /** What the pad is to show, as samples have it. @type {Stroke[]} */
  strokes = [];
  writer;
  /** Of this writer, in order. @type {Step[]} */
  #steps = [];
  #at = 0; // in the steps; behind the last one when something new is asked for
  /** @type {number[]} */
  #skips;
  /** A class that the visitor chose. @type {number | null} */
  #chosen;
  /** What was on the pad when the visitor went back. @type {Stroke[]} */
  #draft = [];
  #samples;
  #wanted;
  #device;

  /** @param {Samples} samples @param {Wanted} wanted @param {Visit} visit */
  constructor(samples, wanted, visit) {
    super();
    this.#samples = samples;
    this.#wanted = wanted;
    this.#device = visit.device;
    this.#skips = wanted.classes.map(() => 0);
    this.#chosen = visit.chosen;
    this.writer = visit.writer;
    this.#restart();
    samples.addEventListener('change', () => this.#changed());
  }

  get progress() {
    const { target } = this.#wanted;
    return { counts: this.#samples.counts(this.writer), skips: this.#skips, target, writer: this.writer };
  }

  get share() {
    return share(this.progress);
  }

  /** @returns {number | null} the place of the class that is asked for; null where the writer is done */
  get place() {
    const step = this.#steps[this.#at];
    if (step) return this.#labelled(step) ?? step.place;
    return this.#chosen ?? nextClass(this.progress);
  }

  /** @param {Step} step @returns {number | undefined} what its sample is called by now */
  #labelled({ id }) {
    const label = id && this.#samples.get(id)?.label;
    return label ? this.#wanted.classes.indexOf(label) : undefined;
  }

  /** Whether an earlier class is shown again. */
  get isBack() {
    return this.#at < this.#steps.length;
  }

  get canGoBack() {
    return this.#at > 0;
  }

  /** @returns {Visit} */
  get visit() {
    return { device: this.#device, writer: this.writer, chosen: this.#chosen };
  }

  /**
   * Keep the drawing and go on.
   * @param {Stroke[]} strokes  of the pad, as samples have them
   * @returns {boolean} whether there was a drawing to keep
   */
  next(strokes) {
    const { place } = this;
    if (place === null || strokes.length === 0) return false;
    const { isBack } = this;
    const label = this.#wanted.classes[place];
    const step = this.#steps[this.#at];
    const kept = step?.id ? this.#samples.get(step.id) : undefined;
    if (kept && !kept.deleted) {
      if (JSON.stringify(kept.strokes) !== JSON.stringify(strokes)) this.#samples.change([kept.id], { strokes });
    } else {
      this.#steps[this.#at] = { place, id: this.#samples.add({ label, writer: this.writer, strokes }).id };
    }
    if (!isBack) this.#chosen = null; // it is done
    this.#show(this.#at + 1);
    return true;
  }

  /** Go on without keeping what is on the pad. */
  skip() {
    const { place } = this;
    if (place === null) return;
    if (!this.isBack) {
      this.#skips[place] += 1;
      this.#steps.push({ place, id: null });
      this.#chosen = null;
    }
    this.#show(this.#at + 1);
  }

  /** Show the class before, with its drawing. @param {Stroke[]} strokes  of the pad */
  back(strokes) {
    if (!this.canGoBack) return;
    if (!this.isBack) this.#draft = strokes;
    this.#show(this.#at - 1);
  }

  /** @param {number} place  of the class to draw now */
  choose(place) {
    this.#chosen = place;
    this.#show(this.#steps.length);
    this.dispatchEvent(new Event('turn'));
  }

  /**
   * @param {string} name
   * @param {Stroke[]} [strokes]  of the pad: whoever gives a name after the first stroke goes on with that drawing
   * @returns {boolean} whether it is a name
   */
  setWriter(name, strokes = []) {
    const writer = writerName(name);
    if (!writer) return false;
    if (writer === this.writer) return true;
    const begun = strokes.length > 0 && !this.isBack ? this.place : null;
    this.writer = writer;
    this.#restart();
    this.#chosen = begun;
    this.strokes = begun === null ? [] : strokes;
    this.dispatchEvent(new Event('load'));
    this.#changed();
    return true;
  }

  /** Somebody who has not drawn on this device yet. */
  nextWriter() {
    const numbers = [this.writer, ...this.#samples.writers].map((name) =>
      name.startsWith(`${this.#device}-`) ? Number(name.slice(this.#device.length + 1)) || 0 : 0,
    );
    this.setWriter(`${this.#device}-${Math.max(...numbers) + 1}`);
    this.dispatchEvent(new Event('turn'));
  }

  /** @param {number} at  in the steps, or behind them */
  #show(at) {
    const leaving = this.isBack;
    this.#at = Math.min(at, this.#steps.length);
    const id = this.#steps[this.#at]?.id;
    const sample = id ? this.#samples.get(id) : undefined;
    this.strokes = this.isBack ? (sample && !sample.deleted ? sample.strokes : []) : leaving ? this.#draft : [];
    if (!this.isBack) this.#draft = [];
    this.dispatchEvent(new Event('load'));
    this.#changed();
  }

  /** The writer's samples are the way back. */
  #restart() {
    const own = this.#samples.live.filter(({ here, writer }) => here && writer === this.writer);
    this.#steps = own.map(({ id, label }) => ({ id, place: this.#wanted.classes.indexOf(label) }));
    this.#steps = this.#steps.filter(({ place }) => place >= 0);
    this.#skips.fill(0);
    this.#at = this.#steps.length;
    this.#draft = [];
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
