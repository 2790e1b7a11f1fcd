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
 * @property {string | boolean} saved  the key of the owner's file that has it as it is now; true where earlier versions saved it
 */

// What the server of the owner's file takes: `digitjs/data/collected_file.py` and `stroke_file.py` have the same.
const FAR = 1e9; // no coordinate lies further from 0
const LONGEST_ID = 64; // characters
const LONGEST_WRITER = 80; // characters
const LONGEST = 2 ** 20; // bytes of a line
const ROOM = 2 ** 10; // bytes of it for the id, for marks, and for another label
const HALVES = /\p{Cs}/gu; // of characters, which no UTF-8 can have

/** @param {string} name @returns {string} as writers may be called */
export const writerName = (name) =>
  [...name.replace(HALVES, '').normalize('NFC').trim()].slice(0, LONGEST_WRITER).join('');

/** @param {string} text @returns {number} in UTF-8 */
export const byteLength = (text) => new TextEncoder().encode(text).length;

/**
 * Dispatches `change`. It may hold samples of classes that the page had once: they are kept until it has them again, and
 * nothing but their number in `kept` tells of them.
 */
export class Samples extends EventTarget {
  /** @type {Map<string, Sample>} by id */
  #all = new Map();
  #order = 0;
  #classes;
  #keep;
  #file;
  /** @type {Set<string>} */
  #names;

  /**
   * @param {Classes} classes @param {(changed: Sample[]) => unknown} keep  for the next visit
   * @param {string} [file]  the key of the owner's; empty without one
   */
  constructor(classes, keep, file = '') {
    super();
    this.#file = file;
    this.#classes = classes;
    this.#keep = keep;
    this.#names = new Set(classes.classes);
  }

  /** @param {Sample[]} kept  on this device */
  fill(kept) {
    this.#all = new Map(kept.sort((a, b) => a.order - b.order).map((sample) => [sample.id, sample]));
    this.#order = Math.max(0, ...kept.map(({ order }) => order + 1));
    this.#changed();
  }

  /** All but what is deleted, in the order in which they came. */
  get live() {
    return this.#shown.filter(({ deleted }) => !deleted);
  }

  /** How many samples `forget` would delete: those of other classes too. */
  get kept() {
    return [...this.#all.values()].filter(({ deleted }) => !deleted).length;
  }

  /** What the owner's file does not have as it is here, deletions among it. */
  get unsaved() {
    return this.#shown.filter((sample) => !this.#isSaved(sample));
  }

  /** @param {string} id @returns {Sample | undefined} */
  get = (id) => this.#all.get(id);

  /** @param {string} [writer]  all of them without @returns {number[]} how many samples each class has */
  counts(writer) {
    const found = new Map(this.#classes.classes.map((name) => [name, 0]));
    for (const { label, writer: by } of this.live)
      if (writer === undefined || by === writer) found.set(label, (found.get(label) ?? 0) + 1);
    return [...found.values()];
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
    const news = written.filter((one) => !this.#isSaved(one) && this.get(one.id) === one);
    this.put(news.map((one) => ({ ...one, saved: this.#file })));
  }

  /** @param {string[]} ids  of what the owner removed from the file @returns {number} of those that were still held here */
  drop(ids) {
    const gone = ids.flatMap((id) => this.get(id) ?? []).filter((one) => !one.deleted && this.#isSaved(one));
    this.put(gone.map((one) => ({ ...one, deleted: true })));
    return gone.length;
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
    const ids = new Set([...this.#all.values()].filter(({ deleted }) => !deleted).map(({ id }) => id));
    for (const line of text.split('\n')) {
      if (!line.trim()) continue;
      const read = parse(line);
      if (!read) found.malformed += 1;
      else if (!this.#names.has(read.label)) found.foreign += 1;
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
    return samples.map((sample) => this.#line(sample));
  }

  /**
   * What the server of the owner's file is sent: all of it, as the owner may have removed the file, but what that had already
   * only for the case that it lacks it. Of what was drawn and deleted here the id alone goes out; a line of the owner's file
   * that came from there without an id is found by its strokes.
   * @returns {{sample: Sample, line: object}[]}
   */
  get news() {
    const { live, unsaved } = this;
    const marked = live
      .filter((sample) => this.#isSaved(sample))
      .map((sample) => ({ sample, line: { ...this.#line(sample), saved: true } }));
    const changed = unsaved.map((sample) => {
      const { id, writer, strokes, deleted, here } = sample;
      return { sample, line: deleted ? { id, deleted, ...(!here && { writer, strokes }) } : this.#line(sample) };
    });
    return [...changed, ...marked];
  }

  /**
   * Take what other windows kept. What changes here while it is read, or is not kept yet, stays as it is here.
   * @param {{all: () => Promise<Sample[] | null>, pending: Sample[]}} store
   */
  async refresh(store) {
    const before = new Map(this.#all);
    const late = store.pending;
    const found = await store.all();
    if (!found) return;
    const own = new Set([...late, ...store.pending].map(({ id }) => id));
    for (const id of [...before.keys(), ...this.#all.keys()]) if (before.get(id) !== this.#all.get(id)) own.add(id);
    const here = [...this.#all.values()].filter(({ id }) => own.has(id));
    this.fill([...found.filter(({ id }) => !own.has(id)), ...here]);
  }

  /** @param {Sample} sample @returns {boolean} whether the owner's file has it, unless the owner removed it */
  #isSaved({ saved }) {
    return this.#file !== '' && saved === this.#file;
  }

  /** Of the page's classes. */
  get #shown() {
    return [...this.#all.values()].filter(({ label }) => this.#names.has(label));
  }

  /** @param {Sample} sample */
  #line({ id, label, writer, strokes }) {
    return { label: this.#classes.digits ? Number(label) : label, writer, strokes, id };
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
  const named = (typeof label === 'string' || typeof label === 'number') && (writer === null || isWriter(writer));
  if (!near || strokes.length === 0 || !named || isTooLong({ label, writer, strokes })) return null;
  const known = isText(id) && id.length <= LONGEST_ID;
  return { id: known ? id : '', label: String(label).normalize('NFC'), writer, strokes };
}

/** @param {object} line  without its id and marks */
const isTooLong = (line) => byteLength(JSON.stringify(line)) + ROOM > LONGEST;

/** @param {unknown} value @returns {value is string} */
const isText = (value) => typeof value === 'string' && value.search(HALVES) < 0;

/** @param {unknown} value @returns {value is string} */
const isWriter = (value) => isText(value) && [...value].length <= LONGEST_WRITER;
