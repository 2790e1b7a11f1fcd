/** Runs networks in the npm package of TensorFlow.js: from stdin a list of them with their inputs, to stdout a result for each. */
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const tf = createRequire(process.argv[2])('@tensorflow/tfjs');
await tf.setBackend('cpu');
console.warn = () => {};

const floats = (text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
const results = [];
for (const { topology, specs, data, inputs } of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    const weightData = Uint8Array.from(Buffer.from(data, 'base64')).buffer;
    const files = { modelTopology: topology, weightSpecs: specs, weightData };
    const model = await tf.loadLayersModel(tf.io.fromMemory(files));
    const given = inputs.map(({ shape, values, dtype }) => tf.tensor(floats(values), shape).cast(dtype));
    const answers = [model.predict(given.length === 1 ? given[0] : given)].flat();
    results.push(
      answers.map((answer) => ({
        shape: answer.shape,
        values: Buffer.from(Float32Array.from(answer.dataSync()).buffer).toString('base64'),
      })),
    );
  } catch (error) {
    results.push(String(error.message).split('\n')[0]);
  }
}
writeSync(1, JSON.stringify(results));
