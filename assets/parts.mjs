/**
 * The parts of TensorFlow.js that a script has: classes of layers, and kernels, which are functions of a backend. Importing
 * the module `layers:used` registers the ones, `kernels:cpu` and `kernels:wasm` the others.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), 'js/tensorflow');
const LAYERS = '@tensorflow/tfjs-layers/dist/layers';
const MODULES = /tfjs-layers[\\/]dist[\\/]layers[\\/](preprocessing[\\/])?\w+\.js$/;
/** Where a backend's kernel is not in the module of its name. @type {Record<string, Record<string, string>>} */
const ELSEWHERE = { cpu: { FusedBatchNorm: 'BatchNorm' }, wasm: {} };

/** @typedef {{layers: string[], kernels: string[]}} Parts  by the names that models know them by */

/** @param {string} modules  the folder node_modules @returns {Record<string, string>} the file of each class of layers */
export function layerFiles(modules) {
  const folder = join(modules, LAYERS);
  const files = ['', 'preprocessing/'].flatMap((below) => readdirSync(join(folder, below)).map((name) => below + name));
  return Object.fromEntries(
    files
      .filter((file) => MODULES.test(`${LAYERS}/${file}`))
      .flatMap((file) => registered(readFileSync(join(folder, file), 'utf8')).map((name) => [name, file])),
  );
}

/** @param {string} source @returns {string[]} */
const registered = (source) =>
  [...source.matchAll(/^serialization\.registerClass\((\w+)\);/gm)].map(([, name]) => name);

/** @param {string} modules  the folder node_modules @returns {string[]} the kernels that both backends have */
export function allKernels(modules) {
  const [cpu, wasm] = ['cpu', 'wasm'].map((backend) => {
    const files = readdirSync(join(modules, `@tensorflow/tfjs-backend-${backend}/dist/kernels`));
    const names = files
      .filter((file) => /^_?[A-Z]\w*(?<!_[Ii]mpl|Grad)\.js$/.test(file))
      .map((file) => file.slice(0, -3));
    return names.map((name) => Object.entries(ELSEWHERE[backend]).find(([, file]) => file === name)?.[0] ?? name);
  });
  return cpu.filter((kernel) => wasm.includes(kernel));
}

/** @param {string} backend  cpu or wasm @param {string[]} kernels @returns {string} the source of its module */
function registering(backend, kernels) {
  const all = kernels.map((kernel, i) => {
    const file = ELSEWHERE[backend][kernel] ?? kernel;
    const config = file.replace(/^_?[A-Z](?=[a-z])/, (start) => start.toLowerCase());
    return `import { ${config}Config as kernel${i} } from '@tensorflow/tfjs-backend-${backend}/dist/kernels/${file}';`;
  });
  return [
    ...all,
    "import { registerKernel } from '@tensorflow/tfjs-core/dist/kernel_registry';",
    `for (const kernel of [${kernels.map((_, i) => `kernel${i}`)}]) registerKernel(kernel);`,
  ].join('\n');
}

/**
 * @param {Parts} parts  what a script gets
 * @param {string} modules  the folder node_modules
 * @returns {import('esbuild').Plugin}
 */
export const parts = ({ layers, kernels }, modules) => ({
  name: 'parts',
  setup(build) {
    const files = layerFiles(modules);
    const used = [...new Set(layers.map((name) => files[name]))].map((file) => `import '${LAYERS}/${file}';`);
    build.onResolve({ filter: /^(kernels|layers):/ }, ({ path }) => ({ path, namespace: 'parts' }));
    build.onLoad({ filter: /./, namespace: 'parts' }, ({ path }) => ({
      contents: path === 'layers:used' ? used.join('\n') : registering(path.replace('kernels:', ''), kernels),
      resolveDir: SOURCES, // so that TensorFlow.js is found where other scripts find it, and bundled once
    }));
    // A file has several classes. One that nothing mentions is left out, with all that it alone imports.
    build.onLoad({ filter: MODULES }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        /^(?:(\w+)\.className = .*|serialization\.registerClass\((\w+)\);)$/gm,
        (line, named, listed) => (layers.includes(named ?? listed) ? line : ''),
      ),
    }));
  },
});
