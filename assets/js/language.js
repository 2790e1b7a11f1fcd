/** The choice of the page's language. */
import { element } from './site.js';
import * as text from './text.js';

/** @typedef {import('./site.js').Site} Site */

/** @param {Site} config @param {() => void} changed  called when the words are other than before */
export function connect(config, changed) {
  const selector = /** @type {HTMLSelectElement} */ (element('select_language'));
  for (const option of selector.options) {
    const name = new Intl.DisplayNames([option.value], { type: 'language' }).of(option.value) ?? option.value;
    option.textContent = name.charAt(0).toLocaleUpperCase(option.value) + name.slice(1);
  }
  selector.value = text.chosen(config);
  selector.addEventListener('change', async () => {
    await text.use(config, selector.value);
    text.remember(selector.value);
    changed();
  });
}
