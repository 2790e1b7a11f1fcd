/** The page's networks: each is loaded once, by TensorFlow.js, which comes as a script of its own, after the page's. */
import { SLOW } from '../config.js';
import { fetches, provided, RENEWED, Undelivered } from '../load_script.js';
import { Aside } from './aside.js';
import { wasm } from './wasm.js';

/** @typedef {import('../config.js').Site} Site */
/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */
/** @typedef {import('../config.js').SiteFile} SiteFile */
/** @typedef {import('./bundle.js').Network} Network */
/** @typedef {NonNullable<typeof globalThis.digitjsNetwork>} Library */
/** @typedef {import('./model.js').ModelArtifacts} Artifacts */

/** Made before the page's other scripts have run. */
export class Networks {
  /** Resolved when every script that the page names has run, or has failed to arrive. */
  #scripts = new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
  /** @type {Promise<Library> | undefined} */
  #library;
  /** @type {Promise<Aside | undefined> | undefined} */
  #aside;
  #here = false; // whether this thread has been asked for a network
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
    const network = this.#loaded(info, model).catch((reason) => {
      this.#loading.delete(info.name);
      throw reason;
    });
    this.#loading.set(info.name, network);
    return network;
  }

  /** @param {NetworkInfo} info @param {Promise<Artifacts>} model @returns {Promise<Network>} */
  async #loaded({ name, operations }, model) {
    const aside = operations > SLOW ? await this.#beside() : undefined;
    if (aside) return aside.load(name, model);
    this.#here = true;
    return (await this.#tensorflow()).load(model);
  }

  /** @returns {Promise<void>} when answers are as fast as they get; a worker's are from the first */
  async accelerate() {
    if (!this.#here) return;
    const library = await this.#tensorflow().catch(() => undefined); // whoever loads a network reports it
    await library?.accelerate(() => wasm(this.#config));
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

  /** @returns {Promise<Aside | undefined>} the worker; none where the host forbids it */
  #beside() {
    this.#aside ??= this.#startAside().catch(() => undefined);
    return this.#aside;
  }

  /** @returns {Promise<Aside>} */
  async #startAside() {
    const [files] = await Promise.all([wasm(this.#config).catch(() => undefined), this.#tensorflow()]);
    const { network, backend } = globalThis.digitjsCode ?? {};
    const aside = new Aside([network, backend].filter((script) => script !== undefined));
    await aside.start(files?.address);
    return aside;
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
    return await fetched(info, progress);
  } catch (reason) {
    return scripted(info).catch(() => Promise.reject(reason));
  }
}

/**
 * All files at once: TensorFlow.js would ask for the weights only after it has read model.json.
 * @param {NetworkInfo} info
 * @param {(fraction: number) => void} [progress]
 * @returns {Promise<Artifacts>}
 */
async function fetched({ files, bytes }, progress) {
  let arrived = 0;
  const [model, ...weights] = await Promise.all(
    files.map((file) =>
      content(file, (more) => {
        arrived += more;
        progress?.(Math.min(arrived / bytes, 1)); // a file that is asked for again counts again
      }),
    ),
  );
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(model));
  const weightSpecs = weightsManifest.flatMap((/** @type {{weights: object[]}} */ group) => group.weights);
  return { modelTopology, weightSpecs, weightData: weights };
}

/**
 * A file as it was built. The second request passes by every cache: one may hold what the host answered while the file
 * was not there yet.
 * @param {SiteFile} file
 * @param {(bytes: number) => void} arrived  called with each part
 * @returns {Promise<ArrayBuffer>}
 */
async function content(file, arrived) {
  for (const options of [{}, RENEWED]) {
    const found = await received(file, options, arrived).catch(() => undefined);
    if (found) return found;
  }
  throw new Undelivered(file.address);
}

/**
 * Browsers that check a file hand it over whole: where they let the page check it, it is counted while it comes.
 * @param {SiteFile} file @param {RequestInit} options @param {(bytes: number) => void} arrived
 * @returns {Promise<ArrayBuffer | undefined>} undefined: it is not the file of this build
 */
async function received({ address, integrity }, options, arrived) {
  const checks = globalThis.crypto?.subtle !== undefined;
  const answer = await fetch(address, checks ? options : { ...options, integrity });
  if (!answer.ok) return undefined;
  const counting = new TransformStream({
    transform(part, controller) {
      arrived(part.byteLength);
      controller.enqueue(part);
    },
  });
  const bytes = await new Response(answer.body?.pipeThrough(counting)).arrayBuffer();
  if (!checks || !integrity || integrity === (await hash(bytes))) return bytes;
}

/** @param {ArrayBuffer} bytes @returns {Promise<string>} as browsers write it */
async function hash(bytes) {
  const sha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256-${btoa(String.fromCharCode(...sha256))}`;
}

/** @param {NetworkInfo} info @returns {Promise<Artifacts>} */
async function scripted({ name, script }) {
  const model = () => globalThis.digitjsModels?.[name];
  const { weights, ...rest } = await provided(model, script.address, script.integrity);
  return { ...rest, weightData: Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0)).buffer };
}
