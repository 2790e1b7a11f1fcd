/**
 * What a site's networks need of TensorFlow.js: each is loaded and run once under Node, by the page's own code, with kernels
 * that note when they are called. What is found is kept for the next time.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allKernels, layerFiles, parts } from './parts.mjs';
import { UNUSED, without } from './treeshake.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = readdirSync(join(HERE, 'js/tensorflow')).map((name) => `js/tensorflow/${name}`);
const CODE = ['needs.mjs', 'parts.mjs', 'treeshake.mjs', ...SOURCES.sort()]; // that finds it

/** @typedef {import('./parts.mjs').Parts & {operations: number}} Needs  operations: multiplications for one image */
/** @typedef {typeof import('./js/tensorflow/needs.js')} Program */
/**
 * @typedef {object} Tools
 * @property {string} modules  the folder node_modules
 * @property {string} kept  the folder of what was found before
 * @property {(entry: string, options: import('esbuild').BuildOptions) => Promise<Uint8Array>} bundled  a script's code
 */

/** A network that cannot run in a page. */
export class Refused extends Error {}

/**
 * @param {string[]} models  files model.json, with the weights beside them
 * @param {Tools} tools
 * @returns {Promise<Needs[]>} of each
 * @throws {Refused}
 */
export async function needs(models, { modules, kept, bundled }) {
  const code = CODE.map((name) => readFileSync(join(HERE, name)));
  /** @type {Promise<Program> | undefined} */
  let program;
  return Promise.all(
    models.map(async (model) => {
      const hash = createHash('sha256');
      for (const content of [...code, readFileSync(model)]) hash.update(content);
      return remembered(join(kept, `${hash.digest('hex').slice(0, 16)}.json`), async () => {
        program ??= start(modules, bundled);
        return found(model, await program, Object.keys(layerFiles(modules)));
      });
    }),
  );
}

/**
 * @param {string} file  that holds it, or will hold it
 * @param {() => Promise<Needs>} find
 * @returns {Promise<Needs>}
 */
async function remembered(file, find) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    const result = await find();
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(result));
      renameSync(`${file}.${process.pid}`, file); // whole, whoever else writes it
    } catch {} // where nothing can be kept, it is found anew each time
    return result;
  }
}

/** @param {string} modules @param {Tools['bundled']} bundled @returns {Promise<Program>} */
async function start(modules, bundled) {
  const everything = { layers: Object.keys(layerFiles(modules)), kernels: allKernels(modules) };
  const plugins = [parts(everything, modules), without(UNUSED)];
  const code = await bundled('tensorflow/needs.js', { plugins, format: 'esm', minify: false });
  Object.assign(globalThis, { WorkerGlobalScope: Object }); // or TensorFlow.js would look for what it has for Node
  /** @type {Program} */
  const program = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  await program.start();
  return program;
}

/**
 * @param {string} model  the file @param {Program} program @param {string[]} known  classes of layers
 * @returns {Promise<Needs>}
 * @throws {Refused}
 */
async function found(model, program, known) {
  const files = artifacts(model);
  try {
    const { kernels, operations } = await program.needs(files);
    const layers = new Set(classes(files.modelTopology).filter((name) => known.includes(name)));
    return { layers: [...layers].sort(), kernels: kernels.sort(), operations };
  } catch (reason) {
    const why = reason instanceof Error ? reason.message : String(reason);
    throw new Refused(`${model} holds a network that a page cannot run: ${why}`);
  }
}

/** @param {string} file  model.json @returns {import('./js/tensorflow/model.js').ModelArtifacts} */
function artifacts(file) {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(file, 'utf8'));
  const paths = weightsManifest.flatMap((/** @type {{paths: string[]}} */ group) => group.paths);
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap((/** @type {{weights: object[]}} */ group) => group.weights),
    weightData: paths.map(
      (/** @type {string} */ path) => new Uint8Array(readFileSync(join(dirname(file), path))).buffer,
    ),
  };
}

/** @param {unknown} value  of JSON @returns {string[]} every class_name in it */
function classes(value) {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'class_name' in value && typeof value.class_name === 'string' ? [value.class_name] : [];
  return [...own, ...Object.values(value).flatMap(classes)];
}
