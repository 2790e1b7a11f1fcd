/**
 * node predict.mjs --model FOLDER --modules FOLDER < inputs > outputs
 * What TensorFlow.js's npm packages answer, with the plain JavaScript backend: a line of JSON
 * [{"shape": [2, 28, 28, 1], "dtype": "float32"}, …] for the inputs, then their values one after another, little-endian;
 * out comes the same of the outputs, all of them float32, or a line {"error": "…"} where TF.js refuses the model.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** @typedef {{shape: number[], dtype: 'float32' | 'int32'}} Spec */

const TEXT = { type: /** @type {const} */ ('string'), default: '' };
const { model: folder, modules } = parseArgs({ options: { model: TEXT, modules: TEXT } }).values;
const require = createRequire(join(modules, 'digitjs.cjs'));
const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');
const layers = require('@tensorflow/tfjs-layers');

/** The model as a browser would fetch it. */
function load() {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const paths = weightsManifest.flatMap((/** @type {{paths: string[]}} */ group) => group.paths);
  const data = Buffer.concat(paths.map((/** @type {string} */ path) => readFileSync(join(folder, path))));
  const weightSpecs = weightsManifest.flatMap((/** @type {{weights: object[]}} */ group) => group.weights);
  const weightData = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return layers.loadLayersModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) });
}

/**
 * The tensors that standard input holds.
 * @param {Buffer} given
 */
function tensors(given) {
  const end = given.indexOf('\n');
  let offset = end + 1;
  return JSON.parse(given.toString('utf8', 0, end)).map((/** @type {Spec} */ { shape, dtype }) => {
    const bytes = 4 * shape.reduce((product, size) => product * size, 1);
    const values = given.buffer.slice(given.byteOffset + offset, given.byteOffset + offset + bytes);
    offset += bytes;
    return tf.tensor(dtype === 'int32' ? new Int32Array(values) : new Float32Array(values), shape, dtype);
  });
}

/** The outputs as a line of JSON and bytes. */
async function answer() {
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  const model = await load();
  const inputs = tensors(readFileSync(0));
  const outputs = [model.predict(inputs.length > 1 ? inputs : inputs[0])].flat();
  const specs = outputs.map((output) => ({ shape: output.shape, dtype: 'float32' }));
  const values = outputs.map((output) => Buffer.from(Float32Array.from(output.dataSync()).buffer));
  return Buffer.concat([Buffer.from(`${JSON.stringify(specs)}\n`), ...values]);
}

const done = await answer().catch((error) =>
  Buffer.from(`${JSON.stringify({ error: String(error.message ?? error) })}\n`),
);
writeFileSync(1, done);
