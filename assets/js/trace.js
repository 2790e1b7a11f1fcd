/**
 * Pictures to strokes, so that a picture is framed, grouped, undone and shared like any drawing: each connected piece of
 * ink is thinned to its middle line and walked in one stroke, back and forth where it branches. Pure.
 */
import { box, side } from './strokes.js';

/** @typedef {import('./ground.js').Mask} Mask */
/** @typedef {import('./strokes.js').Stroke} Stroke */

const SPECK = 0.12; // of the largest piece: smaller ones are dirt
const MOST = 40; // pieces; a picture of more is no number

/** The neighbours of a pixel, clockwise from above. @param {number} width */
const ring = (width) => [-width, 1 - width, 1, 1 + width, width, width - 1, -1, -1 - width];

/** @param {Mask} mask @returns {number[][]} the pixels of each connected piece */
export function pieces({ on, width, height }) {
  const seen = new Uint8Array(on.length);
  /** @type {number[][]} */
  const found = [];
  for (let start = 0; start < on.length; start++) {
    if (!on[start] || seen[start]) continue;
    const piece = [start];
    seen[start] = 1;
    for (const pixel of piece) {
      for (const next of around(pixel, width, height)) {
        if (!on[next] || seen[next]) continue;
        seen[next] = 1;
        piece.push(next);
      }
    }
    found.push(piece);
  }
  return found;
}

/** @param {number} pixel @param {number} width @param {number} height @returns {number[]} inside the picture */
function around(pixel, width, height) {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const found = [];
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
      if (inside && (dx !== 0 || dy !== 0)) found.push(pixel + dy * width + dx);
    }
  }
  return found;
}

/**
 * Thin a piece to lines one pixel wide (Zhang and Suen).
 * @param {Uint8Array} on  with a margin of one pixel of paper; changed
 * @param {number[]} piece @param {number} width
 * @returns {number[]} the pixels that are left
 */
export function thin(on, piece, width) {
  const steps = ring(width);
  let left = piece;
  for (let gone = 1; gone > 0; ) {
    gone = 0;
    for (const odd of [0, 1]) {
      const off = left.filter((pixel) =>
        removable(
          steps.map((step) => on[pixel + step]),
          odd,
        ),
      );
      for (const pixel of off) on[pixel] = 0;
      gone += off.length;
      left = left.filter((pixel) => on[pixel]);
    }
  }
  return left;
}

/** @param {number[]} near  the eight neighbours, clockwise from above @param {number} odd  which of the two passes */
function removable(near, odd) {
  const count = near.reduce((sum, value) => sum + value, 0);
  if (count < 2 || count > 6) return false;
  const turns = near.filter((value, i) => !value && near[(i + 1) % 8]).length;
  if (turns !== 1) return false;
  const [up, , right, , down, , left] = near;
  return odd ? !(up && right && left) && !(up && down && left) : !(up && right && down) && !(right && down && left);
}

/**
 * Walk thin lines in one stroke, coming back from every dead end: passing twice leaves no more ink than once.
 * @param {Uint8Array} on @param {number[]} line @param {number} width
 * @returns {number[]} pixels in the order of the walk
 */
export function walk(on, line, width) {
  const steps = ring(width);
  /** @param {number} pixel */
  const next = (pixel) => steps.filter((step) => on[pixel + step]).map((step) => pixel + step);
  const start = line.find((pixel) => next(pixel).length === 1) ?? line[0];
  const seen = new Set([start]);
  const path = [start];
  const open = [start];
  while (open.length > 0) {
    const pixel = open[open.length - 1];
    const fresh = next(pixel).find((other) => !seen.has(other));
    if (fresh === undefined) {
      open.pop();
      if (open.length > 0 && seen.size < line.length) path.push(open[open.length - 1]);
      continue;
    }
    seen.add(fresh);
    open.push(fresh);
    path.push(fresh);
  }
  return closed(path, next);
}

/** A ring is walked to its last pixel, beside the first: close it. @param {number[]} path @param {(pixel: number) => number[]} next */
function closed(path, next) {
  const ends = next(path[path.length - 1]).includes(path[0]);
  return ends && path.length > 3 ? [...path, path[0]] : path;
}

/**
 * @param {Mask} mask
 * @returns {Stroke[]} in pixels of the picture; empty where there is no ink
 */
export function strokes(mask) {
  const padded = withMargin(mask);
  const { width, height } = padded;
  const found = pieces(padded).map((piece) => ({ piece, box: box([points(piece, width)]) }));
  // What touches the picture's edge is the edge of the paper or a shadow, unless there is nothing else.
  const whole = found.filter(({ box: b }) => b.minX > 1 && b.minY > 1 && b.maxX < width - 2 && b.maxY < height - 2);
  const ink = whole.length > 0 ? whole : found;
  const largest = Math.max(...ink.map((one) => side(one.box)));
  const kept = ink.filter((one) => side(one.box) > SPECK * largest);
  if (kept.length === 0 || kept.length > MOST) return [];
  return kept.map(({ piece }) => {
    const only = new Uint8Array(padded.on.length);
    for (const pixel of piece) only[pixel] = 1;
    return points(walk(only, thin(only, piece, width), width), width);
  });
}

/** @param {number[]} pixels @param {number} width @returns {Stroke} */
const points = (pixels, width) => pixels.map((pixel) => [pixel % width, Math.floor(pixel / width)]);

/** @param {Mask} mask @returns {Mask} */
function withMargin({ on, width, height }) {
  const wide = width + 2;
  const padded = new Uint8Array(wide * (height + 2));
  for (let y = 0; y < height; y++) padded.set(on.subarray(y * width, (y + 1) * width), (y + 1) * wide + 1);
  return { on: padded, width: wide, height: height + 2 };
}
