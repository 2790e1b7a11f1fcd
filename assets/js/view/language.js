/** The page's language: the visitor's choice, or else the site's own. */
import { provided } from '../load_script.js';
import * as text from './i18n.js';

/** @typedef {import('../config.js').Site} Site */

/**
 * Speak the visitor's language from now on. While its catalogue is on its way, and where it does not arrive, the page
 * stays in the language before.
 * @param {Site} config @param {() => void} changed  called when the words are other than before
 * @throws {import('../load_script.js').Undelivered} there are no words at all
 */
export async function connect(config, changed) {
  // The embedded pad has neither of them.
  const selector = /** @type {HTMLSelectElement | null} */ (document.getElementById('select_language'));
  const problem = document.getElementById('language_problem');
  /** @param {string} code */
  const catalogue = (code) => provided(() => globalThis.digitjsText?.[code], config.texts[code]);
  let turns = 0;
  /** @param {string} wanted @returns {Promise<boolean>} whether it is spoken now */
  const choose = async (wanted) => {
    const turn = ++turns;
    await catalogue(wanted).catch(() => {});
    if (turn !== turns) return false; // another one was chosen meanwhile
    const arrived = text.has(wanted);
    if (arrived) text.speak(wanted);
    if (problem) problem.hidden = arrived;
    if (selector) selector.value = document.documentElement.lang;
    changed();
    return arrived;
  };
  selector?.addEventListener('change', async () => {
    const wanted = selector.value;
    if (await choose(wanted)) text.remember(wanted);
  });
  const wanted = text.chosen(config);
  if (selector) selector.value = wanted;
  if (text.has(wanted)) return text.speak(wanted);
  await catalogue(config.language); // here already, unless the host has not delivered it
  text.speak(config.language);
  choose(wanted);
}
