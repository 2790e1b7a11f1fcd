/** Light, dark, or as the device has it. */

const THEMES = ['auto', 'light', 'dark'];

/** @param {import('../state.js').ViewState} state */
export function connectTheme(state) {
  const selector = /** @type {HTMLSelectElement | null} */ (document.getElementById('select_theme'));
  if (!selector) return; // the embedded pad has the theme of its device
  const show = () => {
    if (selector.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = selector.value;
  };
  selector.value = state.theme && THEMES.includes(state.theme) ? state.theme : 'auto';
  show();
  selector.addEventListener('change', () => {
    state.set({ theme: selector.value });
    show();
  });
}
