/**
 * What TensorFlow.js brings along and a page that only predicts never runs: training, storing models, threads, strings
 * and sparse tensors. A third of the bundle; esbuild cannot leave it out by itself, because it hangs together by imports.
 */
import { readFile } from 'node:fs/promises';

const MODULES = [
  'register_all_gradients',
  'tfjs-backend-wasm-threaded-simd',
  'platforms/platform_node',
  'tfjs-core/dist/hash_util', // and with it 64-bit integers
  'tfjs-core/dist/io/(browser_files|indexed_db|local_storage)',
  'tfjs-core/dist/optimizers/(optimizer_constructors|register_optimizers)',
  'tfjs-core/dist/ops/(einsum_util|ragged_to_dense_util|rotate_util|scatter_nd_util|segment_util)',
  'tfjs-core/dist/ops/sparse/',
  'tfjs-core/dist/backends/(complex_util|einsum_util|non_max_suppression_impl|non_max_suppression_util)',
  'tfjs-layers/dist/(base_callbacks|engine/training_dataset)',
];

export const UNUSED = new RegExp(`(${MODULES.join('|')})[\\w.-]*$`);

/** Called while tfjs-core is imported: it does nothing instead of complaining. */
const CALLED = /register_optimizers/;

/** The second script finds the platform that the first one set. */
export const SECOND = new RegExp(`${UNUSED.source}|platforms/platform_browser`);

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
    build.onLoad({ filter: unused }, async ({ path }) => {
      const given = names(await readFile(path, 'utf8'));
      const complaint = CALLED.test(path)
        ? ''
        : `throw new Error('left out of the bundle: ${path.split('/').at(-1)}');`;
      const absent = `function absent() { ${complaint} }`;
      const exported = [...given, 'wasmWorkerContents'].map((name) => `export { absent as ${name} };`);
      return { contents: `${absent}\nexport default absent;\n${[...new Set(exported)].join('\n')}`, loader: 'js' };
    });
  },
});
