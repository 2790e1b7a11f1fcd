/** What the page was rendered with: the JSON in the element site_data, read once. */

/** @typedef {{refuse: number, unsure: number}} Thresholds */
/**
 * @typedef {object} NetworkInfo
 * @property {string} name
 * @property {string} title
 * @property {string} model  address of model.json
 * @property {string[]} shards  addresses of its weights
 * @property {string} script  address of the same model as a script, for pages opened from a file
 * @property {number} accuracy  on the MNIST test set, 0 to 1
 * @property {number} parameters
 * @property {number} bytes  of all weight files
 * @property {Thresholds} thresholds
 * @property {string[]} layers
 */
/**
 * @typedef {object} Site
 * @property {string} language
 * @property {Record<string, string>} texts  language code to the address of its catalogue script
 * @property {NetworkInfo[]} networks
 * @property {string} own  what the keys of texts about the data end in; empty for MNIST
 * @property {string} network  the script that loads networks, with TensorFlow.js in it
 * @property {string} wasm
 * @property {string} wasmScript
 * @property {string} backend  the WebAssembly backend's script
 * @property {string} [worker]  the service worker, where the site is kept for times without a network
 * @property {string} [examples]  a script with digits of the MNIST test set
 */

/** @returns {Site} */
export function read() {
  return JSON.parse(element('site_data').textContent ?? '');
}

/** Pages opened by double click can neither fetch nor import: what they need comes through script elements. */
export const fromFile = location.protocol === 'file:';

/**
 * @param {string} id
 * @returns {HTMLElement} the element, which the template promises
 */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}`);
  return found;
}

/**
 * @param {string} id
 * @returns {boolean} whether this page has that part: the embedded pad has few
 */
export const has = (id) => document.getElementById(id) !== null;

/**
 * Run a classic script of this site. A failed one is taken out again, so that it can be tried once more.
 * @param {string} address
 * @returns {Promise<void>}
 */
export function script(address) {
  return new Promise((resolve, reject) => {
    const tag = document.createElement('script');
    tag.src = address;
    tag.onload = () => resolve();
    tag.onerror = () => {
      tag.remove();
      reject(new Error(address));
    };
    document.head.append(tag);
  });
}
