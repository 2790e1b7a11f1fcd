/** The drawings that this device holds, and the stroke files that they come from and go to. No DOM. */

import { areStrokes } from '../geometry.js';
import { newId } from '../identity.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {Pick<import('../config.js').Task, 'classes' | 'digits'>} Classes */
/**
 * @typedef {object} Sample
 * @property {string} id  of this drawing, in whichever file it is
 * @property {string} label  a class
 * @property {string | null} writer
 * @property {Stroke[]} strokes  y down; those drawn here on a canvas 1,000 wide
 * @property {number} order  of the samples on this device: the larger, the later
 * @property {boolean} here  it was drawn on this device
 * @property {boolean} deleted  kept so that a deletion can be undone, and reaches the owner's file
 * @property {boolean} saved  in the owner's file, as it is now
 */

const FAR = 1e9; // no coordinate that files may have lies further from 0
const LONGEST_ID = 64;
export const LONGEST_WRITER = 40;

/** Dispatches `change`. */
export class Samples extends EventTarget {
  /** @type {Map<string, Sample>} by id */
  #all = new Map();
  #order = 0;
  #classes;
  #keep;

  /** @param {Classes} classes @param {(changed: Sample[]) => unknown} keep  for the next visit */
  constructor(classes, keep) {
    super();
    this.#classes = classes;
    this.#keep = keep;
  }

  /** @param {Sample[]} kept  on this device */
  fill(kept) {
    this.#all = new Map(kept.sort((a, b) => a.order - b.order).map((sample) => [sample.id, sample]));
    this.#order = Math.max(0, ...kept.map(({ order }) => order + 1));
    this.#changed();
  }

  /** All but what is deleted, in the order in which they came. */
  get live() {
    return [...this.#all.values()].filter(({ deleted }) => !deleted);
  }

  /** What the owner's file does not have as it is here, deletions among it. */
  get unsaved() {
    return [...this.#all.values()].filter(({ saved }) => !saved);
  }

  /** @param {string} id @returns {Sample | undefined} */
  get = (id) => this.#all.get(id);

  /** @param {string} [writer]  all of them without @returns {number[]} how many samples each class has */
  counts(writer) {
    const found = this.live.filter((sample) => writer === undefined || sample.writer === writer);
    return this.#classes.classes.map((name) => found.filter(({ label }) => label === name).length);
  }

  /** @returns {string[]} */
  get writers() {
    return [...new Set(this.live.flatMap(({ writer }) => writer ?? []))];
  }

  /** @param {{label: string, writer: string | null, strokes: Stroke[]}} drawn @returns {Sample} what is kept of it */
  add(drawn) {
    const sample = { ...drawn, id: newId(), order: this.#order++, here: true, deleted: false, saved: false };
    this.put([sample]);
    return sample;
  }

  /** @param {Sample[]} changed  new ones, or others in place of those with their ids */
  put(changed) {
    for (const sample of changed) this.#all.set(sample.id, sample);
    this.#keep(changed);
    this.#changed();
  }

  /**
   * @param {string[]} ids @param {Partial<Pick<Sample, 'label' | 'strokes' | 'deleted'>>} change
   * @returns {Sample[]} as they were, to be put back
   */
  change(ids, change) {
    const before = ids.flatMap((id) => this.get(id) ?? []);
    this.put(before.map((sample) => ({ ...sample, ...change, saved: false })));
    return before;
  }

  /** @param {Sample[]} written  to the owner's file; what changed meanwhile is to be written again */
  markSaved(written) {
    this.put(written.filter((one) => this.get(one.id) === one).map((one) => ({ ...one, saved: true })));
  }

  /** Forget everything, deletions too: the owner's file keeps what it has. */
  forget() {
    this.#all.clear();
    this.#changed();
  }

  /**
   * Take the lines of a stroke file. A sample that is here already, by its id or by strokes and writer, is not taken twice.
   * @param {string} text
   * @returns {{added: number, known: number, foreign: number, malformed: number}} lines, by what became of them
   */
  import(text) {
    const found = { added: 0, known: 0, foreign: 0, malformed: 0 };
    const traces = new Set(this.live.map(trace));
    /** @type {Sample[]} */
    const added = [];
    const ids = new Set(this.live.map(({ id }) => id));
    for (const line of text.split('\n')) {
      if (!line.trim()) continue;
      const read = parse(line);
      if (!read) found.malformed += 1;
      else if (!this.#classes.classes.includes(read.label)) found.foreign += 1;
      else if ((read.id && ids.has(read.id)) || traces.has(trace(read))) found.known += 1;
      else {
        const id = read.id || newId();
        const sample = { ...read, id, order: this.#order++, here: false, deleted: false, saved: false };
        added.push(sample);
        ids.add(id);
        traces.add(trace(sample));
      }
    }
    this.put(added);
    return { ...found, added: added.length };
  }

  /** @param {Sample[]} samples @returns {object[]} the lines of a stroke file */
  lines(samples) {
    const { digits } = this.#classes;
    return samples.map(({ id, label, writer, strokes, deleted }) => {
      return { label: digits ? Number(label) : label, writer, strokes, id, ...(deleted && { deleted }) };
    });
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {{writer: string | null, strokes: Stroke[]}} sample @returns {string} the same for the same drawing of the same writer */
const trace = ({ writer, strokes }) => JSON.stringify([writer, strokes]);

/**
 * @param {string} line  of a stroke file
 * @returns {Pick<Sample, 'id' | 'label' | 'writer' | 'strokes'> | null} null where it is malformed; an empty id where it has none
 */
function parse(line) {
  let read;
  try {
    read = JSON.parse(line);
  } catch {
    return null;
  }
  const { label, strokes, writer = null, id } = read ?? {};
  const near = areStrokes(strokes) && strokes.flat(2).every((value) => Math.abs(value) <= FAR);
  const named = (typeof label === 'string' || typeof label === 'number') && (writer === null || isText(writer));
  if (!near || strokes.length === 0 || !named) return null;
  const known = isText(id) && id.length <= LONGEST_ID;
  return { id: known ? id : '', label: String(label).normalize('NFC'), writer, strokes };
}

/** @param {unknown} value @returns {value is string} */
const isText = (value) => typeof value === 'string';
