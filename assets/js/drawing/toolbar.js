/** The buttons under the canvas: undo, redo, clear, the choice of networks, live or on demand. */

import { element } from '../view/dom.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../state.js').Choices} Choices */

/** @param {string} id @returns {HTMLButtonElement | null} the embedded pad has not all of them */
const button = (id) => /** @type {HTMLButtonElement | null} */ (document.getElementById(id));

/** @param {string} id @param {() => void} does */
function onclick(id, does) {
  button(id)?.addEventListener('click', does);
}

const selector = () => /** @type {HTMLSelectElement} */ (element('select_model'));
const live = () => /** @type {HTMLInputElement | null} */ (document.getElementById('live'));

/** @param {Session} session */
export function connectToolbar(session) {
  const { drawing, state } = session;
  onclick('undo', () => drawing.undo());
  onclick('redo', () => drawing.redo());
  onclick('clear_canvas', () => drawing.clear());
  onclick('predict_canvas', () => session.predict());
  onclick('try_again', () => session.select(state.network));
  selector().addEventListener('change', () => session.select(selector().value));
  live()?.addEventListener('change', () => state.set({ live: isLive() }));
  session.addEventListener('frame', () => showTools(session));
}

const isLive = () => live()?.checked ?? true;

/**
 * Select what was selected before the reload: some browsers do by themselves.
 * @param {Partial<Choices>} kept
 * @returns {Choices}
 */
export function choices(kept) {
  const { network } = kept;
  if ([...selector().options].some(({ value }) => value === network)) selector().value = String(network);
  const box = live();
  if (box && typeof kept.live === 'boolean') box.checked = kept.live;
  return { network: selector().value, live: isLive() };
}

/** @param {Pick<Session, 'drawing'>} session  show which tools have something to do */
export function showTools({ drawing }) {
  enable('undo', drawing.canUndo);
  enable('redo', drawing.canRedo);
  enable('erase', !drawing.isEmpty);
}

/** @param {string} id @param {boolean} on  said, not enforced: a disabled button would lose the keyboard's focus */
function enable(id, on) {
  const disabled = String(!on);
  const found = button(id);
  if (found && found.getAttribute('aria-disabled') !== disabled) found.setAttribute('aria-disabled', disabled);
}
