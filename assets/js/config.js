/** What the page was rendered with: the JSON in the element site_data. */

/** @typedef {{address: string, integrity: string}} SiteFile  integrity as browsers check it: sha256-BASE64 */
/** @typedef {import('./recognition/recognize.js').Task} Task */
/** @typedef {{kind: string, text: string}} LayerInfo  its class in Keras, and in words */
/**
 * @typedef {object} NetworkInfo
 * @property {string} name
 * @property {string} title
 * @property {SiteFile[]} files  model.json, then its weights
 * @property {SiteFile} script  the same model, for pages that cannot fetch
 * @property {number | null} accuracy  in the test, 0 to 1; null where it was not measured
 * @property {number} parameters
 * @property {number} bytes  of all its files
 * @property {number} temperature  the logarithms of its probabilities are divided by it
 * @property {{refuse: number, unsure: number}} thresholds
 * @property {LayerInfo[]} layers
 * @property {number} operations  multiplications for one image
 * @property {import('./recognition/rasterize.js').Framing | null} framing  of the images that it takes; null: the task's
 */
/**
 * @typedef {object} PageFiles  addresses, as build.mjs prints them
 * @property {Record<string, string>} texts  language code to its catalogue script
 * @property {string} network  the script that loads networks, with TensorFlow.js in it
 * @property {string} backend  the WebAssembly backend's script
 * @property {string} picture  the script that makes strokes of pictures
 * @property {string} wasm
 * @property {string} wasmScript
 */
/**
 * @typedef {object} Site
 * @property {string} language
 * @property {PageFiles} bundle
 * @property {NetworkInfo[]} networks
 * @property {Task} task
 * @property {string} [worker]  the service worker, where the site is kept for times without a network
 * @property {string} [examples]  a script with images of the test set
 */

/**
 * Multiplications for one image, twice those of the largest network that comes with digitjs: one that needs more may take
 * so long to answer that the pen would wait.
 */
export const SLOW = 15e6;

/** Classes of layers that only hand on what they get while a network answers. */
export const SILENT = ['Dropout', 'Flatten', 'InputLayer', 'Reshape'];

/** @returns {Site} */
export function read() {
  return JSON.parse(document.getElementById('site_data')?.textContent ?? '');
}
