/**
 * Notes under the page's parts: a picture was taken, a link copied. Each is about the drawing as it was then and goes
 * when that changes; in another language it is said again.
 */

import { element, put } from './dom.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {{strokes: Stroke[] | null, key: string, values: Record<string, string | number>}} Note */

export class Status {
  /** @type {Map<string, Note>} by the id of its place */
  #notes = new Map();
  #texts;

  /** @param {import('./i18n.js').Texts} texts */
  constructor(texts) {
    this.#texts = texts;
  }

  /**
   * @param {string} id  of its place
   * @param {Stroke[] | null} strokes  the drawing that it is about; null where it is about none
   * @param {string} key  of the catalogue
   * @param {Record<string, string | number>} [values]
   */
  note(id, strokes, key, values = {}) {
    this.#notes.set(id, { strokes, key, values });
    put(element(id), this.#texts.say(key, values));
  }

  /** @param {Stroke[]} strokes  the drawing as it is now */
  refresh(strokes) {
    for (const [id, one] of this.#notes) {
      const kept = one.strokes === null || one.strokes === strokes;
      if (!kept) this.#notes.delete(id);
      put(element(id), kept ? this.#texts.say(one.key, one.values) : '');
    }
  }
}
