/**
 * Pictures to strokes, so that a picture is framed, grouped, undone and shared like any drawing: each connected piece of
 * ink is thinned to its middle line and walked in one stroke, back and forth where it branches. Pure.
 */
import { cutOut, written } from './components.js';

/** @typedef {import('./components.js').Mask} Mask */
/** @typedef {import('../geometry.js').Stroke} Stroke */

const REACH = 3; // pixels to either side

/** The neighbours of a pixel, clockwise from above. @param {number} width */
const ring = (width) => [-width, 1 - width, 1, 1 + width, width, width - 1, -1, -1 - width];

/**
 * Thin a piece to lines one pixel wide (Guo and Hall, whose thinning keeps slanted lines two pixels wide).
 * @param {Uint8Array} on  with a margin of one pixel of paper; changed
 * @param {number[]} piece @param {number} width
 * @returns {number[]} the pixels that are left: one at least
 */
export function thin(on, piece, width) {
  const steps = ring(width);
  let left = piece;
  for (let gone = 1; gone > 0; ) {
    gone = 0;
    for (const odd of [false, true]) {
      const off = left.filter((pixel) =>
        removable(
          steps.map((step) => on[pixel + step]),
          odd,
        ),
      );
      if (off.length === left.length) off.pop();
      for (const pixel of off) on[pixel] = 0;
      gone += off.length;
      left = left.filter((pixel) => on[pixel]);
    }
  }
  return left;
}

/** @param {number[]} near  the eight neighbours, clockwise from above @param {boolean} odd  which of the two passes */
function removable(near, odd) {
  const [n, ne, e, se, s, sw, w, nw] = near;
  const parts = (+!n & (ne | e)) + (+!e & (se | s)) + (+!s & (sw | w)) + (+!w & (nw | n));
  if (parts !== 1) return false;
  const pairs = Math.min((nw | n) + (ne | e) + (se | s) + (sw | w), (n | ne) + (e | se) + (s | sw) + (w | nw));
  if (pairs < 2 || pairs > 3) return false;
  return odd ? !((s | sw | +!nw) & w) : !((n | ne | +!se) & e);
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
 * A path of pixels is a staircase; a pen's is not.
 * @param {Stroke} path
 * @returns {Stroke} each point in the middle of those around it; the ends stay
 */
function smooth(path) {
  return path.map((_, i) => {
    const reach = Math.min(REACH, i, path.length - 1 - i);
    const near = path.slice(i - reach, i + reach + 1);
    const [x, y] = near.reduce(([sumX, sumY], [px, py]) => [sumX + px, sumY + py], [0, 0]);
    return [x / near.length, y / near.length];
  });
}

/**
 * @param {Mask} mask
 * @returns {Stroke[]} in pixels of the picture; empty where there is no ink
 */
export function strokes(mask) {
  return written(mask).map((piece) => {
    const { on, width } = cutOut(piece, mask.width);
    const { minX, minY } = piece.box;
    const pixels = [...on.keys()].filter((pixel) => on[pixel]);
    const path = walk(on, thin(on, pixels, width), width);
    return smooth(path.map((pixel) => [(pixel % width) - 1 + minX, Math.floor(pixel / width) - 1 + minY]));
  });
}
