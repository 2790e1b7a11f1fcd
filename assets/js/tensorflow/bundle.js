/**
 * The one script that hands models to TensorFlow.js and asks them; loader.js runs it and uses what it puts on globalThis.
 */
import './layers.js';
import { dispose, memory, tensor4d, tidy, zeros } from '@tensorflow/tfjs-core';
import { LayersModel } from '@tensorflow/tfjs-layers/dist/engine/training';
import { loadLayersModel, Sequential } from '@tensorflow/tfjs-layers/dist/models';
import { SIZE } from '../recognition/rasterize.js';
import * as backend from './backend.js';
import { pause } from './yield.js';

/** @typedef {import('@tensorflow/tfjs-layers').LayersModel} Model */
/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */
/** @typedef {import('@tensorflow/tfjs-core').io.ModelArtifacts} ModelArtifacts */
/** @typedef {import('../config.js').Site} Site */
/**
 * @typedef {object} Network
 * @property {(images: Float32Array, count: number) => Float32Array} scores  its own probabilities, not calibrated
 * @property {(image: Float32Array) => Activation[]} activations
 */

const REHEARSAL = 5; // milliseconds

/** @type {Set<Model>} */
const warmed = new Set();

/**
 * A network that can answer.
 * @param {Promise<ModelArtifacts>} artifacts
 * @returns {Promise<Network>}
 */
export async function load(artifacts) {
  const [files] = await Promise.all([artifacts, backend.start()]);
  await pause();
  const model = await loadLayersModel({ load: async () => files });
  await warm(model);
  warmed.add(model);
  return {
    scores: (images, count) => scores(model, images, count),
    activations: (image) => activations(model, image),
  };
}

/**
 * The first run of a network compiles it: better now than under the pen. Layer by layer, so that slow devices stay
 * responsive meanwhile, and no longer than it pays: layers of a kind share their code, and a batch of no images compiles
 * it too.
 * @param {Model} model
 */
async function warm(model) {
  if (!(model instanceof Sequential)) return rehearse(model);
  let spent = 0;
  for (const layer of model.layers) {
    if (layer.getClassName() === 'InputLayer') continue;
    await pause();
    const start = performance.now();
    const [, ...shape] = /** @type {number[]} */ (single(layer.input).shape);
    tidy(() => {
      layer.apply(zeros([spent < REHEARSAL ? 1 : 0, ...shape]));
    });
    spent += performance.now() - start;
  }
}

/** @param {Model} model  all of it at once, which also moves its weights to a new backend */
function rehearse(model) {
  scores(model, new Float32Array(SIZE * SIZE), 1);
}

/** @param {Site} config @returns {Promise<void>} when answers are as fast as they get */
export function hurry(config) {
  return backend.upgrade(config, async () => {
    for (const model of warmed) rehearse(model);
  });
}

/**
 * @param {Model} model
 * @param {Float32Array} images  count times 784 values
 * @param {number} count
 * @returns {Float32Array} count times 10 probabilities
 */
function scores(model, images, count) {
  const answer = tidy(() => {
    return answers(model, tensor4d(images, [count, SIZE, SIZE, 1]))[0];
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
 * @param {Model} model
 * @param {Float32Array} image  784 values
 * @returns {Activation[]}
 */
function activations(model, image) {
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

globalThis.digitjsNetwork = { load, hurry, tensors };
