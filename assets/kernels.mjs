/** The modules `kernels:cpu` and `kernels:wasm`: each registers the kernels of js/tensorflow/kernels.json with its backend. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), 'js/tensorflow');

/** @param {string} backend  cpu or wasm @returns {string} the source of its module */
function registering(backend) {
  /** @type {string[]} */
  const kernels = JSON.parse(readFileSync(join(SOURCES, 'kernels.json'), 'utf8'));
  const configs = kernels.map((kernel) => `${kernel.replace(/[A-Z]/, (first) => first.toLowerCase())}Config`);
  const imports = kernels.map(
    (kernel, i) => `import { ${configs[i]} } from '@tensorflow/tfjs-backend-${backend}/dist/kernels/${kernel}';`,
  );
  return [
    ...imports,
    "import { registerKernel } from '@tensorflow/tfjs-core/dist/kernel_registry';",
    `for (const kernel of [${configs}]) registerKernel(kernel);`,
  ].join('\n');
}

/** @type {import('esbuild').Plugin} */
export const kernels = {
  name: 'kernels',
  setup(build) {
    build.onResolve({ filter: /^kernels:/ }, ({ path }) => ({ path, namespace: 'kernels' }));
    build.onLoad({ filter: /^kernels:/, namespace: 'kernels' }, ({ path }) => ({
      contents: registering(path.replace('kernels:', '')),
      resolveDir: SOURCES, // so that TensorFlow.js is found where other scripts find it, and bundled once
    }));
  },
};
