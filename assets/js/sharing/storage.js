/** The places where a browser keeps things, and strokes as they are written down there. Nothing is sent. */

/** @typedef {import('../geometry.js').Stroke} Stroke */

export const WIDTH = 1000; // of the canvas, in kept strokes

/**
 * Strokes as they are written down: the same in windows of all sizes.
 * @param {Stroke[]} strokes @param {number} width  of the canvas, in the strokes' unit
 * @returns {Stroke[]} on a canvas WIDTH wide, to a tenth
 */
export function normalized(strokes, width) {
  /** @param {number} value */
  const unit = (value) => Math.round((10 * WIDTH * value) / width) / 10;
  return strokes.map((stroke) => stroke.map(([x, y]) => [unit(x), unit(y)]));
}

/** The page's own address: what stands behind `#key=`. It is written by whoever follows a link. */
const address = {
  /** @param {string} key */
  getItem: (key) => (location.hash.startsWith(`#${key}=`) ? location.hash.slice(key.length + 2) : null),
  /** @param {string} key */
  removeItem: (key) => {
    if (address.getItem(key) !== null) history.replaceState(null, '', location.pathname + location.search);
  },
  setItem: () => {}, // a link is shared, and opened by whoever gets it
};

/** @type {import('../state.js').Places} */
export const PLACES = { address: () => address, visit: () => sessionStorage, device: () => localStorage };
