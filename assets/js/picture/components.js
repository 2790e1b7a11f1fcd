/** Connected pieces of ink in a picture, and which of them were written as digits. Pure. */
import { side } from '../geometry.js';

/** @typedef {{on: Uint8Array, width: number, height: number}} Mask  1 where there is ink, row by row */
/** @typedef {import('../geometry.js').Box} Box */
/** @typedef {{pixels: number[], box: Box}} Piece  pixels: places in the mask */

const GRAIN = 0.015; // of the picture's longer side: smaller pieces are dirt, whatever else there is
const SPECK = 0.12; // of the largest piece: smaller ones are dirt beside it
const ALONG = 0.5; // of its longer side, a piece touches the picture's edge with less, or is not ink
const RUNNING = 0.6; // of the longest piece inside, what runs out of the picture has at least
const MOST = 40; // pieces; a picture of more is no number
const FRAMED = 0.4; // of a frame's height, what it frames reaches at least
const FLAT = 4; // times as wide as high: a line, and no digit
const LOW = 0.6; // of the tallest piece, a line under it reaches at most

/** @param {Box} box @returns {number} columns */
const breadth = ({ minX, maxX }) => maxX - minX + 1;
/** @param {Box} box @returns {number} rows */
const rise = ({ minY, maxY }) => maxY - minY + 1;
/** @param {Piece[]} all @param {(box: Box) => number} size @returns {number} the largest; 0 of none */
const largest = (all, size) => all.reduce((most, { box }) => Math.max(most, size(box)), 0);

/** @param {Mask} mask @returns {Piece[]} */
export function pieces(mask) {
  const seen = new Uint8Array(mask.on.length);
  /** @type {Piece[]} */
  const found = [];
  for (let start = mask.on.indexOf(1); start >= 0; start = mask.on.indexOf(1, start + 1)) {
    if (!seen[start]) found.push(grow(mask, seen, start));
  }
  return found;
}

/** @param {Mask} mask @param {Uint8Array} seen  changed @param {number} start @returns {Piece} */
function grow(mask, seen, start) {
  const pixels = [start];
  seen[start] = 1;
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const pixel of pixels) {
    const [x, y] = [pixel % mask.width, Math.floor(pixel / mask.width)];
    box.minX = Math.min(box.minX, x);
    box.maxX = Math.max(box.maxX, x);
    box.minY = Math.min(box.minY, y);
    box.maxY = Math.max(box.maxY, y);
    for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, mask.height - 1); row++) {
      for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, mask.width - 1); column++) {
        const next = row * mask.width + column;
        if (!mask.on[next] || seen[next]) continue;
        seen[next] = 1;
        pixels.push(next);
      }
    }
  }
  return { pixels, box };
}

/**
 * All pieces but dirt. What lies along the picture's edge, or is small beside the rest, is the edge of the paper, a shadow
 * or a bit of something else, unless there is nothing else; what only runs out of the picture is ink.
 * @param {Mask} mask
 * @returns {Piece[]}
 */
export function whole(mask) {
  const { width, height } = mask;
  const found = pieces(mask).filter(({ box }) => side(box) + 1 > GRAIN * Math.max(width, height));
  const contact = found.map(
    ({ pixels }) =>
      pixels.filter((pixel) => {
        const x = pixel % width;
        return x === 0 || x === width - 1 || pixel < width || pixel >= width * (height - 1);
      }).length,
  );
  const inside = largest(
    found.filter((_, i) => contact[i] === 0),
    side,
  );
  const kept = found.filter(
    ({ box }, i) => contact[i] === 0 || (contact[i] < ALONG * side(box) && side(box) > RUNNING * inside),
  );
  return kept.length > 0 ? kept : found;
}

/**
 * A piece on its own.
 * @param {Piece} piece @param {number} across  the width of the mask it is from
 * @returns {Mask} with a margin of one pixel
 */
export function cutOut({ pixels, box }, across) {
  const wide = breadth(box) + 2;
  const on = new Uint8Array(wide * (rise(box) + 2));
  for (const pixel of pixels) {
    const [x, y] = [pixel % across, Math.floor(pixel / across)];
    on[(y - box.minY + 1) * wide + x - box.minX + 1] = 1;
  }
  return { on, width: wide, height: rise(box) + 2 };
}

/** @param {Mask} mask @returns {Uint8Array} 1 for the paper that joins the upper left corner */
function outside({ on, width: wide, height: high }) {
  const reached = new Uint8Array(on.length);
  const open = [0];
  reached[0] = 1;
  for (const pixel of open) {
    const x = pixel % wide;
    const steps = [
      x > 0 ? -1 : 0,
      x < wide - 1 ? 1 : 0,
      pixel >= wide ? -wide : 0,
      pixel < wide * (high - 1) ? wide : 0,
    ];
    for (const step of steps) {
      const next = pixel + step;
      if (on[next] || reached[next]) continue;
      reached[next] = 1;
      open.push(next);
    }
  }
  return reached;
}

/** @param {Box} a @param {Box} b @returns {boolean} whether a lies in b */
const within = (a, b) => a.minX > b.minX && a.maxX < b.maxX && a.minY > b.minY && a.maxY < b.maxY;

/**
 * Whether a piece is drawn around others: a box of a form, or a ring.
 * @param {Piece} piece @param {Piece[]} all @param {number} across
 */
function isFrame(piece, all, across) {
  const { box } = piece;
  const others = all.filter((one) => within(one.box, box) && rise(one.box) > FRAMED * rise(box));
  if (others.length === 0) return false;
  const alone = cutOut(piece, across);
  const paper = outside(alone);
  return others.some(({ pixels: [pixel] }) => {
    const [x, y] = [pixel % across, Math.floor(pixel / across)];
    return !paper[(y - box.minY + 1) * alone.width + x - box.minX + 1];
  });
}

/** @param {Box} box @param {number} tallest  rows of the tallest piece @returns {boolean} */
const isLine = (box, tallest) => breadth(box) > FLAT * rise(box) && breadth(box) > tallest && rise(box) < LOW * tallest;

/** @param {Piece[]} all @returns {Piece[]} without dirt */
function clean(all) {
  const least = SPECK * largest(all, side);
  return all.filter(({ box }) => side(box) > least);
}

/**
 * The pieces that may be digits or parts of them: no dirt, no paper's edge, no frame, and no line under or over the others.
 * @param {Mask} mask
 * @returns {Piece[]} none where there are too many
 */
export function written(mask) {
  const found = clean(whole(mask));
  if (found.length > MOST) return [];
  const unframed = found.filter((one) => !isFrame(one, found, mask.width));
  const tallest = largest(unframed, rise);
  return clean(unframed.filter(({ box }) => !isLine(box, tallest)));
}
