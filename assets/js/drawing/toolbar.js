/** The tools under the sheet: undo, redo, erase, clear, the choice of networks, live or on demand. */

import { distance } from '../geometry.js';
import { element } from '../view/dom.js';

/** @typedef {import('../session.js').Page} Page */
/** @typedef {import('./pointer.js').Pad} Pad */
/** @typedef {import('./keyboard.js').KeyboardPen} KeyboardPen */
/** @typedef {import('../geometry.js').Point} Point */

const REACH = 14; // CSS pixels around the pointer in which the eraser finds a stroke

/** @param {string} id @returns {HTMLButtonElement | null} the embedded pad has not all of them */
const button = (id) => /** @type {HTMLButtonElement | null} */ (document.getElementById(id));

/** @param {string} id @param {() => void} does */
function onclick(id, does) {
  button(id)?.addEventListener('click', does);
}

/** @param {Page} page @param {Pad} pad @param {KeyboardPen} pen */
export function connect(page, pad, pen) {
  const { drawing } = page;
  onclick('undo', () => drawing.undo());
  onclick('redo', () => drawing.redo());
  onclick('clear_canvas', () => drawing.clear());
  onclick('predict_canvas', () => page.predict());
  onclick('try_again', () => page.select(page.selected));
  connectEraser(page, pad, pen);
  const selector = /** @type {HTMLSelectElement} */ (element('select_model'));
  selector.addEventListener('change', () => page.select(selector.value));
  const live = /** @type {HTMLInputElement | null} */ (document.getElementById('live'));
  live?.addEventListener('change', () => {
    page.live = live.checked;
    page.refresh();
  });
  page.live = live?.checked ?? true;
}

/** Choose what was chosen before the reload: some browsers do by themselves. @param {Partial<import('../sharing/storage.js').Choices>} kept */
export function recall({ network, live }) {
  const selector = /** @type {HTMLSelectElement} */ (element('select_model'));
  if ([...selector.options].some(({ value }) => value === network)) selector.value = String(network);
  if (typeof live === 'boolean') /** @type {HTMLInputElement} */ (element('live')).checked = live;
}

/** @returns {boolean} whether the eraser is the tool in hand */
const erasing = () => button('erase')?.getAttribute('aria-pressed') === 'true';

/** @param {boolean} on */
function hold(on) {
  button('erase')?.setAttribute('aria-pressed', String(on));
  element('canvas_box').dataset.tool = on ? 'eraser' : 'pen';
}

/**
 * Take away the stroke nearest to where the eraser comes down, and then every one on its way.
 * @param {import('./drawing.js').Drawing} drawing @param {Point[]} way
 */
function erase(drawing, way) {
  const near = drawing.strokes
    .map((stroke) => ({ stroke, away: distance(way, stroke) }))
    .filter(({ away }) => away <= REACH)
    .sort((a, b) => a.away - b.away)
    .map(({ stroke }) => stroke);
  const gone = way.length > 1 ? near : near.slice(0, 1);
  if (gone.length > 0) drawing.remove(...gone);
}

/** @param {Page} page @param {Pad} pad @param {KeyboardPen} pen */
function connectEraser({ drawing }, pad, pen) {
  button('erase')?.addEventListener('click', () => hold(!erasing() && !drawing.isEmpty));
  pad.tool = pen.tool = (way, eraser = false) => {
    if (!eraser && !erasing()) return false;
    erase(drawing, way);
    return true;
  };
}

/** @param {Page} page  show which tools have something to do */
export function show({ drawing }) {
  enable('undo', drawing.canUndo);
  enable('redo', drawing.canRedo);
  enable('erase', !drawing.isEmpty);
  if (drawing.isEmpty && erasing()) hold(false); // there is nothing more to take away: the next stroke is a new one
}

/** @param {string} id @param {boolean} on  said, not enforced: a disabled button would lose the keyboard's focus */
function enable(id, on) {
  const disabled = String(!on);
  const found = button(id);
  if (found && found.getAttribute('aria-disabled') !== disabled) found.setAttribute('aria-disabled', disabled);
}
