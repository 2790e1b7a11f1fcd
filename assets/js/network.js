/** The one module that hands models to TensorFlow.js and asks them. */
import './layers.js';
import { dispose, io, memory, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers/dist/models';
import * as backend from './backend.js';
import * as site from './site.js';
import { SIZE } from './strokes.js';

/** @typedef {import('@tensorflow/tfjs-layers').LayersModel} Model */
/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */
/** @typedef {{info: site.NetworkInfo, model: Model}} Network */

/** @type {Map<string, Promise<Network>>} */
const loading = new Map();

/**
 * A network that can answer: loaded once, however often it is asked for; tried again after a failure.
 * @param {site.Site} config
 * @param {site.NetworkInfo} info
 * @param {(fraction: number) => void} [progress]
 * @returns {Promise<Network>}
 */
export function load(config, info, progress) {
  const known = loading.get(info.name);
  if (known) return known;
  const network = prepare(config, info, progress).catch((reason) => {
    loading.delete(info.name);
    throw reason;
  });
  loading.set(info.name, network);
  return network;
}

/** @param {site.Site} config @param {site.NetworkInfo} info @param {(fraction: number) => void} [progress] */
async function prepare(config, info, progress) {
  const [artifacts] = await Promise.all([source(info), backend.start(config)]);
  const model = await loadLayersModel(artifacts, { onProgress: progress });
  const network = { info, model };
  scores(network, new Float32Array(SIZE * SIZE), 1); // the first run compiles and uploads: better now than under the pen
  return network;
}

/** @param {site.NetworkInfo} info @returns {Promise<string | io.IOHandler>} */
async function source(info) {
  if (!site.fromFile) return info.model;
  if (!globalThis.digitjsModels?.[info.name]) await site.script(info.script);
  const given = globalThis.digitjsModels?.[info.name];
  if (!given) throw new Error(info.script);
  const { modelTopology, weightSpecs, weights } = given;
  const weightData = Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0)).buffer;
  return io.fromMemory({ modelTopology, weightSpecs, weightData });
}

/**
 * @param {Network} network
 * @param {Float32Array} images  count times 784 values
 * @param {number} count
 * @returns {Float32Array} count times 10 probabilities
 */
export function scores(network, images, count) {
  const answer = tidy(() => {
    const input = tensor4d(images, [count, SIZE, SIZE, 1]);
    return /** @type {Tensor} */ (network.model.predictOnBatch(input));
  });
  try {
    return /** @type {Float32Array} */ (answer.dataSync());
  } finally {
    dispose(answer);
  }
}

/** @typedef {{name: string, kind: string, shape: number[], values: Float32Array}} Activation  shape without the batch */

/** Layers that only hand their numbers on while a network answers. */
const SILENT = new Set(['Dropout', 'Flatten', 'Reshape']);

/**
 * What every layer makes of an image.
 * @param {Network} network
 * @param {Float32Array} image  784 values
 * @returns {Activation[]}
 */
export function activations({ model }, image) {
  return tidy(() => {
    /** @type {Activation[]} */
    const seen = [];
    let values = /** @type {Tensor} */ (tensor4d(image, [1, SIZE, SIZE, 1]));
    for (const layer of model.layers) {
      if (layer.getClassName() === 'InputLayer') continue; // the image itself
      values = /** @type {Tensor} */ (layer.apply(values));
      const kind = layer.getClassName();
      if (SILENT.has(kind)) continue;
      seen.push({
        name: layer.name,
        kind,
        shape: values.shape.slice(1),
        values: /** @type {Float32Array} */ (values.dataSync()),
      });
    }
    return seen;
  });
}

/** @returns {{numTensors: number, numBytes: number}} */
export function tensors() {
  const { numTensors, numBytes } = memory();
  return { numTensors, numBytes };
}
