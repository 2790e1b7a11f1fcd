/**
 * Pictures in: dropped, pasted, chosen or photographed, and examples from the test set. What makes strokes of them is a
 * script of its own, which comes when the first one is brought.
 */

import { box, height, moved, width } from '../geometry.js';
import { provided, Undelivered } from '../load_script.js';
import { element } from '../view/dom.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../view/status.js').Status} Status */
/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {NonNullable<typeof globalThis.digitjsPicture>} Library */
/** @typedef {{strokes: Stroke[]} | {refused: string, file?: string}} Found  refused: why, a key of the catalogue */

const LARGEST = 40_000_000; // bytes; no phone takes larger photographs
const FILL = 0.8; // of the canvas
const TAKEN = ['Files', 'text/uri-list', 'text/html']; // the last two are all that some pictures of other pages come as
let shown = 0; // examples, since the page was opened
const NOTE = 'bring_note';
const INPUTS = ['choose_picture', 'take_picture'];

/** @param {Session} session @param {HTMLCanvasElement} canvas @param {Status} status */
export function connectImport(session, canvas, status) {
  const { drawing, config } = session;
  const { examples, task } = config;
  const library = loader(config.bundle.picture);
  let turns = 0;
  /**
   * Put what is found on the canvas, and say so.
   * @param {(library: Library) => Promise<Found>} find @param {string} taken  what to say, a key of the catalogue
   * @param {Record<string, number | string>} [values]
   */
  const bring = async (find, taken, values) => {
    const turn = ++turns;
    const found = await library().then(find).catch(failed);
    if (turn !== turns) return; // another one was chosen meanwhile
    const isRefused = 'refused' in found;
    if (!isRefused) drawing.replaceTraced(placed(found.strokes, canvas));
    const about = { size: Math.round(LARGEST / 1e6), file: (isRefused && found.file) || '', ...values };
    status.note(NOTE, drawing.strokes, isRefused ? found.refused : taken, about);
  };
  /** @param {File} file */
  const take = (file) => {
    status.note(NOTE, null, 'picture_reading');
    const isLarge = file.size > LARGEST;
    return bring(async ({ fromFile }) => (isLarge ? refused('picture_large') : fromFile(file, task)), 'picture_taken');
  };
  connectFiles(take);
  connectTransfer((data) => {
    const files = [...data.files];
    const file = files.find((one) => one.type.startsWith('image/')) ?? files[0];
    if (file) take(file);
    else if (isLink(data)) status.note(NOTE, drawing.strokes, 'picture_linked');
  });
  prepareEarly(library);
  element('examples').hidden = !examples;
  if (!examples) return;
  connectExamples((place) =>
    bring((library) => example(library, examples, place, task), 'example_taken', { digit: task.classes[place] }),
  );
}

/** @param {string} address  of the script that traces @returns {() => Promise<Library>} the same one until it fails */
function loader(address) {
  /** @type {Promise<Library> | undefined} */
  let loading;
  return () => {
    loading ??= provided(() => globalThis.digitjsPicture, address).catch((reason) => {
      loading = undefined;
      throw reason;
    });
    return loading;
  };
}

/** @param {string} key  of the catalogue: why nothing is taken @param {string} [file]  that is missing @returns {Found} */
const refused = (key, file) => ({ refused: key, file });

/** @param {unknown} reason @returns {Found} */
const failed = (reason) =>
  reason instanceof Undelivered ? refused('undelivered', reason.file) : refused('picture_damaged'); // too many pixels, say

/** Fetch the script while the visitor looks for a file. @param {() => Promise<Library>} library */
function prepareEarly(library) {
  const prepare = () => library().catch(() => {}); // asked for again, and reported, once there is a picture
  for (const id of INPUTS) element(id).addEventListener('click', prepare);
  document.addEventListener('dragenter', prepare, { once: true });
}

/** @param {(file: File) => Promise<void>} take */
function connectFiles(take) {
  for (const id of INPUTS) {
    const input = /** @type {HTMLInputElement} */ (element(id));
    input.addEventListener('change', () => input.files?.[0] && take(input.files[0]).then(() => (input.value = '')));
  }
}

/** @param {(digit: number) => void} take */
function connectExamples(take) {
  element('examples').addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-example]');
    if (button instanceof HTMLElement) take(Number(button.dataset.example));
  });
}

/** @param {DataTransfer} data  without a file @returns {boolean} whether it stands for one that lies elsewhere */
const isLink = (data) =>
  ['Files', 'text/uri-list'].some((type) => data.types.includes(type)) || data.getData('text/html').includes('<img');

/** @param {(data: DataTransfer) => void} take  what is dropped or pasted anywhere on the page */
function connectTransfer(take) {
  const target = element('canvas_box');
  /** @param {DragEvent} event @returns {DataTransfer | null} what the browser would leave this page to show */
  const caught = (event) => {
    const data = event.dataTransfer;
    if (!data || !TAKEN.some((type) => data.types.includes(type))) return null;
    event.preventDefault();
    return data;
  };
  document.addEventListener('dragover', (event) => {
    if (caught(event)?.types.includes('Files')) target.dataset.drop = 'true';
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) delete target.dataset.drop;
  });
  document.addEventListener('drop', (event) => {
    delete target.dataset.drop;
    const data = caught(event);
    if (data) take(data);
  });
  document.addEventListener('paste', ({ clipboardData }) => clipboardData && take(clipboardData));
}

/**
 * @param {Stroke[]} found  of any size @param {HTMLCanvasElement} canvas
 * @returns {Stroke[]} in the middle of the canvas
 */
function placed(found, canvas) {
  const ink = box(found);
  const [wide, high] = [canvas.offsetWidth, canvas.offsetHeight];
  const scale = Math.min((FILL * wide) / Math.max(width(ink), 1), (FILL * high) / Math.max(height(ink), 1));
  const x = wide / 2 - (scale * (ink.minX + ink.maxX)) / 2;
  const y = high / 2 - (scale * (ink.minY + ink.maxY)) / 2;
  return found.map((stroke) => moved(stroke, ([px, py]) => [px * scale + x, py * scale + y]));
}

/**
 * A test image's strokes.
 * @param {Library} library @param {string} address  of the script that has them @param {number} digit  its class
 * @param {import('../config.js').Task} task
 * @returns {Promise<Found>}
 */
async function example({ fromImage }, address, digit, task) {
  const all = await provided(() => globalThis.digitjsExamples, address).catch(() => undefined);
  const own = all?.filter(({ label }) => label === digit) ?? [];
  const found = own[shown++ % own.length]; // of several, another one each time
  if (!found) return refused('examples_failed');
  const strokes = fromImage(
    Array.from(atob(found.pixels), (letter) => letter.charCodeAt(0) / 255),
    task,
  );
  return strokes.length > 0 ? { strokes } : refused('example_empty');
}
