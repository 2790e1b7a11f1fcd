/** Taking drawings away: an address, a picture, JSON lines, and corrections kept on this device alone. */

import { newId } from '../identity.js';
import { element } from '../view/dom.js';
import { normalized } from './storage.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../state.js').Correction} Correction */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../view/i18n.js').Texts} Texts */
/** @typedef {import('../view/status.js').Status} Status */

const NOTE = 'takeaway_note';

/** Named for the first task, as `digits` are: it holds the classes of any. */
const field = () => /** @type {HTMLSelectElement} */ (element('correct_digit'));

export class SharingPanel {
  /** The drawing that the address, or the field to copy it from, stands for. @type {Stroke[] | null} */
  #addressed = null;
  #session;
  #canvas;
  #texts;
  #status;

  /** @param {Session} session @param {HTMLCanvasElement} canvas @param {Texts} texts @param {Status} status */
  constructor(session, canvas, texts, status) {
    this.#session = session;
    this.#canvas = canvas;
    this.#texts = texts;
    this.#status = status;
    const { state } = session;
    element('share').addEventListener('click', () => this.#share());
    element('save_picture').addEventListener('click', () => savePicture(canvas));
    element('save_strokes').addEventListener('click', () => this.#saveStrokes());
    element('export_corrections').addEventListener('click', () =>
      save(symbols(state.corrections), 'corrections.jsonl'),
    );
    element('delete_corrections').addEventListener('click', () => this.#deleteCorrections());
    element('correct').addEventListener('click', () => this.#correct());
    field().addEventListener('change', () => {
      if (session.digit) state.selected.set(session.digit.strokes[0], Number(field().value));
    });
    field().addEventListener('keydown', (event) => this.#type(event));
    addEventListener('hashchange', () => this.openShared());
    addEventListener('storage', () => this.#showCorrections()); // another window kept or deleted one
    texts.addEventListener('change', () => this.#showCorrections());
    session.addEventListener('frame', () => this.#showDrawing());
    session.addEventListener('reading', () => this.#showReading());
    this.#showCorrections();
  }

  /** Draw what the address holds, if it holds a drawing. */
  openShared() {
    const { drawing, state } = this.#session;
    const strokes = state.recall('shared', this.#canvas.offsetWidth);
    if (strokes === undefined) return;
    if (strokes) drawing.replace(strokes);
    else this.#status.note('bring_note', drawing.strokes, 'share_broken');
    this.#addressed = strokes;
  }

  async #share() {
    const { drawing, state } = this.#session;
    const { strokes } = drawing;
    if (drawing.written.length < strokes.length) return this.#status.note(NOTE, strokes, 'share_picture');
    const address = state.address({ strokes, width: this.#canvas.offsetWidth }, location.href);
    const place = /** @type {HTMLInputElement} */ (element('share_address'));
    place.value = address;
    element('share_box').hidden = false;
    this.#addressed = strokes;
    const handheld = matchMedia('(pointer: coarse)'); // where a system's own dialog knows whom to send things to
    if (handheld.matches && navigator.share) {
      await navigator.share({ title: document.title, url: address }).catch(() => {}); // the visitor cancelled it
      return;
    }
    place.select();
    try {
      await navigator.clipboard.writeText(address);
      this.#status.note(NOTE, strokes, 'share_copied');
    } catch {
      this.#status.note(NOTE, strokes, 'share_copy'); // not allowed here: the address is there to be copied
    }
  }

  /** The key of a class selects it: browsers take a for A, and would go on from one word to the next. @param {KeyboardEvent} event */
  #type(event) {
    const digit = this.#session.config.task.classes.indexOf(event.key);
    if (digit < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field().value = String(digit);
    field().dispatchEvent(new Event('change'));
  }

  #saveStrokes() {
    const { task } = this.#session.config;
    save(symbols(this.#read()), task.digits ? 'digits.jsonl' : 'drawings.jsonl');
  }

  #correct() {
    const { config, digit, drawing, state } = this.#session;
    if (!digit) return;
    const label = Number(field().value);
    const kept = state.correct(digit.strokes, label, this.#canvas.offsetWidth);
    const values = { digit: config.task.classes[label] };
    this.#status.note(NOTE, drawing.strokes, kept ? 'correction_kept' : 'correction_failed', values);
    this.#showReading();
    this.#showCorrections();
  }

  #deleteCorrections() {
    const { drawing, state } = this.#session;
    state.keep('corrections', null);
    element('correct').focus(); // its own button has nothing more to do
    this.#status.note(NOTE, drawing.strokes, 'corrections_deleted');
    this.#showCorrections();
  }

  /** @param {Digit} digit @returns {number | undefined} the class that it is, as the visitor said or else as the networks read it */
  #label({ strokes, answer }) {
    return this.#session.state.labels.get(strokes[0]) ?? (answer.kind === 'refused' ? undefined : answer.digit);
  }

  /** @returns {Correction[]} the symbols that are drawn */
  #read() {
    const { reading, state } = this.#session;
    return reading.digits.flatMap((digit) => {
      const label = this.#label(digit);
      if (label === undefined) return [];
      return [{ label: state.label(label), strokes: normalized(digit.strokes, this.#canvas.offsetWidth) }];
    });
  }

  /** How many corrections are kept on this device. */
  #showCorrections() {
    const { length } = this.#session.state.corrections;
    const values = { count: this.#texts.count(length) };
    element('corrections_count').textContent = this.#texts.say('corrections', values, length);
    for (const id of ['export_corrections', 'delete_corrections']) enable(id, length > 0);
  }

  /** An address stands for a drawing until that is another one: a reload would bring the old one back. */
  #showDrawing() {
    const { drawing, state } = this.#session;
    if (drawing.isDrawing) return;
    for (const id of ['share', 'save_picture']) enable(id, !drawing.isEmpty);
    if (this.#addressed === drawing.strokes) return;
    element('share_box').hidden = true;
    if (this.#addressed) state.keep('shared', null);
    this.#addressed = drawing.strokes;
  }

  /** Which symbols there are to take, and the suggestion for one that was misread: the next guess, until one is selected. */
  #showReading() {
    const { digit, drawing, reading, state } = this.#session;
    enable('correct', reading.digits.length > 0);
    const labels = reading.digits.map((one) => this.#label(one));
    enable(
      'save_strokes',
      labels.some((label) => label !== undefined),
    );
    if (!digit || drawing.isDrawing) return;
    const { strokes, answer } = digit;
    const guess = answer.kind === 'refused' ? answer.digit : answer.second;
    field().value = String(state.selected.get(strokes[0]) ?? state.labels.get(strokes[0]) ?? guess);
  }
}

/**
 * A text of digits may mean a row of them in a stroke file, but not with an id: each of these is one symbol.
 * @param {Correction[]} items @returns {Blob} a stroke file
 */
function symbols(items) {
  return lines(items.map((item) => (typeof item.label === 'string' ? { ...item, id: newId() } : item)));
}

/** @param {object[]} items @returns {Blob} a line of JSON for each */
export function lines(items) {
  return new Blob(
    items.map((item) => `${JSON.stringify(item)}\n`),
    { type: 'application/jsonl' },
  );
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {HTMLCanvasElement} canvas */
function savePicture(canvas) {
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height;
  const context = /** @type {CanvasRenderingContext2D} */ (picture.getContext('2d'));
  for (const under of [document.body, canvas]) {
    context.fillStyle = getComputedStyle(under).backgroundColor;
    context.fillRect(0, 0, picture.width, picture.height);
  }
  context.drawImage(canvas, 0, 0);
  picture.toBlob((blob) => blob && save(blob, 'drawing.png'));
}

/** @param {string} id @param {boolean} on */
function enable(id, on) {
  const button = /** @type {HTMLButtonElement} */ (element(id));
  if (button.disabled === on) button.disabled = !on;
}
