/**
 * Notes under the page's parts: a picture was taken, a link copied. Each is about the drawing as it was then and goes
 * when that changes; in another language it is said again.
 */

import { element, put } from './dom.js';
import { say } from './i18n.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {{strokes: Stroke[] | null, key: string, values: Record<string, string | number>}} Note */

/** @type {Map<string, Note>} by the id of its place */
const notes = new Map();

/**
 * @param {string} id  of its place
 * @param {Stroke[] | null} strokes  the drawing that it is about; null where it is about none
 * @param {string} key  of the catalogue
 * @param {Record<string, string | number>} [values]
 */
export function note(id, strokes, key, values = {}) {
  notes.set(id, { strokes, key, values });
  put(element(id), say(key, values));
}

/** @param {Stroke[]} strokes  the drawing as it is now */
export function refresh(strokes) {
  for (const [id, one] of notes) {
    if (one.strokes !== null && one.strokes !== strokes) notes.delete(id);
    put(element(id), notes.has(id) ? say(one.key, one.values) : '');
  }
}
