/** What the visitor chose and said, and where it is kept. No DOM: the places to keep things in are arguments. */

import { areStrokes } from './geometry.js';
import { decode, encode } from './sharing/link.js';
import { normalized, WIDTH } from './sharing/storage.js';

/** @typedef {import('./geometry.js').Stroke} Stroke */
/** @typedef {{strokes: Stroke[], width: number}} Sheet  width: of the canvas, in the strokes' unit */
/** @typedef {{network: string, live: boolean}} Choices */
/** @typedef {{label: number | string, strokes: Stroke[]}} Correction  label: a class, digits as numbers; its strokes normalized */
/** @typedef {import('./config.js').Task} Task */
/** @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} Place */
/** @typedef {Record<'address' | 'visit' | 'device', () => Place>} Places  functions, because accessing storage can throw */

/** @param {Choices | Correction[]} value */
const writeJson = (value) => JSON.stringify(value);
/** @param {string} text @returns {any} */
const readJson = (text) => JSON.parse(text);

/** @param {Sheet} sheet */
function writeLink({ strokes, width }) {
  return encode(strokes, width);
}

/** @param {Sheet} sheet */
function writeDrawing({ strokes, width }) {
  return JSON.stringify({ width: WIDTH, strokes: normalized(strokes, width) });
}

/** @param {string} text @param {number} width  of the canvas now @returns {Stroke[] | null} */
function readDrawing(text, width) {
  const kept = JSON.parse(text);
  if (!areStrokes(kept?.strokes) || !(kept.width > 0)) return null;
  const factor = width / kept.width;
  return kept.strokes.map((/** @type {Stroke} */ stroke) => stroke.map(([x, y]) => [x * factor, y * factor]));
}

/** @param {string} text @returns {Correction[]} of any task */
function readCorrections(text) {
  const kept = JSON.parse(text);
  if (!Array.isArray(kept)) return [];
  return kept.filter((one) => areStrokes(one?.strokes));
}

/**
 * What outlives the page: shared with the address, kept until the visit ends, or kept on this device. Whatever `read` gets
 * may be from another version, or from another page of this host.
 */
const KEPT = {
  shared: { place: 'address', key: 'd', write: writeLink, read: decode },
  drawing: { place: 'visit', key: 'digitjs.drawing', write: writeDrawing, read: readDrawing },
  choices: { place: 'visit', key: 'digitjs.choices', write: writeJson, read: readJson },
  language: { place: 'device', key: 'digitjs.language', write: String, read: String },
  theme: { place: 'device', key: 'digitjs.theme', write: String, read: String },
  corrections: { place: 'device', key: 'digitjs.corrections', write: writeJson, read: readCorrections },
};

/** @typedef {keyof typeof KEPT} Name */
/** @template {Name} N @typedef {Parameters<typeof KEPT[N]['write']>[0]} Written */
/** @template {Name} N @typedef {ReturnType<typeof KEPT[N]['read']>} Read */

/** Dispatches an event named as each field that `set` changes. */
export class ViewState extends EventTarget {
  /** of a network, or all */
  network = '';
  /** whether the networks read while one draws */
  live = true;
  /** whether the bars of all classes are on view, where they are too many to show them unasked */
  wide = false;
  /** @type {string | null} */
  language = null;
  /** @type {string | null} */
  theme = null;
  /** A stroke of the symbol that the bars are about; the last one where none. @type {Stroke | null} */
  pointed = null;
  /** The class whose reasons are asked for, and the first stroke of what it is asked of. @type {{digit: number, of: Stroke} | null} */
  asked = null;
  /** The classes that visitors said their strokes are, by a symbol's first stroke. @type {WeakMap<Stroke, number>} */
  labels = new WeakMap();
  /** What visitors selected, but have not said yet, by a symbol's first stroke. @type {WeakMap<Stroke, number>} */
  selected = new WeakMap();
  #places;
  #task;

  /** @param {Places} places @param {Task} task */
  constructor(places, task) {
    super();
    this.#places = places;
    this.#task = task;
    this.language = this.recall('language') ?? null;
    this.theme = this.recall('theme') ?? null;
  }

  /**
   * @param {Partial<Pick<ViewState, 'network' | 'live' | 'wide' | 'language' | 'theme' | 'pointed' | 'asked'>>} changes  language and
   *   theme are kept at once
   */
  set(changes) {
    for (const [field, value] of Object.entries(changes)) {
      if (field === 'language' || field === 'theme') this.keep(field, value);
      if (/** @type {any} */ (this)[field] === value) continue;
      Object.assign(this, { [field]: value });
      this.dispatchEvent(new Event(field));
    }
  }

  /**
   * @template {Name} N
   * @param {N} name @param {number} [width]  of the canvas that strokes are for
   * @returns {Read<N> | null | undefined} undefined where nothing is kept, null where it cannot be read
   */
  recall(name, width = 1) {
    const { place, read } = KEPT[name];
    try {
      const text = this.#places[/** @type {keyof Places} */ (place)]().getItem(this.#key(name));
      return text === null ? undefined : /** @type {Read<N>} */ (read(text, width));
    } catch {
      return null;
    }
  }

  /**
   * @template {Name} N
   * @param {N} name @param {Written<N> | null} value  null to forget it
   * @returns {boolean} whether there was room
   */
  keep(name, value) {
    const { place, write } = KEPT[name];
    const key = this.#key(name);
    const text = value && write(/** @type {never} */ (value));
    try {
      const storage = this.#places[/** @type {keyof Places} */ (place)]();
      if (text) storage.setItem(key, text);
      else storage.removeItem(key);
      return true;
    } catch {
      return false; // full, or closed to this page
    }
  }

  /** @param {Name} name @returns {string} corrections of several sites may lie in one place: each task has its own */
  #key(name) {
    return KEPT[name].key + (name === 'corrections' ? this.#task.key : '');
  }

  /** @param {number} digit  the place of a class @returns {Correction['label']} as stroke files have it */
  label(digit) {
    return this.#task.digits ? digit : this.#task.classes[digit];
  }

  /** @param {Sheet} sheet @param {string} page @returns {string} the page's address with the drawing in it */
  address(sheet, page) {
    const address = new URL(page);
    address.hash = `${KEPT.shared.key}=${KEPT.shared.write(sheet)}`;
    return address.href;
  }

  /** What this device keeps until it is deleted, whichever window it was said in. */
  get corrections() {
    const labels = this.#task.classes.map((_, digit) => this.label(digit));
    return (this.recall('corrections') ?? []).filter(({ label }) => labels.includes(label));
  }

  /**
   * @param {Stroke[]} strokes  of a symbol @param {number} digit  the place of the class that it is @param {number} width  of the canvas
   * @returns {boolean} whether there was room
   */
  correct(strokes, digit, width) {
    const correction = { label: this.label(digit), strokes: normalized(strokes, width) };
    const same = JSON.stringify(correction.strokes);
    const others = this.corrections.filter((kept) => JSON.stringify(kept.strokes) !== same); // the last one counts
    this.labels.set(strokes[0], digit);
    return this.keep('corrections', [...others, correction]);
  }
}
