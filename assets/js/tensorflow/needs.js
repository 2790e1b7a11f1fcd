/** Run by needs.mjs when a site is built, with every kernel that there is: what of them a network calls. */
import './kernels_cpu.js';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { getKernelsForBackend, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core/dist/kernel_registry';
import { everyCall, loaded, probabilities } from './model.js';

/** @typedef {import('./model.js').Model} Model */

/** @type {Set<string>} */
const noted = new Set();
/** One network at a time. @type {Promise<unknown>} */
let last = Promise.resolve();

/** Have every kernel note that it was called. */
export async function start() {
  env().set('IS_TEST', true); // or TensorFlow.js would greet, and recommend what it has for Node
  await setBackend('cpu');
  for (const { kernelName, backendName, kernelFunc, ...rest } of getKernelsForBackend('cpu')) {
    unregisterKernel(kernelName, backendName);
    registerKernel({
      ...rest,
      kernelName,
      backendName,
      kernelFunc: (given) => {
        noted.add(kernelName);
        return kernelFunc(given);
      },
    });
  }
}

/**
 * @param {import('./model.js').ModelArtifacts} files
 * @returns {Promise<{kernels: string[], operations: number}>} operations: multiplications for one image
 */
export function needs(files) {
  const next = last.then(() => run(files));
  last = next.catch(() => {});
  return next;
}

/** @param {import('./model.js').ModelArtifacts} files */
async function run(files) {
  noted.clear();
  const model = await loaded(files);
  probabilities(model, new Float32Array(0), 0); // as for many images, but in no time
  return { kernels: [...noted], operations: operations(model) };
}

/**
 * Every weight of a kernel is multiplied once for each place of the image that its layer makes.
 * @param {Model} model @returns {number}
 */
function operations(model) {
  return everyCall(model)
    .map(({ outboundLayer, outputTensors }) => {
      const kernels = outboundLayer.weights.map(({ shape }) => shape).filter((shape) => shape.length > 1);
      const places = product(outputTensors[0].shape.slice(1, -1));
      return places * kernels.reduce((sum, shape) => sum + product(/** @type {number[]} */ (shape)), 0);
    })
    .reduce((sum, one) => sum + one, 0);
}

/** @param {number[]} values */
const product = (values) => values.reduce((all, one) => all * one, 1);
