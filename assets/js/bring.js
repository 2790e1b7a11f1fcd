/** Pictures in: dropped, pasted, chosen or photographed, and examples from the MNIST test set. */
import * as ground from './ground.js';
import { note } from './notes.js';
import { element, provided } from './site.js';
import { box, SIZE, side } from './strokes.js';
import { strokes } from './trace.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./strokes.js').Stroke} Stroke */

const LARGEST = 40_000_000; // bytes; no phone takes larger photographs
const LONGEST = 360; // pixels a side are plenty for a line of digits, and quick
const SMALL = 0.5; // of the picture's longer side: what covers less is looked at from close by
const CLOSE = 0.3; // of the closer view, ink covers at least, or it was other ink
const MARGIN = 0.6; // of the ink's longer side, around it
const FILL = 0.8; // of the canvas
const FACTOR = 8; // for examples: fine enough for smooth lines
const NOTE = 'bring_note';

/** A picture that cannot be taken; its message is a key of the catalogue. */
class Refused extends Error {}

/** @param {Page} page @param {HTMLCanvasElement} canvas */
export function connect(page, canvas) {
  let turns = 0;
  /** @param {Blob | null | undefined} file */
  const take = async (file) => {
    if (!file) return;
    const turn = ++turns;
    note(NOTE, null, 'picture_reading');
    try {
      const found = trace(await decode(file));
      if (turn !== turns) return; // another one was chosen meanwhile
      if (found.length === 0) throw new Refused('picture_empty');
      place(page, canvas, found);
      note(NOTE, page.drawing.strokes, 'picture_taken');
    } catch (reason) {
      if (turn !== turns) return;
      const key = reason instanceof Refused ? reason.message : 'picture_unknown'; // too many pixels for this device, say
      note(NOTE, page.drawing.strokes, key, { size: Math.round(LARGEST / 1e6) });
    }
  };
  for (const id of ['choose_picture', 'take_picture']) {
    const input = /** @type {HTMLInputElement} */ (element(id));
    input.addEventListener('change', () => take(input.files?.[0]).then(() => (input.value = '')));
  }
  document.addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith('image/'));
    if (file) take(file);
  });
  connectDrop(take);
  connectExamples(page, canvas);
}

/** @param {(file: Blob | undefined) => void} take */
function connectDrop(take) {
  const target = element('canvas_box');
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    target.dataset.drop = 'true';
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) delete target.dataset.drop;
  });
  document.addEventListener('drop', (event) => {
    delete target.dataset.drop;
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // the browser would leave the page and show the file
    take(event.dataTransfer.files[0]);
  });
}

/** @param {Blob} file @returns {Promise<ImageBitmap>} @throws {Refused} */
async function decode(file) {
  if (file.size > LARGEST) throw new Refused('picture_large');
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Refused('picture_unknown');
  }
}

/** @typedef {{x: number, y: number, width: number, height: number}} Area  in pixels of the picture */

/**
 * The strokes of a picture: from all of it, and where they are small in it, once more from close by.
 * @param {ImageBitmap} bitmap  closed afterwards: a large photograph is hundreds of megabytes
 * @returns {Stroke[]} of any size
 */
function trace(bitmap) {
  try {
    const found = strokes(ground.ink(view(bitmap, { x: 0, y: 0, width: bitmap.width, height: bitmap.height })));
    if (found.length === 0 || side(box(found)) > SMALL * LONGEST) return found;
    const closer = strokes(ground.ink(view(bitmap, closeUp(box(found), bitmap))));
    return closer.length > 0 && side(box(closer)) > CLOSE * LONGEST ? closer : found;
  } finally {
    bitmap.close();
  }
}

/**
 * @param {import('./strokes.js').Box} ink  in a view of all of the picture
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

/** @param {ImageBitmap} bitmap @param {Area} area @returns {ground.Picture} with LONGEST pixels on its longer side */
function view(bitmap, area) {
  const scale = LONGEST / Math.max(area.width, area.height);
  const width = Math.max(Math.round(area.width * scale), 3);
  const height = Math.max(Math.round(area.height * scale), 3);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, area.x, area.y, area.width, area.height, 0, 0, width, height);
  return ground.brightness(context.getImageData(0, 0, width, height).data, width, height);
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
  drawing.replace(found.map((stroke) => stroke.map(([px, py]) => [px * scale + x, py * scale + y])));
}

/** @param {Page} page @param {HTMLCanvasElement} canvas */
function connectExamples(page, canvas) {
  const { examples } = page.config;
  element('examples').hidden = !examples;
  if (!examples) return;
  element('examples').addEventListener('click', async (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-example]');
    if (!(button instanceof HTMLElement)) return;
    try {
      await provided(() => globalThis.digitjsExamples, examples);
    } catch {
      return note(NOTE, page.drawing.strokes, 'examples_failed');
    }
    const example = globalThis.digitjsExamples?.find((one) => one.label === Number(button.dataset.example));
    const image = Array.from(atob(example?.pixels ?? ''), (letter) => letter.charCodeAt(0) / 255);
    place(page, canvas, strokes(ground.ink(ground.enlarge(image, SIZE, FACTOR))));
    note(NOTE, page.drawing.strokes, `example_taken${page.config.own}`, { digit: Number(button.dataset.example) });
  });
}
