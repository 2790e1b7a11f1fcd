/** Taking drawings away: an address, a picture, JSON lines, and corrections kept on this device alone. */
import * as ink from './ink.js';
import { decode, encode } from './share.js';
import { element } from './site.js';
import * as storage from './storage.js';
import { count, say } from './text.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./reader.js').Digit} Digit */
/** @typedef {import('./storage.js').Correction} Correction */

const KEY = '#d=';

/**
 * @param {Page} page
 * @param {HTMLCanvasElement} canvas
 * @param {() => Digit | undefined} chosen  the digit that the bars are about
 */
export function connect(page, canvas, chosen) {
  element('share').addEventListener('click', () => share(page, canvas));
  element('save_picture').addEventListener('click', () => savePicture(canvas));
  element('save_strokes').addEventListener('click', () => save(lines(read(page)), 'digits.jsonl'));
  element('export_corrections').addEventListener('click', () =>
    save(lines(storage.corrections()), 'corrections.jsonl'),
  );
  element('delete_corrections').addEventListener('click', () => {
    storage.forgetCorrections();
    showCorrections();
  });
  element('correct').addEventListener('click', () => {
    const digit = chosen();
    if (!digit) return;
    const label = Number(/** @type {HTMLSelectElement} */ (element('correct_digit')).value);
    const kept = storage.correct({ label, strokes: digit.strokes });
    element('takeaway_note').textContent = say(kept ? 'correction_kept' : 'correction_failed', { digit: label });
    showCorrections();
  });
  addEventListener('hashchange', () => openShared(page, canvas));
  showCorrections();
}

/**
 * Draw what the address holds, if it holds a drawing.
 * @param {Page} page @param {HTMLCanvasElement} canvas @returns {boolean}
 */
export function openShared({ drawing }, canvas) {
  if (!location.hash.startsWith(KEY)) return false;
  const strokes = decode(location.hash.slice(KEY.length), canvas.offsetWidth);
  if (strokes) drawing.replace(strokes);
  else element('takeaway_note').textContent = say('share_broken');
  return strokes !== null;
}

/** @param {Page} page @param {HTMLCanvasElement} canvas */
async function share({ drawing }, canvas) {
  const address = new URL(location.href);
  address.hash = KEY + encode(drawing.strokes, canvas.offsetWidth);
  const field = /** @type {HTMLInputElement} */ (element('share_address'));
  field.value = address.href;
  element('share_box').hidden = false;
  field.select();
  try {
    await navigator.clipboard.writeText(address.href);
    element('takeaway_note').textContent = say('share_copied');
  } catch {
    element('takeaway_note').textContent = say('share_copy'); // not allowed here: the address is there to be copied
  }
}

/** @param {Page} page @returns {Correction[]} the digits as they were read */
function read({ last }) {
  return last.digits.map(({ answer, strokes }) => ({ label: answer.digit, strokes: storage.rounded(strokes) }));
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
  context.fillStyle = ink.colour('--sheet');
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, 0, 0);
  picture.toBlob((blob) => blob && save(blob, 'drawing.png'));
}

function showCorrections() {
  const kept = storage.corrections().length;
  element('corrections_count').textContent = say(kept === 1 ? 'corrections_one' : 'corrections', {
    count: count(kept),
  });
  for (const id of ['export_corrections', 'delete_corrections']) {
    /** @type {HTMLButtonElement} */ (element(id)).disabled = kept === 0;
  }
}

/** @param {Page} page  show what there is to take */
export function show({ drawing, last }) {
  showCorrections();
  for (const id of ['share', 'save_picture']) /** @type {HTMLButtonElement} */ (element(id)).disabled = drawing.isEmpty;
  for (const id of ['save_strokes', 'correct']) {
    /** @type {HTMLButtonElement} */ (element(id)).disabled = last.digits.length === 0;
  }
}
