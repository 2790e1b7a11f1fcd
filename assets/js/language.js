/** The choice of the page's language. */
import { element } from './site.js';
import * as text from './text.js';

/** @typedef {import('./site.js').Site} Site */

/** @param {Site} config @param {() => void} changed  called when the words are other than before */
export function connect(config, changed) {
  const selector = /** @type {HTMLSelectElement} */ (element('select_language'));
  selector.value = document.documentElement.lang;
  selector.addEventListener('change', async () => {
    await text.use(config, selector.value);
    selector.value = document.documentElement.lang; // the one before, where the words did not arrive
    text.remember(selector.value);
    changed();
  });
}
