/** How far the networks are loaded, or why they are not. */

import { Undelivered } from '../load_script.js';
import { element } from './dom.js';

/** @typedef {import('./i18n.js').Texts} Texts */

/** @param {import('../session.js').Loading} loading @param {Texts} texts @param {import('./dom.js').Root} [root] */
export function showLoading(loading, texts, root) {
  element('loading_box', root).hidden = loading.state !== 'loading';
  element('problem_box', root).hidden = loading.state !== 'failed';
  if (loading.state === 'loading')
    /** @type {HTMLProgressElement} */ (element('loading', root)).value = loading.fraction;
  if (loading.state !== 'failed') return;
  element('problem', root).textContent = texts.say('problem', { reason: sentence(loading.reason, texts) });
}

/** @param {unknown} reason @param {Texts} texts */
function sentence(reason, texts) {
  if (reason instanceof Undelivered) return texts.say('undelivered', { file: reason.file });
  return reason instanceof Error ? reason.message : String(reason);
}
