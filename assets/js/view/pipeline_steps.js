/** The way of the ink, step by step: drawn, framed, 28 x 28, the network, the answer. */

import { box } from '../geometry.js';
import { centreOfMass, MNIST } from '../recognition/rasterize.js';
import * as ink from './canvas.js';
import { element } from './dom.js';

/** @typedef {import('../config.js').LayerInfo} LayerInfo */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../recognition/rasterize.js').Frame} Frame */
/** @typedef {import('../geometry.js').Stroke} Stroke */

const SILENT = ['Dropout', 'Flatten', 'Reshape']; // layers that hand on what they get
const WINNERS = { digit: '--win', unsure: '--doubt', refused: '--control' };
const TRAVEL = 600; // milliseconds for the ink to move into its frame
const stillness = matchMedia('(prefers-reduced-motion: reduce)');

let visible = false;
/** @type {Digit | undefined} */
let shown;
let started = 0;

/** @param {string} id */
const canvas = (id) => /** @type {HTMLCanvasElement} */ (element(id));

/** @param {HTMLCanvasElement} place @returns {CanvasRenderingContext2D} empty, 28 units across */
function sheet(place) {
  const context = ink.sharp(place);
  context.clearRect(0, 0, place.clientWidth, place.clientHeight);
  context.scale(place.clientWidth / MNIST.size, place.clientWidth / MNIST.size);
  return context;
}

/** @param {Stroke[]} strokes @param {Frame} placed @returns {Stroke[]} */
function moved(strokes, placed) {
  return strokes.map((stroke) => stroke.map(([x, y]) => [x * placed.scale + placed.x, y * placed.scale + placed.y]));
}

/** @param {HTMLCanvasElement} pad @returns {Frame} that draws the whole pad small */
function asDrawn(pad) {
  const scale = MNIST.size / Math.max(pad.clientWidth, 1);
  return { scale, x: 0, y: (MNIST.size - pad.clientHeight * scale) / 2 };
}

/** @param {Stroke[]} strokes @param {Frame} drawn */
function showDrawn(strokes, drawn) {
  const place = canvas('journey_drawn');
  const context = sheet(place);
  const small = moved(strokes, drawn);
  ink.draw(context, small, ink.colour('--bar'), 1);
  context.fillStyle = ink.colour('--pen');
  for (const [x, y] of small.flat()) context.fillRect(x - 0.15, y - 0.15, 0.3, 0.3);
}

/** @param {Digit} digit @param {Stroke[]} strokes @param {Frame} placed @param {Frame} goal */
function showFramed(digit, strokes, placed, goal) {
  const place = canvas('journey_framed');
  const context = sheet(place);
  // The 20 x 20 that the ink fills; its middle is not that of the 28 x 28, where the centre of mass is.
  const ends = box(moved(strokes, goal));
  const arrived = placed === goal;
  const [x0, y0] = [(ends.minX + ends.maxX - MNIST.box) / 2, (ends.minY + ends.maxY - MNIST.box) / 2];
  context.lineWidth = 0.2;
  context.strokeStyle = ink.colour('--control');
  context.setLineDash([0.8, 0.6]);
  context.strokeRect(x0, y0, MNIST.box, MNIST.box);
  context.setLineDash([]);
  ink.draw(context, moved(strokes, placed), ink.colour('--pen'), arrived ? MNIST.pen : MNIST.pen / 2);
  if (!arrived) return;
  const [x, y] = centreOfMass(digit.raster.image);
  ink.draw(
    context,
    [
      [
        [x - 2, y],
        [x + 2, y],
      ],
      [
        [x, y - 2],
        [x, y + 2],
      ],
    ],
    ink.colour('--warm'),
    0.5,
  );
}

/** @param {Digit} digit  as the network of the step before reads it */
function showAnswer(digit) {
  const place = canvas('journey_answer');
  const context = sheet(place);
  context.font = '2px sans-serif';
  context.textAlign = 'center';
  digit.opinions[0].forEach((probability, i) => {
    const height = Math.max(22.5 * probability, 0.3);
    context.fillStyle = ink.colour(i === digit.answers[0].digit ? WINNERS[digit.answers[0].kind] : '--bar');
    context.fillRect(1.5 + 2.5 * i, 24.5 - height, 2, height);
    context.fillStyle = ink.colour('--ink-soft');
    context.fillText(String(i), 2.5 + 2.5 * i, 26.8);
  });
}

function clear() {
  for (const id of ['journey_drawn', 'journey_framed', 'journey_answer']) sheet(canvas(id));
  ink.paint(canvas('journey_seen'), [], ink.colour('--pen'));
}

/** @param {HTMLCanvasElement} pad */
function step(pad) {
  if (!shown) return;
  const digit = shown;
  const { strokes, frame: framed } = digit.raster;
  const drawn = asDrawn(pad);
  const past = stillness.matches ? 1 : Math.min((performance.now() - started) / TRAVEL, 1);
  const ease = past * past * (3 - 2 * past);
  /** @param {keyof Frame} key */
  const between = (key) => drawn[key] + (framed[key] - drawn[key]) * ease;
  showDrawn(strokes, drawn);
  const placed = past === 1 ? framed : { scale: between('scale'), x: between('x'), y: between('y') };
  showFramed(digit, strokes, placed, framed);
  if (past < 1) requestAnimationFrame(() => digit === shown && step(pad));
}

/** @param {() => void} refresh  called when the steps come into view */
export function connect(refresh) {
  new IntersectionObserver((entries) => {
    const now = entries[entries.length - 1].isIntersecting; // the entries before are of frames gone by
    if (now && !visible) refresh();
    visible = now;
  }).observe(element('journey'));
}

/**
 * @param {Digit | undefined} digit
 * @param {HTMLCanvasElement} pad
 * @param {{title: string, layers: LayerInfo[], drawing: boolean}} about
 */
export function show(digit, pad, { title, layers, drawing }) {
  element('journey').dataset.empty = String(!digit);
  element('journey_network').textContent = title;
  const list = element('journey_layers');
  const texts = layers.filter(({ kind }) => !SILENT.includes(kind)).map(({ text }) => text);
  if (list.dataset.layers !== texts.join()) {
    list.dataset.layers = texts.join();
    list.replaceChildren(...texts.map(row));
  }
  const known = shown?.strokes;
  const same = known?.length === digit?.strokes.length && digit?.strokes.every((stroke, i) => stroke === known?.[i]);
  shown = digit;
  if (!digit) return clear();
  if (drawing && !visible) return;
  if (drawing) started = -Infinity;
  else if (!same || started < 0) started = performance.now();
  step(pad);
  ink.paint(canvas('journey_seen'), [digit.raster.image], ink.colour('--pen'));
  showAnswer(digit);
}

/** @param {string} text */
function row(text) {
  const item = document.createElement('li');
  item.textContent = text;
  return item;
}
