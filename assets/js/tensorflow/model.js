/**
 * A network in TensorFlow.js: made of its files, asked, and looked into. Chains and graphs alike: a shared layer is called
 * more than once, and a layer that is a network itself is entered.
 */
import 'layers:used';
import { dispose, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { Container } from '@tensorflow/tfjs-layers/dist/engine/container';
import { loadLayersModel } from '@tensorflow/tfjs-layers/dist/models';
import { SILENT } from '../config.js';
import { pause } from './yield.js';

/** @typedef {import('@tensorflow/tfjs-layers').LayersModel} Model */
/** @typedef {import('@tensorflow/tfjs-core').Tensor} Tensor */
/** @typedef {import('@tensorflow/tfjs-core').io.ModelArtifacts} ModelArtifacts */
/** @typedef {Model['layers'][number]} Layer */
/** @typedef {{id: number, shape: number[]}} Place  in the graph: what one call of a layer takes or gives */
/** @typedef {{outboundLayer: Layer, inputTensors: Place[], outputTensors: Place[]}} Call */
/** @typedef {{name: string, kind: string, shape: number[], values: Float32Array}} Activation  shape without the batch */

const REHEARSAL = 5; // milliseconds

/** @param {ModelArtifacts} files @returns {Promise<Model>} that has run once */
export async function loaded(files) {
  const model = await loadLayersModel({ load: async () => files });
  await warm(model);
  return model;
}

/**
 * @param {Model} model  the whole network, or one that is a layer of it
 * @returns {Call[]} of its layers, each after those whose outputs it takes
 */
function calls(model) {
  const { nodesByDepth } = /** @type {{nodesByDepth: Record<string, Call[]>}} */ (/** @type {unknown} */ (model));
  const depths = Object.keys(nodesByDepth).sort((a, b) => Number(b) - Number(a));
  return depths.flatMap((depth) => nodesByDepth[depth]).filter(({ inputTensors }) => inputTensors.length > 0);
}

/** @param {Layer} layer @returns {Model | undefined} the network that it is, if it is one */
const inner = (layer) => (layer instanceof Container ? /** @type {Model} */ (layer) : undefined);

/** @param {Model} model @returns {Call[]} those of inner networks in the place of these */
export function everyCall(model) {
  return calls(model).flatMap((call) => {
    const within = inner(call.outboundLayer);
    return within ? everyCall(within) : [call];
  });
}

/** @param {Layer} layer @param {Tensor[]} taken @returns {Tensor[]} what it makes of them */
const called = (layer, taken) => [layer.call(taken.length > 1 ? taken : taken[0], {})].flat();

/**
 * The first run of a network compiles it: better now than while one draws. Layer by layer, so that slow devices stay
 * responsive meanwhile, and no longer than it pays: layers of a kind share their code, and a batch of no images compiles
 * it too.
 * @param {Model} model
 */
async function warm(model) {
  let spent = 0;
  for (const { outboundLayer, inputTensors } of everyCall(model)) {
    await pause();
    const start = performance.now();
    const images = spent < REHEARSAL ? 1 : 0;
    tidy(() => {
      called(
        outboundLayer,
        inputTensors.map(({ shape: [, ...shape] }) => zeros([images, ...shape])),
      );
    });
    spent += performance.now() - start;
  }
}

/** @param {Model} model @returns {number[]} the shape of an image that it takes, with as many values as it has pixels */
const imageShape = (model) => /** @type {number[]} */ (model.inputs[0].shape.slice(1));

/** @param {Model} model  all of it at once, which also moves its weights to a new backend */
export function rehearse(model) {
  const values = imageShape(model).reduce((size, side) => size * side);
  probabilities(model, new Float32Array(values), 1);
}

/**
 * @param {Model} model
 * @param {Float32Array} images  one after another
 * @param {number} count
 * @returns {Float32Array} as many probabilities as there are classes, for each image
 */
export function probabilities(model, images, count) {
  const answer = tidy(() => [model.call(tensor(images, [count, ...imageShape(model)]), {})].flat()[0]);
  try {
    return /** @type {Float32Array} */ (answer.dataSync());
  } finally {
    dispose(answer);
  }
}

/**
 * What every layer makes of an image.
 * @param {Model} model
 * @param {Float32Array} image
 * @returns {Activation[]} one for each call of a layer that changes what it gets
 */
export function activations(model, image) {
  return tidy(() => [...within(model, [tensor(image, [1, ...imageShape(model)])])]);
}

/**
 * @param {Model} model @param {Tensor[]} inputs
 * @returns {Generator<Activation, Tensor[]>} then the network's outputs
 */
function* within(model, inputs) {
  const made = new Map(model.inputs.map(({ id }, i) => [id, inputs[i]]));
  const find = (/** @type {Place} */ { id }) => /** @type {Tensor} */ (made.get(id));
  for (const { outboundLayer: layer, inputTensors, outputTensors } of calls(model)) {
    const taken = inputTensors.map(find);
    const model = inner(layer);
    const outputs = model ? yield* within(model, taken) : called(layer, taken);
    outputTensors.forEach(({ id }, i) => {
      made.set(id, outputs[i]);
    });
    if (!model && !SILENT.includes(layer.getClassName())) yield activation(layer, outputs[0]);
  }
  return /** @type {Place[]} */ (model.outputs).map(find);
}

/** @param {Layer} layer @param {Tensor} output @returns {Activation} */
const activation = (layer, output) => ({
  name: layer.name,
  kind: layer.getClassName(),
  shape: output.shape.slice(1),
  values: /** @type {Float32Array} */ (output.dataSync()),
});
