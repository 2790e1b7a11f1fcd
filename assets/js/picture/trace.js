/**
 * The strokes of a picture, or all of it where pictures are looked at, whatever the browser can read it as. A script of its own, which the page asks for when the first
 * picture is brought.
 */

import { box, height, side, width } from '../geometry.js';
import { brightness, enlarge, inkMask } from './binarize.js';
import { borderOf, fit, seen } from './greys.js';
import { strokes } from './vectorize.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('./import.js').Found} Found */
/** @typedef {import('./binarize.js').Picture} Picture */
/** @typedef {import('../recognition/recognize.js').Task} Task */
/** @typedef {import('../recognition/recognize.js').Greys} Greys */

const AREA = 300 ** 2; // pixels of a view: plenty for a digit, and quick
const LONGEST = 1200; // pixels a side of a view at most: plenty for a row of digits
const VECTOR = 1440; // pixels a side of a vector graphic, which has none: enough to look from close by
const SMALL = 0.15; // of the picture: what covers less is looked at from close by
const CLOSE = 0.3; // of the closer view, ink covers at least, or it was other ink
const TALLER = 1.25; // times as tall as before, it is at most, or it was other ink, too: a line, say
const MARGIN = 0.6; // of the ink's height, around it
const SHOWN = 640; // pixels a side of a picture on the pad at most
const FACTOR = 8; // for examples: fine enough for smooth lines
const TRUTH = 4; // rows of known pixels under a view
const HEIF_NAME = /[./]hei[cf]$/i; // the end of a file's name, or its type
const HEIF = /^.{4}ftyp(hei[cx]|hev[cx]|mif1|msf1)/s; // how such a file begins: phones save photographs so
const READABLE = /^(.PNG|\xff\xd8\xff|GIF8|BM|RIFF.{4}WEBP)/s; // how files begin that every browser reads
const DOUBT = 32; // of 255, by which they come back otherwise on average: the browser hides pixels

/** A picture that cannot be taken; its message is a key of the catalogue. */
class Refused extends Error {}

/** @param {File} file @param {Task} task @returns {Promise<Found>} strokes of any size, one at least */
async function fromFile(file, task) {
  try {
    const bitmap = await decode(file);
    return { strokes: task.picture ? [whole(bitmap, task.picture)] : trace(bitmap) };
  } catch (reason) {
    if (reason instanceof Refused) return { refused: reason.message };
    throw reason;
  }
}

/** @param {number[]} image  square, in [0, 1], 1 is ink @param {Task} task @returns {Stroke[]} of any size */
const fromImage = (image, { picture }) =>
  picture ? [painted(image, picture)] : strokes(inkMask(enlarge(image, Math.sqrt(image.length), FACTOR, 1)));

/** What import.js takes from here. */
export const library = { fromFile, fromImage };

globalThis.digitjsPicture = library;

/** @param {File} file @returns {Promise<ImageBitmap>} @throws {Refused} */
async function decode(file) {
  try {
    return await createImageBitmap(file).catch(() => rasterise(file)); // upright, where the file says how it was held
  } catch {
    throw new Refused(await why(file));
  }
}

/** @param {File} file  that is not read @returns {Promise<string>} why, a key of the catalogue */
async function why(file) {
  if (HEIF_NAME.test(file.name) || HEIF_NAME.test(file.type)) return 'picture_heic';
  const start = new TextDecoder('latin1').decode(
    await file
      .slice(0, 12)
      .arrayBuffer()
      .catch(() => new ArrayBuffer(0)),
  );
  if (HEIF.test(start)) return 'picture_heic';
  return READABLE.test(start) ? 'picture_damaged' : 'picture_unknown';
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

/** @param {ImageBitmap} bitmap @returns {Area} */
const everything = ({ width, height }) => ({ x: 0, y: 0, width, height });

/**
 * The whole picture, as it is looked at.
 * @param {ImageBitmap} bitmap  closed afterwards @param {Greys} greys
 * @returns {Stroke} its outline, of any size
 * @throws {Refused}
 */
function whole(bitmap, greys) {
  try {
    const picture = view(bitmap, everything(bitmap), { most: 1, least: 1 });
    const scale = Math.min(SHOWN / Math.max(bitmap.width, bitmap.height), 1);
    const [wide, high] = [bitmap.width, bitmap.height].map((length) => Math.max(Math.round(length * scale), 1));
    const shown = canvasOf(wide, high);
    shown.getContext('2d')?.drawImage(bitmap, 0, 0, wide, high);
    return outlined((size) => seen(picture, greys, size), shown);
  } finally {
    bitmap.close();
  }
}

/** @param {number[]} image  as networks see it @param {Greys} greys @returns {Stroke} the outline of a picture that looks so */
function painted(image, { inverted }) {
  const size = Math.sqrt(image.length);
  const shown = canvasOf(size, size);
  const target = new ImageData(size, size);
  image.forEach((value, i) => {
    target.data.fill(255 * (inverted ? 1 - value : value), 4 * i, 4 * i + 3);
    target.data[4 * i + 3] = 255;
  });
  shown.getContext('2d')?.putImageData(target, 0, 0);
  const picture = { values: Float32Array.from(image), width: size, height: size };
  return outlined((other) => fit(picture, other), shown);
}

/** @param {(size: number) => Float32Array} seenAt  as networks see it @param {HTMLCanvasElement} shown @returns {Stroke} */
function outlined(seenAt, shown) {
  const { width, height } = shown;
  /** @type {Stroke} */
  const outline = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  const at = (/** @type {number} */ size) => {
    const image = seenAt(size);
    return { image, paper: borderOf({ values: image, width: size, height: size }) };
  };
  return Object.assign(outline, { picture: { at, shown } });
}

/** @param {number} width @param {number} height */
function canvasOf(width, height) {
  return Object.assign(document.createElement('canvas'), { width, height });
}

/**
 * The strokes of a picture: from all of it, and where they are small in it, once more from close by.
 * @param {ImageBitmap} bitmap  closed afterwards: a large photograph is hundreds of megabytes
 * @returns {Stroke[]} of any size, one at least
 * @throws {Refused}
 */
function trace(bitmap) {
  try {
    const all = view(bitmap, everything(bitmap));
    const found = strokes(inkMask(all));
    if (found.length === 0) throw new Refused('picture_empty');
    const ink = box(found);
    if (width(ink) * height(ink) > SMALL * all.width * all.height) return found;
    const scale = bitmap.width / all.width;
    const area = closeUp(ink, bitmap, scale);
    const near = view(bitmap, area);
    const closer = strokes(inkMask(near));
    if (closer.length === 0) return found;
    const larger = near.height / (area.height / scale);
    const isSame = height(box(closer)) < TALLER * larger * Math.max(height(ink), 1);
    return isSame && side(box(closer)) > CLOSE * Math.max(near.width, near.height) ? closer : found;
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

/**
 * @param {ImageBitmap} bitmap @param {Area} area @param {{most?: number, least?: number}} [limits]  times the size of the
 *   picture, and pixels a side
 * @returns {Picture} of AREA pixels, and of fewer where it is very long
 */
function view(bitmap, area, { most = Infinity, least = 3 } = {}) {
  const wanted = Math.min(Math.sqrt(AREA / (area.width * area.height)), LONGEST / Math.max(area.width, area.height));
  const scale = Math.min(wanted, most);
  const width = Math.max(Math.round(area.width * scale), least);
  const height = Math.max(Math.round(area.height * scale), least);
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
