/** Gaps that grain, dry ink and sketched lines leave in strokes. Pure. */
import { pieces, whole } from './components.js';
import { extreme } from './filters.js';

/** @typedef {import('./components.js').Mask} Mask */

const GAP = 0.04; // of the ink's height: gaps in a stroke, both halves
const SOUND = 0.6; // of pieces and holes left after closing: grain loses more

/** @param {Mask} mask @returns {number} pieces and the holes in them */
function parts(mask) {
  const { on, width } = mask;
  let quads = 0; // Euler's number, pieces less holes, times four: from squares of two by two
  for (let i = 0; i + width + 1 < on.length; i++) {
    const sum = on[i] + on[i + 1] + on[i + width] + on[i + width + 1];
    if (sum === 1) quads++;
    else if (sum === 3) quads--;
    else if (sum === 2 && on[i] === on[i + width + 1]) quads -= 2;
  }
  return 2 * pieces(mask).length - quads / 4;
}

/** @param {Mask} mask @param {number} radius @returns {Mask} with gaps and holes filled that are up to twice as wide */
function closed({ on, width, height }, radius) {
  const wide = extreme({ values: Float32Array.from(on), width, height }, radius, 1);
  return { on: Uint8Array.from(extreme(wide, radius, -1).values), width, height };
}

/**
 * Grain, dry ink and sketched lines leave many holes and gaps: close them, as far as it makes fewer.
 * @param {Mask} mask
 * @returns {Mask}
 */
export function closeGaps(mask) {
  const { width, height } = mask;
  const kept = whole(mask);
  const on = new Uint8Array(width * height);
  let [top, bottom] = [height, 0];
  for (const piece of kept) {
    for (const pixel of piece.pixels) on[pixel] = 1;
    [top, bottom] = [Math.min(top, piece.box.minY), Math.max(bottom, piece.box.maxY)];
  }
  const clean = { on, width, height };
  const before = parts(clean);
  const most = Math.round(GAP * (bottom - top));
  if (before <= 3 || most < 1) return clean;
  const least = parts(closed(clean, most));
  if (least > SOUND * before) return clean;
  for (let radius = 1; radius < most; radius++) {
    const next = closed(clean, radius);
    if (parts(next) <= least + 0.1 * (before - least)) return next;
  }
  return closed(clean, most);
}
