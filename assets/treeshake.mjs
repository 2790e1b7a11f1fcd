/**
 * What TensorFlow.js brings along and a page that only predicts never runs: training, storing models, threads, strings
 * and sparse tensors. Half of the bundle; esbuild cannot leave it out by itself, because it hangs together by imports.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = [
  'register_all_gradients',
  'tfjs-backend-wasm-threaded-simd',
  'platforms/platform_node',
  'tfjs-core/dist/hash_util', // and with it 64-bit integers
  'tfjs-core/dist/profiler',
  'tfjs-core/dist/tape',
  'tfjs-core/dist/tensor_format', // printing
  'tfjs-core/dist/io/(browser_files|http|indexed_db|local_storage|model_management|passthrough|router_registry|weights_loader)', // tensorflow/loader.js fetches
  'tfjs-core/dist/optimizers/(optimizer_constructors|register_optimizers)',
  'tfjs-core/dist/ops/(linalg|sparse)/',
  'tfjs-core/dist/ops/(rand|eye|dropout)(_util)?\\.',
  'tfjs-core/dist/ops/\\w+_backprop_filter', // of fused layers
  'tfjs-core/dist/ops/(bincount|einsum|gather_nd|nonmax|norm|ragged_to_dense|rotate|scatter_nd|segment)(_util)?\\.',
  'tfjs-core/dist/backends/(complex_util|einsum_util|non_max_suppression_impl|non_max_suppression_util)',
  'tfjs-layers/dist/(base_callbacks|engine/training_dataset)',
];

/** @param {string} pattern  of a path with slashes @returns {string} the same with Windows's backslashes too */
const anySlash = (pattern) => pattern.replaceAll('/', '[\\\\/]');

/** Weights come from Keras. Within inner networks, TensorFlow.js makes random ones before it takes those. */
const RANDOM = new RegExp(anySlash('tfjs-core/dist/ops/(random_normal|random_uniform|truncated_normal)\\.js$'));

export const UNUSED = new RegExp(`(${anySlash(MODULES.join('|'))})[\\w.-]*$`);

const TRAINING = new RegExp(anySlash('tfjs-layers/dist/engine/training\\.js$'));
const UNTRAINED = join(dirname(fileURLToPath(import.meta.url)), 'js/tensorflow/inference_model.js');

/**
 * Called while tfjs-core is imported or chooses its backend: these do nothing instead of complaining. tfjs-core would
 * catch the complaint, but the stack of an error costs 40 ms before the page is ready: for it the whole bundle is parsed
 * again.
 */
const CALLED = /profiler|register_optimizers|indexed_db|local_storage|model_management/;

/** The second script finds the platform that the first one set. */
export const SECOND = new RegExp(`${UNUSED.source}|${anySlash('platforms/platform_browser')}`);

/** @param {string} source @returns {string[]} the names a module exports */
function names(source) {
  const found = source.matchAll(/^export (?:async )?(?:class|function|const|let) (\w+)/gm);
  const lists = source.matchAll(/^export \{([^}]+)\}/gm);
  const listed = [...lists].flatMap(([, list]) =>
    list.split(',').map((item) => item.split(' as ').at(-1)?.trim() ?? ''),
  );
  return [...new Set([...[...found].map(([, name]) => name), ...listed])].filter((name) => name && name !== 'default');
}

/**
 * Replace modules by the same names that only say, when called, that they are not there.
 * @param {RegExp} unused
 * @returns {import('esbuild').Plugin}
 */
export const without = (unused) => ({
  name: 'without',
  setup(build) {
    build.onLoad({ filter: TRAINING }, () => ({ contents: `export * from ${JSON.stringify(UNTRAINED)};` }));
    build.onLoad({ filter: RANDOM }, async ({ path }) => {
      const exported = names(await readFile(path, 'utf8')).map(
        (name) => `export const ${name} = (shape) => zeros(shape);`,
      );
      return { contents: `import { zeros } from './zeros';\n${exported.join('\n')}`, resolveDir: dirname(path) };
    });
    build.onLoad({ filter: unused }, async ({ path }) => {
      const given = names(await readFile(path, 'utf8'));
      const complaint = CALLED.test(path) ? '' : `throw new Error('left out of the bundle: ${basename(path)}');`;
      const absent = `function absent() { ${complaint} }\nabsent.registerManager = absent;`; // of models in the browser
      const exported = [...given, 'wasmWorkerContents'].map((name) => `export { absent as ${name} };`);
      return { contents: `${absent}\nexport default absent;\n${[...new Set(exported)].join('\n')}`, loader: 'js' };
    });
  },
});
