/**
 * The one script that hands models to TensorFlow.js and asks them; loader.js runs it and uses what it puts on globalThis.
 */
import './layers.js';
import { dispose, memory, tensor4d, tidy, zeros } from '@tensorflow/tfjs-core';
import { LayersModel } from '@tensorflow/tfjs-layers/dist/engine/training';
import { loadLayersModel, Sequential } from '@tensorflow/tfjs-layers/dist/models';
import { SILENT } from '../config.js';
import { Backend } from './backend.js';
import { pause } from './yield.js';

/** @typedef {import('@tensorflow/tfjs-layers').LayersModel} Model */
/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */
/** @typedef {import('@tensorflow/tfjs-core').io.ModelArtifacts} ModelArtifacts */
/** @typedef {import('../config.js').Site} Site */
/**
 * @typedef {object} Network
 * @property {(images: Float32Array, count: number) => Float32Array} probabilities  its own, not calibrated
 * @property {(image: Float32Array) => Activation[]} activations
 */

const REHEARSAL = 5; // milliseconds

/** TensorFlow.js, with the models that it has loaded. */
export function library() {
  const backend = new Backend();
  /** @type {Set<Model>} */
  const warmed = new Set();
  return {
    /**
     * @param {Promise<ModelArtifacts>} artifacts
     * @returns {Promise<Network>} that can answer
     */
    async load(artifacts) {
      const [files] = await Promise.all([artifacts, backend.start()]);
      await pause();
      const model = await loadLayersModel({ load: async () => files });
      await warm(model);
      warmed.add(model);
      return network(model);
    },
    /** @param {Site} config @returns {Promise<void>} when answers are as fast as they get */
    accelerate: (config) =>
      backend.upgrade(config, async () => {
        for (const model of warmed) rehearse(model);
      }),
    /** @returns {{numTensors: number, numBytes: number}} */
    tensors() {
      const { numTensors, numBytes } = memory();
      return { numTensors, numBytes };
    },
  };
}

/** @param {Model} model @returns {Network} */
function network(model) {
  /** @type {Model | undefined} */
  let everyLayer;
  return {
    probabilities: (images, count) => probabilities(model, images, count),
    activations: (image) => {
      everyLayer ??= withEveryLayer(model);
      return activations(everyLayer, image);
    },
  };
}

/**
 * The first run of a network compiles it: better now than while one draws. Layer by layer, so that slow devices stay
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

/** @typedef {[number, number, number]} Shape  of an image: height, width, channels */
/** @param {Model} model @returns {Shape} of the images it takes */
const imageShape = (model) => /** @type {Shape} */ (model.inputs[0].shape.slice(1));

/** @param {Model} model  all of it at once, which also moves its weights to a new backend */
function rehearse(model) {
  const values = imageShape(model).reduce((size, side) => size * side);
  probabilities(model, new Float32Array(values), 1);
}

/**
 * @param {Model} model
 * @param {Float32Array} images  one after another
 * @param {number} count
 * @returns {Float32Array} as many probabilities as there are classes, for each image
 */
function probabilities(model, images, count) {
  const answer = tidy(() => {
    return answers(model, tensor4d(images, [count, ...imageShape(model)]))[0];
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

/** @param {Model} model @returns {Model} a second one over the same weights that gives every layer's numbers */
function withEveryLayer(model) {
  const layers = model.layers.filter((layer) => !SILENT.includes(layer.getClassName()));
  return new LayersModel({ inputs: model.inputs, outputs: layers.map((layer) => single(layer.output)) });
}

/** @template T @param {T | T[]} one @returns {T} */
const single = (one) => (Array.isArray(one) ? one[0] : one);

/**
 * What every layer makes of an image.
 * @param {Model} model  with every layer's output
 * @param {Float32Array} image
 * @returns {Activation[]}
 */
function activations(model, image) {
  return tidy(() =>
    answers(model, tensor4d(image, [1, ...imageShape(model)])).map((values, i) => ({
      name: model.outputNames[i],
      kind: model.getLayer(model.outputNames[i]).getClassName(),
      shape: values.shape.slice(1),
      values: /** @type {Float32Array} */ (values.dataSync()),
    })),
  );
}

globalThis.digitjsNetwork = library();
