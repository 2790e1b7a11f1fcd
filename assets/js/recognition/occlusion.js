/** Occlusion sensitivity: cover the image patch by patch and see how much of a probability goes with it. Pure. */

const PATCH = 5 / 28; // of the image's side: about two pens wide
const STRIDE = 2 / 28;
const COARSE = PATCH; // one patch beside the other: a quarter as many, or fewer
const TRACE = 0.1; // of ink in a patch: less is the edge of a stroke that lies elsewhere

/** @typedef {import('./rasterize.js').Raster} Raster */
/** @typedef {{x: number, y: number, image: Float32Array}} Covered  the image with a patch of paper at x, y */

/**
 * @param {ArrayLike<number>} image @param {number} [paper]  its value
 * @param {boolean} [coarse]  whether few patches have to do
 * @returns {Covered[]} one for each patch that has ink
 */
export function cover(image, paper = 0, coarse = false) {
  /** @type {Covered[]} */
  const all = [];
  const size = Math.sqrt(image.length);
  const [patch, stride] = [PATCH, coarse ? COARSE : STRIDE].map((share) => Math.round(share * size));
  for (let y = 0; y < size - patch + stride; y += stride) {
    for (let x = 0; x < size - patch + stride; x += stride) {
      const covered = Float32Array.from(image);
      let ink = 0;
      for (const i of inside(x, y, size)) {
        ink += Math.abs(covered[i] - paper);
        covered[i] = paper;
      }
      if (ink > TRACE) all.push({ x, y, image: covered });
    }
  }
  return all;
}

/**
 * The same squares of the drawing, covered in another image of it.
 * @param {Covered[]} patches  of one image
 * @param {Raster} from  that one
 * @param {Raster} to  the other
 * @returns {Float32Array[]} one for each patch
 */
export function coverAlike(patches, from, to) {
  const [size, other] = [from, to].map(({ image }) => Math.sqrt(image.length));
  const scale = to.frame.scale / from.frame.scale;
  const side = Math.round(PATCH * size) * scale;
  return patches.map(({ x, y }) => {
    const left = (x - from.frame.x) * scale + to.frame.x;
    const top = (y - from.frame.y) * scale + to.frame.y;
    return to.image.map((value, i) => {
      const across = (i % other) + 0.5 - left;
      const down = Math.floor(i / other) + 0.5 - top;
      return across >= 0 && across < side && down >= 0 && down < side ? (to.paper ?? 0) : value;
    });
  });
}

/** @param {number} left @param {number} top @param {number} size  of the image @returns {number[]} the pixels of a patch */
function inside(left, top, size) {
  const patch = Math.round(PATCH * size);
  const found = [];
  for (let y = top; y < Math.min(top + patch, size); y++) {
    for (let x = left; x < Math.min(left + patch, size); x++) found.push(y * size + x);
  }
  return found;
}

/**
 * @param {Covered[]} patches
 * @param {number} before  the class's probability in the whole image
 * @param {number[]} after  the same for each patch covered
 * @returns {Float32Array} a value for each pixel: above 0 the ink speaks for the class, below 0 against it
 */
export function heat(patches, before, after) {
  const [sum, count] = [0, 1].map(() => new Float32Array(patches[0]?.image.length ?? 0));
  patches.forEach(({ x, y, image }, place) => {
    for (const i of inside(x, y, Math.sqrt(image.length))) {
      sum[i] += before - after[place];
      count[i] += 1;
    }
  });
  return sum.map((value, i) => (count[i] > 0 ? value / count[i] : 0));
}
