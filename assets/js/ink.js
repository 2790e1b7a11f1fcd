/** Ink on canvases: strokes as the pen drew them, and 28 x 28 images as the networks see them. */
import { SIZE } from './strokes.js';

/** @typedef {import('./strokes.js').Stroke} Stroke */

const SPOT = 0.01; // CSS pixels
const PEN_SHARE = 1 / 34; // of the canvas's width: a felt pen on a postcard

/** @type {Map<string, string>} */
const colours = new Map();
const forced = matchMedia('(forced-colors: active)');
const INKS = ['--pen', '--win', '--bar']; // which the visitor's own colours take the place of, where these are forced

/**
 * A colour of the page's style, so that ink follows the theme; kept, because asking the style once a frame is slow.
 * @param {string} name  of a custom property
 * @returns {string} #rrggbb or rgb(r, g, b)
 */
export function colour(name) {
  let value = colours.get(name);
  if (value === undefined) {
    const style = getComputedStyle(document.body);
    value = forced.matches && INKS.includes(name) ? style.color : style.getPropertyValue(name).trim();
    colours.set(name, value);
  }
  return value;
}

/** The theme changed. */
export function forgetColours() {
  colours.clear();
}

/**
 * Give a canvas as many pixels as the screen has under it.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D} that draws in CSS pixels
 */
export function sharp(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke[]} strokes
 * @param {string} ink
 * @param {number} [width]  of the pen; by default in proportion to the canvas
 */
export function draw(context, strokes, ink, width = context.canvas.clientWidth * PEN_SHARE) {
  context.lineWidth = width;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = ink;
  for (const stroke of strokes) {
    context.beginPath();
    trace(context, stroke);
    context.stroke();
  }
}

/**
 * Through the middles of the segments with the points as controls: smooth where devices report few points.
 * @param {CanvasRenderingContext2D | Path2D} path
 * @param {Stroke} stroke
 */
export function trace(path, stroke) {
  if (stroke.length === 0) return;
  path.moveTo(...stroke[0]);
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i];
    const [nextX, nextY] = stroke[i + 1];
    path.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  const [x, y] = stroke[stroke.length - 1];
  path.lineTo(stroke.length > 1 ? x : x + SPOT, y); // a line without length is not drawn everywhere; this is a round dot
}

/** @param {string} text  #rrggbb or rgb(r, g, b) @returns {number[]} */
export function channels(text) {
  if (!text.startsWith('#')) return (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * Images side by side, one canvas pixel for each of theirs.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>[]} images  values in [0, 1], 784 each
 * @param {string} ink  as of colour
 */
export function paint(canvas, images, ink) {
  const columns = SIZE * Math.max(images.length, 1);
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== SIZE) canvas.height = SIZE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const target = context.createImageData(columns, SIZE);
  const [red, green, blue] = channels(ink);
  images.forEach((image, place) => {
    for (let i = 0; i < image.length; i++) {
      const at = 4 * (Math.floor(i / SIZE) * columns + place * SIZE + (i % SIZE));
      target.data[at] = red;
      target.data[at + 1] = green;
      target.data[at + 2] = blue;
      target.data[at + 3] = 255 * image[i];
    }
  });
  context.putImageData(target, 0, 0);
}
