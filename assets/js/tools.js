/** The tools under the sheet: undo, redo, erase, clear, the choice of networks, live or on demand. */
import { distance } from './numbers.js';
import { element } from './site.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./pad.js').Pad} Pad */

const REACH = 14; // CSS pixels around the pointer in which the eraser finds a stroke

/** @param {string} id */
const button = (id) => /** @type {HTMLButtonElement} */ (element(id));

/** @param {Page} page @param {Pad} pad */
export function connect(page, pad) {
  const { drawing } = page;
  button('undo').addEventListener('click', () => drawing.undo());
  button('redo').addEventListener('click', () => drawing.redo());
  button('clear_canvas').addEventListener('click', () => drawing.clear());
  button('predict_canvas').addEventListener('click', () => page.predict());
  button('try_again').addEventListener('click', () => page.select(page.selected));
  connectEraser(page, pad);
  const selector = /** @type {HTMLSelectElement} */ (element('select_model'));
  selector.addEventListener('change', () => page.select(selector.value));
  const live = /** @type {HTMLInputElement} */ (element('live'));
  live.addEventListener('change', () => {
    page.live = live.checked;
    page.refresh();
  });
  page.live = live.checked; // browsers restore checkboxes over a reload
}

/** @param {Page} page @param {Pad} pad */
function connectEraser({ drawing }, pad) {
  const eraser = button('erase');
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
  button('undo').disabled = !drawing.canUndo;
  button('redo').disabled = !drawing.canRedo;
  button('erase').disabled = drawing.isEmpty && button('erase').getAttribute('aria-pressed') !== 'true';
  button('clear_canvas').disabled = drawing.isEmpty;
}
