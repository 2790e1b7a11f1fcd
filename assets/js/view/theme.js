/** Light, dark, or as the device has it. */
import { element, has } from './dom.js';

const KEY = 'digitjs.theme';
const THEMES = ['auto', 'light', 'dark'];

/** @returns {string} */
function stored() {
  try {
    return localStorage.getItem(KEY) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** @param {string} theme */
function apply(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is closed to this page: the choice lasts as long as the visit.
  }
}

export function connect() {
  const theme = stored();
  if (!has('select_theme')) return;
  const selector = /** @type {HTMLSelectElement} */ (element('select_theme'));
  selector.value = THEMES.includes(theme) ? theme : 'auto';
  apply(selector.value);
  selector.addEventListener('change', () => apply(selector.value));
}
