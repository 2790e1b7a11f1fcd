/** The tools under the sheet: undo, redo, erase, clear, the choice of networks, live or on demand. */
import { distance } from './numbers.js';
import { element } from './site.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./pad.js').Pad} Pad */

const REACH = 14; // CSS pixels around the pointer in which the eraser finds a stroke

/** @param {string} id @returns {HTMLButtonElement | null} the embedded pad has not all of them */
const button = (id) => /** @type {HTMLButtonElement | null} */ (document.getElementById(id));

/** @param {string} id @param {() => void} does */
function onclick(id, does) {
  button(id)?.addEventListener('click', does);
}

/** @param {Page} page @param {Pad} pad */
export function connect(page, pad) {
  const { drawing } = page;
  onclick('undo', () => drawing.undo());
  onclick('redo', () => drawing.redo());
  onclick('clear_canvas', () => drawing.clear());
  onclick('predict_canvas', () => page.predict());
  onclick('try_again', () => page.select(page.selected));
  connectEraser(page, pad);
  const selector = /** @type {HTMLSelectElement} */ (element('select_model'));
  selector.addEventListener('change', () => page.select(selector.value));
  const live = /** @type {HTMLInputElement | null} */ (document.getElementById('live'));
  live?.addEventListener('change', () => {
    page.live = live.checked;
    page.refresh();
  });
  page.live = live?.checked ?? true; // browsers restore checkboxes over a reload
}

/** @param {Page} page @param {Pad} pad */
function connectEraser({ drawing }, pad) {
  const eraser = button('erase');
  if (!eraser) return;
  eraser.addEventListener('click', () => {
    const on = eraser.getAttribute('aria-pressed') !== 'true';
    eraser.setAttribute('aria-pressed', String(on));
    element('canvas_box').dataset.tool = on ? 'eraser' : 'pen';
  });
  pad.tool = (point) => {
    if (eraser.getAttribute('aria-pressed') !== 'true') return false;
    const [nearest] = drawing.strokes
      .map((stroke) => ({ stroke, away: distance([point], stroke) }))
      .sort((a, b) => a.away - b.away);
    if (nearest && nearest.away <= REACH) drawing.remove(nearest.stroke);
    return true;
  };
}

/** @param {Page} page  show which tools have something to do */
export function show({ drawing }) {
  enable('undo', drawing.canUndo);
  enable('redo', drawing.canRedo);
  enable('erase', !drawing.isEmpty || button('erase')?.getAttribute('aria-pressed') === 'true');
}

/** @param {string} id @param {boolean} on */
function enable(id, on) {
  const found = button(id);
  if (found) found.disabled = !on;
}
