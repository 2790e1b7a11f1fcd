/** Pictures in: dropped, pasted, chosen or photographed, and examples from the MNIST test set. */
import * as ground from './ground.js';
import { note } from './notes.js';
import { element, script } from './site.js';
import { box, SIZE } from './strokes.js';
import { strokes } from './trace.js';

/** @typedef {import('./page.js').Page} Page */
/** @typedef {import('./strokes.js').Stroke} Stroke */

const LARGEST = 40_000_000; // bytes; no phone takes larger photographs
const LONGEST = 360; // pixels a side are plenty for a line of digits, and quick
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
      const seen = await picture(file);
      if (turn !== turns) return; // another one was chosen meanwhile
      const found = strokes(ground.ink(seen));
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

/** @param {Blob} file @returns {Promise<ground.Picture>} @throws {Refused} */
async function picture(file) {
  if (file.size > LARGEST) throw new Refused('picture_large');
  /** @type {ImageBitmap} */
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Refused('picture_unknown');
  }
  const scale = LONGEST / Math.max(bitmap.width, bitmap.height);
  const width = Math.max(Math.round(bitmap.width * scale), 3);
  const height = Math.max(Math.round(bitmap.height * scale), 3);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
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
      if (!globalThis.digitjsExamples) await script(examples);
    } catch {
      return note(NOTE, page.drawing.strokes, 'examples_failed');
    }
    const example = globalThis.digitjsExamples?.find((one) => one.label === Number(button.dataset.example));
    const image = Array.from(atob(example?.pixels ?? ''), (letter) => letter.charCodeAt(0) / 255);
    place(page, canvas, strokes(ground.ink(ground.enlarge(image, SIZE, FACTOR))));
    note(NOTE, page.drawing.strokes, `example_taken${page.config.own}`, { digit: Number(button.dataset.example) });
  });
}
