/** Looking inside: what each layer makes of a digit, and which ink the answer rests on. Computed only while open. */

import { mean } from '../recognition/decide.js';
import * as why from '../recognition/occlusion.js';
import { MNIST } from '../recognition/rasterize.js';
import { ask } from '../recognition/recognize.js';
import * as ink from './canvas.js';
import { copy, element, part } from './dom.js';
import { say } from './i18n.js';

/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../recognition/recognize.js').Reader} Reader */
/** @typedef {import('../tensorflow/bundle.js').Activation} Activation */

const REST = 180; // milliseconds the pen must rest before the why-map is made: it asks some fifty times
const WIDE = 32; // hidden units in a row
const GAP = 1; // pixel between feature maps

/** @type {{digit: Digit, readers: Reader[], titles: string[]} | null} */
let now = null;
/** @type {{patches: why.Covered[], after: number[][], digit: Digit} | null} */
let covered = null;
/** @type {number | null} the digit that the visitor asks about; the answer's where none */
let asked = null;
/** @type {number | null} the digit whose bar is pointed at */
let pointed = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

const box = () => /** @type {HTMLDetailsElement} */ (element('inside'));

export function connect() {
  box().addEventListener('toggle', update);
  element('why_digits').addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-why]');
    if (!(button instanceof HTMLElement)) return;
    asked = asked === Number(button.dataset.why) ? null : Number(button.dataset.why);
    showWhy();
  });
  connectBars();
}

/** Pointing at a bar asks about its digit for as long as one points. */
function connectBars() {
  const bars = element('chart_box');
  bars.addEventListener('pointerover', (event) => {
    const bar = event.target instanceof Element && event.target.closest('[data-digit]');
    if (!box().open || !(bar instanceof HTMLElement)) return;
    pointed = Number(bar.dataset.digit);
    showWhy();
  });
  bars.addEventListener('pointerleave', () => {
    pointed = null;
    if (box().open) showWhy();
  });
}

/**
 * @param {Digit | undefined} digit
 * @param {Reader[]} readers
 * @param {string[]} titles  of the readers
 */
export function show(digit, readers, titles) {
  now = digit ? { digit, readers, titles } : null;
  if (box().open) update();
}

function update() {
  clearTimeout(waiting);
  const open = box().open && now;
  element('inside_empty').hidden = Boolean(now);
  element('inside_content').hidden = !open;
  if (!open || !now) return;
  if (covered && covered.digit.strokes[0] !== now.digit.strokes[0]) forgetWhy(); // of another drawing
  showLayers(now);
  waiting = setTimeout(makeWhy, REST);
}

/** @param {{digit: Digit, readers: Reader[], titles: string[]}} about */
function showLayers({ digit, readers, titles }) {
  const place = element('inside_networks');
  const all = readers.map((reader) => reader.activations(digit.raster.image));
  const names = [document.documentElement.lang, ...readers.map((reader) => reader.name)].join();
  if (place.dataset.names !== names) {
    place.dataset.names = names;
    place.replaceChildren(...all.map((layers, i) => networkView(titles[i], layers)));
  }
  all.forEach((layers, i) => {
    const views = /** @type {HTMLElement[]} */ ([...part(place.children[i], 'layers').children]);
    layers.forEach((layer, k) => {
      paintLayer(/** @type {HTMLCanvasElement} */ (part(views[k], 'map')), layer);
    });
  });
}

/** @param {string} title @param {Activation[]} layers */
function networkView(title, layers) {
  const view = copy('inside_network_template');
  part(view, 'title').textContent = title;
  for (const layer of layers) {
    const item = copy('inside_layer_template');
    part(item, 'name').textContent = `${layer.kind} · ${layer.shape.join(' × ')}`;
    part(item, 'map').setAttribute('aria-label', say('inside_map', { layer: layer.kind }));
    part(view, 'layers').append(item);
  }
  return view;
}

/**
 * Feature maps beside one another, or hidden units in rows; the darker, the stronger.
 * @param {HTMLCanvasElement} canvas @param {Activation} layer
 */
function paintLayer(canvas, { shape, values }) {
  const [height, width, maps] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const gap = shape.length === 3 ? GAP : 0;
  const columns = shape.length === 3 ? Math.ceil(Math.sqrt(maps * 2)) : Math.min(WIDE, maps);
  canvas.width = columns * (width + gap) - gap;
  canvas.height = Math.ceil(maps / columns) * (height + gap) - gap;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const target = context.createImageData(canvas.width, canvas.height);
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-6);
  for (let i = 0; i < values.length; i++) {
    const map = i % maps;
    const pixel = (i - map) / maps;
    const x = (map % columns) * (width + gap) + (pixel % width);
    const y = Math.floor(map / columns) * (height + gap) + Math.floor(pixel / width);
    target.data[4 * (y * canvas.width + x) + 3] = (255 * Math.abs(values[i])) / most;
  }
  ink.stain(context, target, ink.colour('--pen'));
}

function forgetWhy() {
  covered = null;
  asked = null;
  const canvas = /** @type {HTMLCanvasElement} */ (element('why_map'));
  canvas.width = MNIST.size; // which empties it
}

function makeWhy() {
  if (!now) return;
  const { digit, readers } = now;
  const patches = why.cover(digit.raster.image);
  const images = patches.map((patch) => patch.image);
  const said = readers.map((reader) => ask(images, reader));
  covered = { patches, digit, after: patches.map((_, i) => mean(said.map((one) => one[i]))) };
  showWhy();
}

function showWhy() {
  if (!covered) return;
  const { patches, after, digit } = covered;
  const wanted = pointed ?? asked ?? digit.answer.digit;
  const map = why.heat(
    patches,
    digit.probabilities[wanted],
    after.map((one) => one[wanted]),
  );
  const canvas = /** @type {HTMLCanvasElement} */ (element('why_map'));
  const most = map.reduce((a, b) => Math.max(a, Math.abs(b)), 0.02); // below 2 points nothing is worth colour
  const shade = digit.raster.image.map((value, i) => Math.max(value, (0.55 * Math.abs(map[i])) / most));
  ink.paint(canvas, [shade], ink.colour('--pen'));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.globalCompositeOperation = 'source-atop'; // tints change no opacity
  const tint = document.createElement('canvas');
  for (const [name, speaks] of Object.entries({ '--warm': 1, '--cold': -1 })) {
    ink.paint(tint, [map.map((value) => Math.max((speaks * value) / most, 0))], ink.colour(name));
    context.drawImage(tint, 0, 0);
  }
  element('why_text').textContent = say('why_text', { digit: wanted });
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (element('why_digits').querySelectorAll('[data-why]'))) {
    button.setAttribute('aria-pressed', String(Number(button.dataset.why) === wanted));
  }
}
