/** What is asked inside the page, in every browser: each function is sent there as its source. */

/**
 * Where strokes of the unit square go on the canvas, in client coordinates.
 * @param {[number, number][][]} strokes
 * @returns {[number, number][][]} whole pixels: WebDriver knows no others
 */
export function paths(strokes) {
  const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('canvas'));
  canvas.scrollIntoView({ block: 'center', behavior: 'instant' });
  const box = canvas.getBoundingClientRect();
  const side = 0.8 * Math.min(box.width, box.height);
  const left = box.left + (box.width - side) / 2;
  const top = box.top + (box.height - side) / 2;
  return strokes.map((stroke) => stroke.map(([x, y]) => [Math.round(left + side * x), Math.round(top + side * y)]));
}

/** Wait until the page can answer. */
export async function ready() {
  while (!globalThis.digitjs) await new Promise((resolve) => setTimeout(resolve, 20));
  await globalThis.digitjs.ready;
}

/**
 * What the page makes of the drawing.
 * @param {string} expected  the answer to wait for, which the page may show a few frames after the pen has gone
 * @returns {Promise<{strokes: number, digits: Record<string, number>, shown: string}>}
 */
export async function reading(expected) {
  const { networks, predict, strokes } = globalThis.digitjs;
  /** @type {Record<string, number>} */
  const digits = {};
  for (const name of networks) digits[name] = (await predict(name))?.digit ?? -1;
  const output = /** @type {HTMLOutputElement} */ (document.getElementById('prediction'));
  const late = performance.now() + 3000;
  while (output.textContent !== expected && performance.now() < late) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { strokes: strokes.length, digits, shown: output.textContent ?? '' };
}
