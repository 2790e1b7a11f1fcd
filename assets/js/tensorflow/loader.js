/** The page's networks: each is loaded once, by TensorFlow.js, which comes as a script of its own, after the page's. */
import { fetches, provided, RENEWED, Undelivered } from '../load_script.js';

/** @typedef {import('../config.js').Site} Site */
/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */
/** @typedef {import('../config.js').SiteFile} SiteFile */
/** @typedef {import('./bundle.js').Network} Network */
/** @typedef {NonNullable<typeof globalThis.digitjsNetwork>} Library */
/** @typedef {import('@tensorflow/tfjs-core').io.ModelArtifacts} Artifacts */

/** Made before the page's other scripts have run. */
export class Networks {
  /** Resolved when every script that the page names has run, or has failed to arrive. */
  #scripts = new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
  /** @type {Promise<Library> | undefined} */
  #library;
  /** @type {Map<string, Promise<Network>>} */
  #loading = new Map();
  #config;

  /** @param {Site} config */
  constructor(config) {
    this.#config = config;
  }

  /**
   * A network that can answer, however often it is asked for; tried again after a failure.
   * @param {NetworkInfo} info
   * @param {(fraction: number) => void} [progress]
   * @returns {Promise<Network>}
   */
  async load(info, progress) {
    const network = await (this.#loading.get(info.name) ?? this.#begin(info, progress));
    progress?.(1); // nothing else reports a network that was asked for before
    return network;
  }

  /** @param {NetworkInfo} info @param {(fraction: number) => void} [progress] */
  #begin(info, progress) {
    const model = artifacts(info, progress); // now, while TensorFlow.js is still on its way
    model.catch(() => {}); // reported by the network below
    const network = this.#tensorflow()
      .then((library) => library.load(model))
      .catch((reason) => {
        this.#loading.delete(info.name);
        throw reason;
      });
    this.#loading.set(info.name, network);
    return network;
  }

  /** @returns {Promise<void>} when answers are as fast as they get */
  async accelerate() {
    const library = await this.#tensorflow().catch(() => undefined); // whoever loads a network reports it
    await library?.accelerate(this.#config);
  }

  /** @returns {{numTensors: number, numBytes: number}} */
  tensors() {
    return globalThis.digitjsNetwork?.tensors() ?? { numTensors: 0, numBytes: 0 };
  }

  /** @returns {Promise<Library>} */
  #tensorflow() {
    this.#library ??= this.#start().catch((reason) => {
      this.#library = undefined;
      throw reason;
    });
    return this.#library;
  }

  /** @returns {Promise<Library>} */
  async #start() {
    await this.#scripts;
    return provided(() => globalThis.digitjsNetwork, this.#config.bundle.network);
  }
}

/**
 * A network's files. Where fetching is not possible, or the host withholds a file, they come through a script.
 * @param {NetworkInfo} info
 * @param {(fraction: number) => void} [progress]
 * @returns {Promise<Artifacts>}
 */
async function artifacts(info, progress) {
  if (!fetches()) return scripted(info);
  try {
    return await fetched(info.files, progress);
  } catch (reason) {
    return scripted(info).catch(() => Promise.reject(reason));
  }
}

/**
 * All files at once: TensorFlow.js would ask for the weights only after it has read model.json.
 * @param {SiteFile[]} files
 * @param {(fraction: number) => void} [progress]
 * @returns {Promise<Artifacts>}
 */
async function fetched(files, progress) {
  let arrived = 0;
  const [model, ...weights] = await Promise.all(
    files.map(async (file) => {
      const bytes = await content(file);
      arrived += 1;
      progress?.(arrived / files.length);
      return bytes;
    }),
  );
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(model));
  const weightSpecs = weightsManifest.flatMap((/** @type {{weights: object[]}} */ group) => group.weights);
  return { modelTopology, weightSpecs, weightData: weights };
}

/**
 * A file as it was built. The second request passes by every cache: one may hold what the host answered while the file
 * was not there yet.
 * @param {SiteFile} file
 */
async function content({ address, integrity }) {
  for (const options of [{}, RENEWED]) {
    const answer = await fetch(address, { ...options, integrity }).catch(() => undefined);
    if (answer) return answer.arrayBuffer();
  }
  throw new Undelivered(address);
}

/** @param {NetworkInfo} info @returns {Promise<Artifacts>} */
async function scripted({ name, script }) {
  const model = () => globalThis.digitjsModels?.[name];
  const { weights, ...rest } = await provided(model, script.address, script.integrity);
  return { ...rest, weightData: Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0)).buffer };
}
