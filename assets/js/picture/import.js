/** Pictures in: dropped, pasted, chosen or photographed, and examples from the MNIST test set. */

import { box, height, side, width } from '../geometry.js';
import { provided } from '../load_script.js';
import { MNIST } from '../recognition/rasterize.js';
import { element } from '../view/dom.js';
import { note } from '../view/status.js';
import * as ground from './binarize.js';
import { strokes } from './vectorize.js';

/** @typedef {import('../session.js').Page} Page */
/** @typedef {import('../geometry.js').Stroke} Stroke */

const LARGEST = 40_000_000; // bytes; no phone takes larger photographs
const AREA = 300 ** 2; // pixels of a view: plenty for a digit, and quick
const LONGEST = 1200; // pixels a side of a view at most: plenty for a row of digits
const VECTOR = 1440; // pixels a side of a vector graphic, which has none: enough to look from close by
const SMALL = 0.15; // of the picture: what covers less is looked at from close by
const CLOSE = 0.3; // of the closer view, ink covers at least, or it was other ink
const MARGIN = 0.6; // of the ink's height, around it
const FILL = 0.8; // of the canvas
const FACTOR = 8; // for examples: fine enough for smooth lines
const TRUTH = 4; // rows of known pixels under a view
const DOUBT = 32; // of 255, by which they come back otherwise on average: the browser hides pixels
const TAKEN = ['Files', 'text/uri-list', 'text/html']; // the last two are all that some pictures of other pages come as
const NOTE = 'bring_note';

/** A picture that cannot be taken; its message is a key of the catalogue. */
class Refused extends Error {}

/** @param {Page} page @param {HTMLCanvasElement} canvas */
export function connect(page, canvas) {
  let turns = 0;
  /**
   * Put on the sheet what is found, and tell it.
   * @param {() => Promise<Stroke[]>} find @param {string} taken  what to tell, a key of the catalogue
   * @param {Record<string, number>} [values]
   */
  const bring = async (find, taken, values) => {
    const turn = ++turns;
    /** @type {string} */
    let said = taken;
    try {
      const found = await find();
      if (turn !== turns) return; // another one was chosen meanwhile
      place(page, canvas, found);
    } catch (reason) {
      if (turn !== turns) return;
      said = reason instanceof Refused ? reason.message : 'picture_unknown'; // too many pixels for this device, say
    }
    note(NOTE, page.drawing.strokes, said, { size: Math.round(LARGEST / 1e6), ...values });
  };
  /** @param {Blob} file */
  const take = (file) => {
    note(NOTE, null, 'picture_reading');
    return bring(async () => trace(await decode(file)), 'picture_taken');
  };
  for (const id of ['choose_picture', 'take_picture']) {
    const input = /** @type {HTMLInputElement} */ (element(id));
    input.addEventListener('change', () => input.files?.[0] && take(input.files[0]).then(() => (input.value = '')));
  }
  connectTransfer((data) => {
    const files = [...data.files];
    const file = files.find((one) => one.type.startsWith('image/')) ?? files[0];
    if (file) take(file);
    else if (isLink(data)) note(NOTE, page.drawing.strokes, 'picture_linked');
  });
  const { examples, own } = page.config;
  element('examples').hidden = !examples;
  element('examples').addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-example]');
    if (!examples || !(button instanceof HTMLElement)) return;
    const digit = Number(button.dataset.example);
    bring(() => example(examples, digit), `example_taken${own}`, { digit });
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
    const all = view(bitmap, { x: 0, y: 0, width: bitmap.width, height: bitmap.height });
    const found = strokes(ground.ink(all));
    if (found.length === 0) throw new Refused('picture_empty');
    const ink = box(found);
    if (width(ink) * height(ink) > SMALL * all.width * all.height) return found;
    const near = view(bitmap, closeUp(ink, bitmap, bitmap.width / all.width));
    const closer = strokes(ground.ink(near));
    return closer.length > 0 && side(box(closer)) > CLOSE * Math.max(near.width, near.height) ? closer : found;
  } finally {
    bitmap.close();
  }
}

/**
 * @param {import('../geometry.js').Box} ink  in a view of all of the picture
 * @param {ImageBitmap} bitmap
 * @param {number} scale  pixels of the picture for one of the view
 * @returns {Area} around it
 */
function closeUp(ink, bitmap, scale) {
  const margin = MARGIN * Math.max(height(ink), 1);
  const [left, right] = [ink.minX - margin, ink.maxX + margin].map((x) => clamp(x * scale, bitmap.width));
  const [top, bottom] = [ink.minY - margin, ink.maxY + margin].map((y) => clamp(y * scale, bitmap.height));
  return { x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) };
}

/** @param {number} value @param {number} most */
const clamp = (value, most) => Math.min(Math.max(value, 0), most);

/** @param {ImageBitmap} bitmap @param {Area} area @returns {ground.Picture} of AREA pixels, and of fewer where it is very long */
function view(bitmap, area) {
  const scale = Math.min(Math.sqrt(AREA / (area.width * area.height)), LONGEST / Math.max(area.width, area.height));
  const width = Math.max(Math.round(area.width * scale), 3);
  const height = Math.max(Math.round(area.height * scale), 3);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height + TRUTH];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, area.x, area.y, area.width, area.height, 0, 0, width, height);
  return ground.brightness(readBack(context, width, height), width, height);
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
 * Put strokes of any size in the middle of the canvas.
 * @param {Page} page @param {HTMLCanvasElement} canvas @param {Stroke[]} found
 */
function place({ drawing }, canvas, found) {
  const ink = box(found);
  const [width, height] = [canvas.offsetWidth, canvas.offsetHeight];
  const scale = Math.min(
    (FILL * width) / Math.max(ink.maxX - ink.minX, 1),
    (FILL * height) / Math.max(ink.maxY - ink.minY, 1),
  );
  const x = width / 2 - (scale * (ink.minX + ink.maxX)) / 2;
  const y = height / 2 - (scale * (ink.minY + ink.maxY)) / 2;
  drawing.replaceTraced(found.map((stroke) => stroke.map(([px, py]) => [px * scale + x, py * scale + y])));
}

/**
 * A test digit's strokes.
 * @param {string} address  of the script that has them @param {number} digit
 * @returns {Promise<Stroke[]>} of any size, one at least
 * @throws {Refused}
 */
async function example(address, digit) {
  const all = await provided(() => globalThis.digitjsExamples, address).catch(() => undefined);
  const found = all?.find(({ label }) => label === digit);
  if (!found) throw new Refused('examples_failed');
  const image = Array.from(atob(found.pixels), (letter) => letter.charCodeAt(0) / 255);
  const traced = strokes(ground.ink(ground.enlarge(image, MNIST.size, FACTOR, 1)));
  if (traced.length === 0) throw new Refused('example_empty');
  return traced;
}
