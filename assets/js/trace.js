/**
 * Pictures to strokes, so that a picture is framed, grouped, undone and shared like any drawing: each connected piece of
 * ink is thinned to its middle line and walked in one stroke, back and forth where it branches. Pure.
 */
import { cutOut, written } from './pieces.js';

/** @typedef {import('./pieces.js').Mask} Mask */
/** @typedef {import('./strokes.js').Stroke} Stroke */

const MOST = 40; // pieces; a picture of more is no number

/** The neighbours of a pixel, clockwise from above. @param {number} width */
const ring = (width) => [-width, 1 - width, 1, 1 + width, width, width - 1, -1, -1 - width];

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
  const found = written(mask);
  if (found.length > MOST) return [];
  return found.map((piece) => {
    const { on, width } = cutOut(piece, mask.width);
    const { minX, minY } = piece.box;
    const pixels = [...on.keys()].filter((pixel) => on[pixel]);
    const path = walk(on, thin(on, pixels, width), width);
    return path.map((pixel) => [(pixel % width) - 1 + minX, Math.floor(pixel / width) - 1 + minY]);
  });
}
