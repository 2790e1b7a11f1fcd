/** What becomes of the ink, step by step: drawn, framed, pixels, the network, the answer. */

import { SILENT } from '../config.js';
import { box, moved } from '../geometry.js';
import { centreOfMass } from '../recognition/rasterize.js';
import { cross, draw, paint, sharp } from './canvas.js';
import { element } from './dom.js';

/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../recognition/rasterize.js').Frame} Frame */
/** @typedef {import('../geometry.js').Stroke} Stroke */

const WINNERS = { digit: '--win', unsure: '--doubt', refused: '--control' };
const UNITS = 28; // across the sheet of the answer, 25 of them for its bars
const NAMED = 12; // bars that have room for their names, if these are short; of more, the winner's name stands below
const SHORT = 3; // characters
const TRAVEL = 600; // milliseconds for the ink to move into its frame

/** @param {string} id */
const canvas = (id) => /** @type {HTMLCanvasElement} */ (element(id));

/** @param {HTMLCanvasElement} place @param {number} units  across @returns {CanvasRenderingContext2D} empty */
function sheet(place, units) {
  const context = sharp(place);
  context.clearRect(0, 0, place.clientWidth, place.clientHeight);
  context.scale(place.clientWidth / units, place.clientWidth / units);
  return context;
}

/** @param {Stroke[]} strokes @param {Frame} placed @returns {Stroke[]} */
function inFrame(strokes, placed) {
  return strokes.map((stroke) => moved(stroke, ([x, y]) => [x * placed.scale + placed.x, y * placed.scale + placed.y]));
}

/** @param {HTMLCanvasElement} pad @param {number} size  pixels a side @returns {Frame} that draws the whole pad as small */
function asDrawn(pad, size) {
  const scale = size / Math.max(pad.clientWidth, 1);
  return { scale, x: 0, y: (size - pad.clientHeight * scale) / 2 };
}

/** Dispatches `visible` when the steps come into view. */
export class PipelineSteps extends EventTarget {
  #visible = false;
  /** @type {Digit | undefined} */
  #shown;
  #started = 0;
  #framing;
  #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  #palette;
  #pad;
  #task;

  /**
   * @param {import('./canvas.js').Palette} palette @param {HTMLCanvasElement} pad  that is drawn on
   * @param {import('../config.js').Task} task
   */
  constructor(palette, pad, task) {
    super();
    this.#task = task;
    this.#framing = task.framing;
    this.#palette = palette;
    this.#pad = pad;
    new IntersectionObserver((entries) => {
      const now = entries[entries.length - 1].isIntersecting; // the entries before are of frames gone by
      if (now && !this.#visible) this.dispatchEvent(new Event('visible'));
      this.#visible = now;
    }).observe(element('journey'));
  }

  /** @param {Digit | undefined} digit @param {NetworkInfo} network @param {boolean} moving  whether the pen is down */
  show(digit, { title, layers, framing }, moving) {
    this.#framing = framing ?? this.#task.framing;
    element('journey').dataset.empty = String(!digit);
    element('journey_network').textContent = title;
    showLayers(layers.filter(({ kind }) => !SILENT.includes(kind)).map(({ text }) => text));
    const known = this.#shown?.strokes;
    const same = known?.length === digit?.strokes.length && digit?.strokes.every((stroke, i) => stroke === known?.[i]);
    this.#shown = digit;
    if (!digit) return this.#clear();
    if (moving && !this.#visible) return;
    if (moving) this.#started = -Infinity;
    else if (!same || this.#started < 0) this.#started = performance.now();
    this.#move();
    paint(canvas('journey_seen'), [digit.raster.image], this.#palette.colour('--pen'));
    this.#showAnswer(digit.panel[0]);
  }

  #clear() {
    for (const id of ['journey_drawn', 'journey_framed', 'journey_answer']) sheet(canvas(id), UNITS);
    paint(canvas('journey_seen'), [], this.#palette.colour('--pen'));
  }

  /** Animate the ink into its frame, until it is there or another symbol is shown. */
  #move() {
    if (!this.#shown) return;
    const digit = this.#shown;
    const { strokes, frame } = digit.raster;
    const drawn = asDrawn(this.#pad, this.#framing.size);
    const past = this.#stillness.matches ? 1 : Math.min((performance.now() - this.#started) / TRAVEL, 1);
    const ease = past * past * (3 - 2 * past);
    /** @param {keyof Frame} key */
    const between = (key) => drawn[key] + (frame[key] - drawn[key]) * ease;
    this.#showDrawn(strokes, drawn);
    this.#showFramed(digit, past === 1 ? frame : { scale: between('scale'), x: between('x'), y: between('y') });
    if (past < 1) requestAnimationFrame(() => digit === this.#shown && this.#move());
  }

  /** @param {Stroke[]} strokes @param {Frame} drawn */
  #showDrawn(strokes, drawn) {
    const context = sheet(canvas('journey_drawn'), this.#framing.size);
    const small = inFrame(strokes, drawn);
    draw(context, small, this.#palette.colour('--bar'), 1);
    context.fillStyle = this.#palette.colour('--pen');
    for (const [x, y] of small.flat()) context.fillRect(x - 0.15, y - 0.15, 0.3, 0.3);
  }

  /** @param {Digit} digit @param {Frame} placed */
  #showFramed({ raster: { strokes, frame, image } }, placed) {
    const framing = this.#framing;
    const context = sheet(canvas('journey_framed'), framing.size);
    // The square that the ink fills; its middle is not that of the image, where the centre of mass is.
    const filled = framing.box || framing.size;
    const ends = box(inFrame(strokes, frame));
    const arrived = placed === frame;
    const [x0, y0] = [(ends.minX + ends.maxX - filled) / 2, (ends.minY + ends.maxY - filled) / 2];
    context.lineWidth = 0.2;
    context.strokeStyle = this.#palette.colour('--control');
    context.setLineDash([0.8, 0.6]);
    context.strokeRect(x0, y0, filled, filled);
    context.setLineDash([]);
    draw(context, inFrame(strokes, placed), this.#palette.colour('--pen'), arrived ? framing.pen : framing.pen / 2);
    if (arrived && framing.centre === 'mass')
      draw(context, cross(centreOfMass(image, framing), 2), this.#palette.colour('--warm'), 0.5);
  }

  /** @param {import('../recognition/recognize.js').Judgement} judgement  by the network of the step before */
  #showAnswer({ probabilities, answer }) {
    const context = sheet(canvas('journey_answer'), UNITS);
    const { classes } = this.#task;
    const step = 25 / classes.length;
    const isNamed = classes.length <= NAMED && classes.every((name) => name.length <= SHORT);
    context.font = '2px sans-serif';
    context.textAlign = 'center';
    probabilities.forEach((probability, i) => {
      const height = Math.max(22.5 * probability, 0.3);
      context.fillStyle = this.#palette.colour(i === answer.digit ? WINNERS[answer.kind] : '--bar');
      context.fillRect(1.5 + step * i, 24.5 - height, 0.8 * step, height);
      context.fillStyle = this.#palette.colour('--ink-soft');
      if (isNamed) context.fillText(classes[i], 1.5 + step * (i + 0.4), 26.8, step);
      else if (i === answer.digit) context.fillText(classes[i], UNITS / 2, 26.8, 25);
    });
  }
}

/** @param {string[]} texts  one for each layer */
function showLayers(texts) {
  const list = element('journey_layers');
  if (list.dataset.layers === texts.join()) return;
  list.dataset.layers = texts.join();
  list.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    }),
  );
}
