/** The one module that hands models to TensorFlow.js and asks them. */
import './layers.js';
import { dispose, io, memory, tensor4d, tidy, zeros } from '@tensorflow/tfjs-core';
import { LayersModel } from '@tensorflow/tfjs-layers/dist/engine/training';
import { loadLayersModel, Sequential } from '@tensorflow/tfjs-layers/dist/models';
import * as backend from './backend.js';
import { pause } from './pause.js';
import * as site from './site.js';
import { SIZE } from './strokes.js';

/** @typedef {import('@tensorflow/tfjs-layers').LayersModel} Model */
/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */
/** @typedef {{info: site.NetworkInfo, model: Model}} Network */

const REHEARSAL = 30; // milliseconds

/** @type {Set<Network>} */
const warmed = new Set();
/** @type {Map<string, Promise<Network>>} */
const loading = new Map();

/**
 * A network that can answer: loaded once, however often it is asked for; tried again after a failure.
 * @param {site.NetworkInfo} info
 * @param {{progress?: (fraction: number) => void, after?: Promise<void>}} [options]  after: it is fetched at once and made
 *   afterwards
 * @returns {Promise<Network>}
 */
export function load(info, { progress, after } = {}) {
  const known = loading.get(info.name);
  if (known) return known;
  const files = artifacts(info, progress);
  const network = prepare(info, Promise.all([files, backend.start(), after])).catch((reason) => {
    loading.delete(info.name);
    throw reason;
  });
  loading.set(info.name, network);
  return network;
}

/** @param {site.NetworkInfo} info @param {Promise<[io.ModelArtifacts, ...unknown[]]>} whole */
async function prepare(info, whole) {
  const [files] = await whole;
  await pause();
  const model = await loadLayersModel({ load: async () => files });
  const network = { info, model };
  await warm(network);
  warmed.add(network);
  return network;
}

/**
 * The first run of a network compiles it: better now than under the pen. Layer by layer, so that slow devices stay
 * responsive meanwhile, and no longer than it pays: layers of a kind share their code.
 * @param {Network} network
 */
async function warm(network) {
  if (!(network.model instanceof Sequential)) return rehearse(network);
  let values = zeros([1, SIZE, SIZE, 1]);
  let spent = 0;
  for (const layer of network.model.layers) {
    await pause();
    if (layer.getClassName() === 'InputLayer') continue;
    if (spent > REHEARSAL) break;
    const start = performance.now();
    const next = tidy(() => /** @type {Tensor} */ (layer.apply(values)));
    if (next !== values) dispose(values);
    values = next;
    spent += performance.now() - start;
  }
  dispose(values);
}

/** @param {Network} network  all of it at once, which also moves its weights to a new backend */
function rehearse(network) {
  scores(network, new Float32Array(SIZE * SIZE), 1);
}

/** @param {site.Site} config @returns {Promise<void>} when answers are as fast as they get */
export function hurry(config) {
  return backend.upgrade(config, async () => {
    for (const network of warmed) rehearse(network);
  });
}

/**
 * TensorFlow.js asks for the weights once it has read model.json, on a slow line a whole round later than need be.
 * @param {site.NetworkInfo} info
 * @returns {typeof fetch} that has asked for all of them at once
 */
function ahead({ model, shards }) {
  const asked = new Map([model, ...shards].map((address) => [address, fetch(address)]));
  for (const answer of asked.values()) answer.catch(() => {}); // told by whoever asks for that one
  return async (address, options) => {
    const answer = asked.get(String(address));
    asked.delete(String(address));
    return answer ?? fetch(address, options);
  };
}

/** @param {site.NetworkInfo} info @param {(fraction: number) => void} [onProgress] @returns {Promise<io.ModelArtifacts>} */
async function artifacts(info, onProgress) {
  if (!site.fromFile) {
    const files = io.http(info.model, { onProgress, fetchFunc: ahead(info) });
    return /** @type {Required<io.IOHandler>} */ (files).load();
  }
  if (!globalThis.digitjsModels?.[info.name]) await site.script(info.script);
  const given = globalThis.digitjsModels?.[info.name];
  if (!given) throw new Error(info.script);
  const { weights, ...rest } = given;
  return { ...rest, weightData: Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0)).buffer };
}

/**
 * @param {Network} network
 * @param {Float32Array} images  count times 784 values
 * @param {number} count
 * @returns {Float32Array} count times 10 probabilities
 */
export function scores(network, images, count) {
  const answer = tidy(() => {
    return answers(network.model, tensor4d(images, [count, SIZE, SIZE, 1]))[0];
  });
  try {
    return /** @type {Float32Array} */ (answer.dataSync());
  } finally {
    dispose(answer);
  }
}

/** @param {Model} model @param {Tensor} images @returns {Tensor[]} of each output */
const answers = (model, images) => [model.call(images, {})].flat();

/** @typedef {{name: string, kind: string, shape: number[], values: Float32Array}} Activation  shape without the batch */

/** Layers that only hand their numbers on while a network answers. */
const SILENT = new Set(['Dropout', 'Flatten', 'InputLayer', 'Reshape']);

/** For each network, a second model over the same weights that gives every layer's numbers. @type {WeakMap<Model, Model>} */
const views = new WeakMap();

/** @param {Model} model */
function view(model) {
  const known = views.get(model);
  if (known) return known;
  const layers = model.layers.filter((layer) => !SILENT.has(layer.getClassName()));
  const made = new LayersModel({ inputs: model.inputs, outputs: layers.map((layer) => single(layer.output)) });
  views.set(model, made);
  return made;
}

/** @template T @param {T | T[]} one @returns {T} */
const single = (one) => (Array.isArray(one) ? one[0] : one);

/**
 * What every layer makes of an image.
 * @param {Network} network
 * @param {Float32Array} image  784 values
 * @returns {Activation[]}
 */
export function activations({ model }, image) {
  return tidy(() => {
    const names = view(model).outputNames;
    return answers(view(model), tensor4d(image, [1, SIZE, SIZE, 1])).map((values, i) => ({
      name: names[i],
      kind: model.getLayer(names[i]).getClassName(),
      shape: values.shape.slice(1),
      values: /** @type {Float32Array} */ (values.dataSync()),
    }));
  });
}

/** @returns {{numTensors: number, numBytes: number}} */
export function tensors() {
  const { numTensors, numBytes } = memory();
  return { numTensors, numBytes };
}
