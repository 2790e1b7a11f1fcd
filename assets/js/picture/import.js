/** Pictures in: dropped, pasted, chosen or photographed, and examples from the test set. */

import { box, height, side, width } from '../geometry.js';
import { provided } from '../load_script.js';
import { element } from '../view/dom.js';
import { brightness, enlarge, inkMask } from './binarize.js';
import { strokes } from './vectorize.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../view/status.js').Status} Status */
/** @typedef {import('../geometry.js').Stroke} Stroke */

const LARGEST = 40_000_000; // bytes; no phone takes larger photographs
const LONGEST = 360; // pixels a side are plenty for a line of digits, and quick
const VECTOR = 4 * LONGEST; // pixels a side of a vector graphic, which has none: enough to look from close by
const SMALL = 0.5; // of the picture's longer side: what covers less is looked at from close by
const CLOSE = 0.3; // of the closer view, ink covers at least, or it was other ink
const MARGIN = 0.6; // of the ink's longer side, around it
const FILL = 0.8; // of the canvas
const FACTOR = 8; // for examples: fine enough for smooth lines
const TRUTH = 4; // rows of known pixels under a view
const DOUBT = 32; // of 255, by which they come back otherwise on average: the browser hides pixels
const TAKEN = ['Files', 'text/uri-list', 'text/html']; // the last two are all that some pictures of other pages come as
const NOTE = 'bring_note';

/** A picture that cannot be taken; its message is a key of the catalogue. */
class Refused extends Error {}

/** @param {Session} session @param {HTMLCanvasElement} canvas @param {Status} status */
export function connectImport(session, canvas, status) {
  const { drawing, config } = session;
  let turns = 0;
  /**
   * Put what is found on the canvas, and say so.
   * @param {() => Promise<Stroke[]>} find @param {string} taken  what to say, a key of the catalogue
   * @param {Record<string, number | string>} [values]
   */
  const bring = async (find, taken, values) => {
    const turn = ++turns;
    let message = taken;
    try {
      const found = await find();
      if (turn !== turns) return; // another one was chosen meanwhile
      drawing.replaceTraced(placed(found, canvas));
    } catch (reason) {
      if (turn !== turns) return;
      message = reason instanceof Refused ? reason.message : 'picture_unknown'; // too many pixels for this device, say
    }
    status.note(NOTE, drawing.strokes, message, { size: Math.round(LARGEST / 1e6), ...values });
  };
  /** @param {Blob} file */
  const take = (file) => {
    status.note(NOTE, null, 'picture_reading');
    return bring(async () => trace(await decode(file)), 'picture_taken');
  };
  connectFiles(take);
  connectTransfer((data) => {
    const files = [...data.files];
    const file = files.find((one) => one.type.startsWith('image/')) ?? files[0];
    if (file) take(file);
    else if (isLink(data)) status.note(NOTE, drawing.strokes, 'picture_linked');
  });
  const { examples, task } = config;
  element('examples').hidden = !examples;
  if (!examples) return;
  connectExamples((digit) => bring(() => example(examples, digit), 'example_taken', { digit: task.classes[digit] }));
}

/** @param {(file: Blob) => Promise<void>} take */
function connectFiles(take) {
  for (const id of ['choose_picture', 'take_picture']) {
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

/** @param {Blob} file @returns {Promise<ImageBitmap>} @throws {Refused} */
async function decode(file) {
  if (file.size > LARGEST) throw new Refused('picture_large');
  try {
    return await createImageBitmap(file).catch(() => rasterise(file));
  } catch {
    throw new Refused('picture_unknown');
  }
}

/** @param {Blob} file  an SVG: browsers make no bitmap of it but through an image element @returns {Promise<ImageBitmap>} */
async function rasterise(file) {
  const content = await file.text();
  if (!content.includes('http://www.w3.org/2000/svg')) throw new Error('no SVG');
  const image = new Image();
  // Not by a blob's address: Chromium hides the pixels of one with HTML inside.
  image.src = `data:image/svg+xml,${encodeURIComponent(content)}`;
  await image.decode();
  const [width, height] = [image.naturalWidth || 1, image.naturalHeight || 1]; // it may have no size of its own
  const scale = VECTOR / Math.max(width, height);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height].map((length) => Math.max(Math.round(length * scale), 1));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return createImageBitmap(canvas);
}

/** @typedef {{x: number, y: number, width: number, height: number}} Area  in pixels of the picture */

/**
 * The strokes of a picture: from all of it, and where they are small in it, once more from close by.
 * @param {ImageBitmap} bitmap  closed afterwards: a large photograph is hundreds of megabytes
 * @returns {Stroke[]} of any size, one at least
 * @throws {Refused}
 */
function trace(bitmap) {
  try {
    const found = strokes(inkMask(view(bitmap, { x: 0, y: 0, width: bitmap.width, height: bitmap.height })));
    if (found.length === 0) throw new Refused('picture_empty');
    if (side(box(found)) > SMALL * LONGEST) return found;
    const closer = strokes(inkMask(view(bitmap, closeUp(box(found), bitmap))));
    return closer.length > 0 && side(box(closer)) > CLOSE * LONGEST ? closer : found;
  } finally {
    bitmap.close();
  }
}

/**
 * @param {import('../geometry.js').Box} ink  in a view of all of the picture
 * @param {ImageBitmap} bitmap
 * @returns {Area} around it
 */
function closeUp(ink, { width, height }) {
  const scale = Math.max(width, height) / LONGEST;
  const margin = MARGIN * Math.max(side(ink), 1);
  const [left, right] = [ink.minX - margin, ink.maxX + margin].map((x) => Math.min(Math.max(x * scale, 0), width));
  const [top, bottom] = [ink.minY - margin, ink.maxY + margin].map((y) => Math.min(Math.max(y * scale, 0), height));
  return { x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) };
}

/** @param {ImageBitmap} bitmap @param {Area} area @returns {import('./binarize.js').Picture} with LONGEST pixels on its longer side */
function view(bitmap, area) {
  const scale = LONGEST / Math.max(area.width, area.height);
  const width = Math.max(Math.round(area.width * scale), 3);
  const height = Math.max(Math.round(area.height * scale), 3);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height + TRUTH];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, area.x, area.y, area.width, area.height, 0, 0, width, height);
  return brightness(readBack(context, width, height), width, height);
}

/**
 * A canvas's pixels, if they are what was drawn: browsers that guard against fingerprinting give slight noise, which
 * does no harm, or nothing but noise.
 * @param {CanvasRenderingContext2D} context  with TRUTH more rows @param {number} width @param {number} height
 * @returns {Uint8ClampedArray}
 * @throws {Refused} where they are noise, or may not be read
 */
function readBack(context, width, height) {
  for (let x = 0; x < width; x++) {
    context.fillStyle = x % 2 ? '#fff' : '#000';
    context.fillRect(x, height, 1, TRUTH);
  }
  try {
    const { data } = context.getImageData(0, 0, width, height + TRUTH);
    let off = 0;
    for (let i = 0; i < width * TRUTH; i++) off += Math.abs(data[4 * (width * height + i)] - ((i % width) % 2) * 255);
    if (off <= DOUBT * width * TRUTH) return data;
  } catch {
    // It is forbidden altogether.
  }
  throw new Refused('picture_hidden');
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
  return found.map((stroke) => stroke.map(([px, py]) => [px * scale + x, py * scale + y]));
}

/**
 * A test image's strokes.
 * @param {string} address  of the script that has them @param {number} digit  its class
 * @returns {Promise<Stroke[]>} of any size, one at least
 * @throws {Refused}
 */
async function example(address, digit) {
  const all = await provided(() => globalThis.digitjsExamples, address).catch(() => undefined);
  const found = all?.find(({ label }) => label === digit);
  if (!found) throw new Refused('examples_failed');
  const image = Array.from(atob(found.pixels), (letter) => letter.charCodeAt(0) / 255);
  const traced = strokes(inkMask(enlarge(image, Math.sqrt(image.length), FACTOR, 1)));
  if (traced.length === 0) throw new Refused('example_empty');
  return traced;
}
