/** What the page was rendered with: the JSON in the element site_data, read once. */

/** @typedef {{refuse: number, unsure: number}} Thresholds */
/** @typedef {{address: string, integrity: string}} SiteFile  integrity as browsers check it: sha256-BASE64 */
/**
 * @typedef {object} NetworkInfo
 * @property {string} name
 * @property {string} title
 * @property {SiteFile[]} files  model.json, then its weights
 * @property {SiteFile} script  the same model, for pages that cannot fetch
 * @property {number} accuracy  on the MNIST test set, 0 to 1
 * @property {number} parameters
 * @property {number} bytes  of all weight files
 * @property {number} temperature  the logarithms of its probabilities are divided by it
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

/**
 * Whether this page may fetch its files. Pages opened by double click and pages in a sandboxed frame have an opaque
 * origin, to which every host is foreign: what they need comes through script elements.
 */
export const fetches = () => location.protocol !== 'file:' && origin !== 'null';

/** @type {RequestInit} past every cache, the service worker's too */
export const RENEWED = { cache: 'reload' };

/** A file of this build that the host does not deliver: it is missing, or something else is sent in its place. */
export class Undelivered extends Error {
  /** @param {string} address */
  constructor(address) {
    const file = address.replace(/\?.*/, '');
    super(`${file} is missing, or not the file of this build`);
    this.file = file;
  }
}

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
 * What a classic script of this site leaves on globalThis. Where it is not there yet the script is run, and once more past
 * every cache: one may hold what the host answered while the file was not there.
 * @template T
 * @param {() => T | undefined} find
 * @param {string} address  of the script
 * @param {string} [integrity]  checked where the page may fetch: elsewhere browsers refuse every script that has one
 * @returns {Promise<T>}
 */
export async function provided(find, address, integrity = '') {
  if (!find()) await run(address, integrity);
  if (!find()) {
    await fetch(address, RENEWED).catch(() => {});
    await run(address, integrity);
  }
  const found = find();
  if (!found) throw new Undelivered(address);
  return found;
}

/** @param {string} address @param {string} integrity @returns {Promise<unknown>} when it has run, or failed to */
function run(address, integrity) {
  return new Promise((done) => {
    const tag = document.createElement('script');
    tag.src = address;
    if (fetches()) tag.integrity = integrity;
    tag.onload = done;
    tag.onerror = done;
    document.head.append(tag);
  });
}
