/** Taking drawings away: an address, a picture, JSON lines, and corrections kept on this device alone. */

import { element } from '../view/dom.js';
import { count, say } from '../view/i18n.js';
import { note } from '../view/status.js';
import { decode, encode } from './link.js';
import * as storage from './storage.js';

/** @typedef {import('../session.js').Page} Page */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('./storage.js').Correction} Correction */
/** @typedef {import('../geometry.js').Stroke} Stroke */

const KEY = '#d=';
const NOTE = 'takeaway_note';
const handheld = matchMedia('(pointer: coarse)'); // where a system's own sheet knows whom to send things to

/** What visitors have said their strokes are, by a digit's first stroke. @type {WeakMap<Stroke, number>} */
const labels = new WeakMap();
/** What visitors have chosen to say, but not said yet. @type {WeakMap<Stroke, number>} */
const choices = new WeakMap();
/** The drawing that the address, or the field to copy it from, stands for. @type {Stroke[] | null} */
let addressed = null;

const field = () => /** @type {HTMLSelectElement} */ (element('correct_digit'));

/**
 * @param {Page} page
 * @param {HTMLCanvasElement} canvas
 * @param {() => Digit | undefined} chosen  the digit that the bars are about
 */
export function connect(page, canvas, chosen) {
  element('share').addEventListener('click', () => share(page, canvas));
  element('save_picture').addEventListener('click', () => savePicture(canvas));
  element('save_strokes').addEventListener('click', () => save(lines(read(page, canvas)), 'digits.jsonl'));
  element('export_corrections').addEventListener('click', () =>
    save(lines(storage.corrections()), 'corrections.jsonl'),
  );
  element('delete_corrections').addEventListener('click', () => {
    storage.forgetCorrections();
    element('correct').focus(); // its own button has nothing more to do
    note(NOTE, page.drawing.strokes, 'corrections_deleted');
    showCorrections();
  });
  field().addEventListener('change', () => {
    const digit = chosen();
    if (digit) choices.set(digit.strokes[0], Number(field().value));
  });
  element('correct').addEventListener('click', () => {
    const digit = chosen();
    if (!digit) return;
    const said = Number(field().value);
    const kept = storage.correct({ label: said, strokes: storage.normalized(digit.strokes, canvas.offsetWidth) });
    labels.set(digit.strokes[0], said);
    note(NOTE, page.drawing.strokes, kept ? 'correction_kept' : 'correction_failed', { digit: said });
    showCorrections();
  });
  addEventListener('hashchange', () => openShared(page, canvas));
  addEventListener('storage', showCorrections); // another window kept or deleted one
  showCorrections();
}

/**
 * Draw what the address holds, if it holds a drawing.
 * @param {Page} page @param {HTMLCanvasElement} canvas
 */
export function openShared({ drawing }, canvas) {
  if (!location.hash.startsWith(KEY)) return;
  const strokes = decode(location.hash.slice(KEY.length), canvas.offsetWidth);
  if (strokes) drawing.replace(strokes);
  else note('bring_note', drawing.strokes, 'share_broken');
  addressed = strokes;
}

/** @param {Page} page @param {HTMLCanvasElement} canvas */
async function share({ drawing }, canvas) {
  const { strokes } = drawing;
  const address = new URL(location.href);
  address.hash = KEY + encode(strokes, canvas.offsetWidth);
  const place = /** @type {HTMLInputElement} */ (element('share_address'));
  place.value = address.href;
  element('share_box').hidden = false;
  addressed = strokes;
  if (handheld.matches && navigator.share) {
    await navigator.share({ title: document.title, url: address.href }).catch(() => {}); // the visitor thought better of it
    return;
  }
  place.select();
  try {
    await navigator.clipboard.writeText(address.href);
    note(NOTE, strokes, 'share_copied');
  } catch {
    note(NOTE, strokes, 'share_copy'); // not allowed here: the address is there to be copied
  }
}

/** @param {Digit} digit @returns {number | undefined} what it is, by the visitor's word or else the networks' */
function label({ strokes, answer }) {
  return labels.get(strokes[0]) ?? (answer.kind === 'refused' ? undefined : answer.digit);
}

/** @param {Page} page @param {HTMLCanvasElement} canvas @returns {Correction[]} the digits that are drawn */
function read({ last }, canvas) {
  return last.digits.flatMap((digit) => {
    const known = label(digit);
    return known === undefined
      ? []
      : [{ label: known, strokes: storage.normalized(digit.strokes, canvas.offsetWidth) }];
  });
}

/** @param {Correction[]} items @returns {Blob} as digitjs evaluate reads them */
function lines(items) {
  return new Blob(
    items.map((item) => `${JSON.stringify(item)}\n`),
    { type: 'application/jsonl' },
  );
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
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

/** How many corrections are kept on this device. */
export function showCorrections() {
  const kept = storage.corrections().length;
  element('corrections_count').textContent = say(kept === 1 ? 'corrections_one' : 'corrections', {
    count: count(kept),
  });
  for (const id of ['export_corrections', 'delete_corrections']) enable(id, kept > 0);
}

/** @param {Page} page  show what there is to take */
export function show({ drawing, last }) {
  forget(drawing.strokes);
  for (const id of ['share', 'save_picture']) enable(id, !drawing.isEmpty);
  enable('correct', last.digits.length > 0);
  enable(
    'save_strokes',
    last.digits.some((digit) => label(digit) !== undefined),
  );
}

/**
 * Suggest what a misread digit was, until the visitor has chosen: the networks' next guess.
 * @param {Digit | undefined} digit  the one that the bars are about
 */
export function suggest(digit) {
  if (!digit) return;
  const { strokes, answer } = digit;
  const guess = answer.kind === 'refused' ? answer.digit : answer.second;
  field().value = String(choices.get(strokes[0]) ?? labels.get(strokes[0]) ?? guess);
}

/** @param {string} id @param {boolean} on */
function enable(id, on) {
  /** @type {HTMLButtonElement} */ (element(id)).disabled = !on;
}

/**
 * An address stands for a drawing until that is another one: a reload would bring the old one back.
 * @param {Stroke[]} strokes
 */
function forget(strokes) {
  if (addressed === strokes) return;
  element('share_box').hidden = true;
  if (addressed && location.hash.startsWith(KEY)) history.replaceState(null, '', location.pathname + location.search);
  addressed = strokes;
}
