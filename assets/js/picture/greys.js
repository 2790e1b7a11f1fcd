/** A whole picture as networks see it: its greys, fitted into their image as the training images were. Pure. */

/** @typedef {import('./filters.js').Picture} Picture */
/** @typedef {import('../recognition/recognize.js').Greys} Greys */

const LIGHT = 127.5; // of 255: a border lighter than this is light

/**
 * @param {Picture} picture  brightness from 0 to 255 @param {Greys} greys  as the training images have them
 * @param {number} size  pixels a side
 * @returns {Float32Array} size times size values in [0, 1], row by row; what the picture does not fill is 0
 */
export function seen(picture, { inverted, border }, size) {
  const isOpposite = border && border !== (borderOf(picture) > LIGHT ? 'light' : 'dark');
  const isNegative = Boolean(isOpposite) !== inverted;
  const values = picture.values.map((value) => (isNegative ? 255 - value : value) / 255);
  return fit({ ...picture, values }, size);
}

/** @param {Picture} picture @returns {number} the median of its outermost pixels */
export function borderOf({ values, width, height }) {
  const edges = values.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return edges.sort()[edges.length >> 1];
}

/** @param {Picture} picture @param {number} size @returns {Float32Array} its longer side fills the image */
export function fit({ values, width, height }, size) {
  const scale = size / Math.max(width, height);
  const across = weights(width, size, scale);
  const down = weights(height, size, scale);
  const narrow = new Float32Array(size * height);
  across.forEach((column, x) => {
    for (const [old, weight] of column)
      for (let y = 0; y < height; y++) narrow[y * size + x] += weight * values[y * width + old];
  });
  const image = new Float32Array(size * size);
  down.forEach((row, y) => {
    for (const [old, weight] of row)
      for (let x = 0; x < size; x++) image[y * size + x] += weight * narrow[old * size + x];
  });
  return image;
}

/**
 * How much each old pixel counts for each new one: bilinear where pictures grow, the average of an area where they shrink.
 * @param {number} length  of the picture @param {number} size @param {number} scale
 * @returns {[number, number][][]} for each new pixel, the places of old ones and their weights
 */
function weights(length, size, scale) {
  const wide = Math.max(1, 1 / scale); // a new pixel, in old ones
  return Array.from({ length: size }, (_, place) => {
    const middle = (place - (size - 1) / 2) / scale + (length - 1) / 2;
    /** @type {[number, number][]} */
    const found = [];
    for (let old = Math.max(Math.floor(middle - wide), 0); old <= Math.min(middle + wide + 1, length - 1); old++) {
      const overlap = Math.min(Math.max((1 + wide) / 2 - Math.abs(middle - old), 0), 1) / wide;
      if (overlap > 0) found.push([old, overlap]);
    }
    return found;
  });
}
