/**
 * First script of a page that is measured. Times are the page's own, in milliseconds since navigation.
 * An answer is ten probabilities for what is drawn: from asking until they are there, charts not counted.
 */

/** @typedef {[number, number][][]} Strokes  in the unit square */
/** @typedef {{ready: Promise<void>, draw: (strokes: Strokes) => void, answer: () => Promise<unknown>, tensors: () => number, backend: () => string}} Subject */

/** @param {Strokes} strokes @param {number} side @returns {Strokes} */
const scaled = (strokes, side) => strokes.map((stroke) => stroke.map(([x, y]) => [x * side, y * side]));

/** @param {string} network @returns {Subject | undefined} the built site, when its script has run */
function ours(network) {
  const page = globalThis.digitjs;
  if (!page) return undefined;
  return {
    ready: page.ready,
    draw: (strokes) => {
      page.strokes = scaled(strokes, /** @type {HTMLElement} */ (document.getElementById('canvas')).offsetWidth);
    },
    answer: () => page.predict(network),
    tensors: () => page.memory().numTensors,
    backend: () => '',
  };
}

/** @returns {Subject | undefined} the stand-in, when its script has run */
function standin() {
  const page = /** @type {any} */ (globalThis); // the names of its classic script
  if (!page.ready) return undefined;
  return {
    ready: page.ready,
    draw: (strokes) => {
      page.clearCanvas();
      for (const [first, ...rest] of scaled(
        strokes,
        /** @type {HTMLCanvasElement} */ (document.getElementById('canvas')).width,
      )) {
        page.startLine(...first);
        for (const point of rest) page.drawLine(...point);
      }
    },
    answer: page.predict,
    tensors: () => page.tf.memory().numTensors,
    backend: () => page.tf.getBackend(),
  };
}

/** @param {string} network @returns {Promise<Subject>} */
async function subject(network) {
  for (;;) {
    const found = ours(network) ?? standin();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** @param {Subject} page */
async function timedAnswer(page) {
  const asked = performance.now();
  await page.answer();
  return performance.now() - asked;
}

/** @returns {number} the compressed bodies of all that was fetched so far */
function bytesSoFar() {
  const fetched = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  return fetched.reduce((sum, one) => sum + /** @type {PerformanceResourceTiming} */ (one).encodedBodySize, 0);
}

/** Ready, and the first answer. @param {string} network @param {Strokes} strokes */
async function firstAnswer(network, strokes) {
  const page = await subject(network);
  await page.ready;
  const readyAt = performance.now();
  page.draw(strokes);
  const first = await timedAnswer(page);
  return { ready: readyAt, first, bytes: bytesSoFar(), backend: page.backend() };
}

/** Many answers, one drawing after the other. @param {string} network @param {Strokes[]} drawings @param {number} count */
async function manyAnswers(network, drawings, count) {
  const page = await subject(network);
  const before = page.tensors();
  const times = [];
  for (let i = 0; i < count; i++) {
    page.draw(drawings[i % drawings.length]);
    times.push(await timedAnswer(page));
  }
  return { times, leaked: (page.tensors() - before) / count };
}

Object.assign(globalThis, { bench: { firstAnswer, manyAnswers } });
