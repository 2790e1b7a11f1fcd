/** Occlusion sensitivity: cover the image patch by patch and see how much of a probability goes with it. Pure. */
import { MNIST } from './rasterize.js';

const { size: SIZE } = MNIST;

const PATCH = 5; // pixels a side: about two pens wide
const STRIDE = 2;
const TRACE = 0.1; // of ink in a patch: less is the edge of a stroke that lies elsewhere

/** @typedef {{x: number, y: number, image: Float32Array}} Covered  the image with a patch of paper at x, y */

/** @param {ArrayLike<number>} image @returns {Covered[]} one for each patch that has ink */
export function cover(image) {
  /** @type {Covered[]} */
  const all = [];
  for (let y = 0; y <= SIZE - PATCH + 1; y += STRIDE) {
    for (let x = 0; x <= SIZE - PATCH + 1; x += STRIDE) {
      const covered = Float32Array.from(image);
      let ink = 0;
      for (const i of inside(x, y)) {
        ink += covered[i];
        covered[i] = 0;
      }
      if (ink > TRACE) all.push({ x, y, image: covered });
    }
  }
  return all;
}

/** @param {number} left @param {number} top @returns {number[]} the pixels of a patch */
function inside(left, top) {
  const found = [];
  for (let y = top; y < Math.min(top + PATCH, SIZE); y++) {
    for (let x = left; x < Math.min(left + PATCH, SIZE); x++) found.push(y * SIZE + x);
  }
  return found;
}

/**
 * @param {Covered[]} patches
 * @param {number} before  the digit's probability in the whole image
 * @param {number[]} after  the same for each patch covered
 * @returns {Float32Array} 784 values: above 0 the ink speaks for the digit, below 0 against it
 */
export function heat(patches, before, after) {
  const sum = new Float32Array(SIZE * SIZE);
  const count = new Float32Array(SIZE * SIZE);
  patches.forEach(({ x, y }, place) => {
    for (const i of inside(x, y)) {
      sum[i] += before - after[place];
      count[i] += 1;
    }
  });
  return sum.map((value, i) => (count[i] > 0 ? value / count[i] : 0));
}
