/**
 * The one script that hands models to TensorFlow.js and asks them; loader.js runs it and uses what it puts on globalThis.
 */
import { memory } from '@tensorflow/tfjs-core';
import { Backend } from './backend.js';
import { activations, loaded, probabilities, rehearse } from './model.js';
import { serve } from './serve.js';
import { pause } from './yield.js';

/** @typedef {import('./model.js').Model} Model */
/** @typedef {import('./model.js').Activation} Activation */
/** @typedef {import('./model.js').ModelArtifacts} ModelArtifacts */
/** @typedef {import('./wasm.js').Wasm} Wasm */
/** @typedef {{throwIfAborted: () => void}} Signal  as of an AbortController */
/**
 * Promises come from networks in a worker, which check the signal before each image.
 * @typedef {object} Network
 * @property {(images: Float32Array, count: number, signal?: Signal) => Float32Array | Promise<Float32Array>} probabilities  its own, not calibrated
 * @property {(image: Float32Array) => Activation[] | Promise<Activation[]>} activations
 */

/** TensorFlow.js, with the models that it has loaded. */
export function library() {
  const backend = new Backend();
  /** @type {Set<Model>} */
  const warmed = new Set();
  return {
    /**
     * @param {ModelArtifacts | Promise<ModelArtifacts>} artifacts
     * @returns {Promise<Network>} that can answer
     */
    async load(artifacts) {
      const [files] = await Promise.all([artifacts, backend.start()]);
      await pause();
      const model = await loaded(files);
      warmed.add(model);
      return {
        probabilities: (images, count) => probabilities(model, images, count),
        activations: (image) => activations(model, image),
      };
    },
    /** @param {() => Promise<Wasm>} delivered @returns {Promise<void>} when answers are as fast as they get */
    accelerate: (delivered) =>
      backend.upgrade(delivered, async () => {
        for (const model of warmed) rehearse(model);
      }),
    /** @returns {{numTensors: number, numBytes: number}} */
    tensors() {
      const { numTensors, numBytes } = memory();
      return { numTensors, numBytes };
    },
  };
}

globalThis.digitjsNetwork = library();
if (!('document' in globalThis)) serve(globalThis.digitjsNetwork);
