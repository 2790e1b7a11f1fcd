/** The page's networks: each is loaded once, by TensorFlow.js, which comes as a script of its own, after the page's. */
import * as site from './site.js';

/** @typedef {import('./network.js').Network} Network */
/** @typedef {NonNullable<typeof globalThis.digitjsNetwork>} Library */

/** Resolved when every script that the page names has run, or has failed to arrive. */
const scripts = new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
/** @type {Promise<Library> | undefined} */
let library;
/** @type {Map<string, Promise<Network>>} */
const loading = new Map();

/**
 * A network that can answer, however often it is asked for; tried again after a failure.
 * @param {site.Site} config
 * @param {site.NetworkInfo} info
 * @param {(fraction: number) => void} [progress]
 * @returns {Promise<Network>}
 */
export function load(config, info, progress) {
  const known = loading.get(info.name);
  if (known) return known;
  const fetched = ahead(info);
  const network = tensorflow(config)
    .then((found) => found.load(info, progress, fetched))
    .catch((reason) => {
      loading.delete(info.name);
      throw reason;
    });
  loading.set(info.name, network);
  return network;
}

/** @param {site.Site} config @returns {Promise<void>} when answers are as fast as they get */
export async function hurry(config) {
  const found = await tensorflow(config).catch(() => undefined); // told by whoever loads a network
  await found?.hurry(config);
}

/** @returns {{numTensors: number, numBytes: number}} */
export function tensors() {
  return globalThis.digitjsNetwork?.tensors() ?? { numTensors: 0, numBytes: 0 };
}

/** @param {site.Site} config @returns {Promise<Library>} */
function tensorflow(config) {
  library ??= start(config).catch((reason) => {
    library = undefined;
    throw reason;
  });
  return library;
}

/** @param {site.Site} config @returns {Promise<Library>} */
async function start(config) {
  await scripts;
  if (!globalThis.digitjsNetwork) await site.script(config.network); // it did not arrive: once more
  if (!globalThis.digitjsNetwork) throw new Error(config.network);
  return globalThis.digitjsNetwork;
}

/**
 * Ask for a network's files while TensorFlow.js is still on its way, and for all of them at once: it would ask for the
 * weights only after it has read model.json, on a slow line a whole round later.
 * @param {site.NetworkInfo} info
 * @returns {typeof fetch}
 */
function ahead({ model, shards }) {
  const files = site.fromFile ? [] : [model, ...shards];
  const asked = new Map(files.map((address) => [address, fetch(address)]));
  for (const answer of asked.values()) answer.catch(() => {}); // told by whoever asks for that one
  return async (address, options) => {
    const answer = asked.get(String(address));
    asked.delete(String(address));
    return answer ?? fetch(address, options);
  };
}
