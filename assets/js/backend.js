/** Start TensorFlow.js: WebAssembly with SIMD where the browser has it, plain JavaScript everywhere else. */
import './kernels.js';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm/dist/base';
import { env, setBackend } from '@tensorflow/tfjs-core';
import * as site from './site.js';

/** @type {Promise<string> | undefined} */
let started;

/**
 * @param {site.Site} config
 * @returns {Promise<string>} the backend's name; started once, and tried again after a failure
 */
export function start(config) {
  started ??= choose(config).catch((reason) => {
    started = undefined;
    throw reason;
  });
  return started;
}

/** @param {site.Site} config */
async function choose(config) {
  // Threads need cross-origin isolation, which a static host does not give; networks this small would not gain.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) {
    const address = site.fromFile ? await dataAddress(config.wasmScript) : config.wasm;
    setWasmPaths({
      'tfjs-backend-wasm.wasm': address,
      'tfjs-backend-wasm-simd.wasm': address,
      'tfjs-backend-wasm-threaded-simd.wasm': address,
    });
    if (await setBackend('wasm')) return 'wasm';
  }
  await site.script(config.cpu);
  await setBackend('cpu');
  return 'cpu';
}

/** @param {string} script  address of the script that sets digitjsWasm */
async function dataAddress(script) {
  await site.script(script);
  const address = `data:application/octet-stream;base64,${globalThis.digitjsWasm}`;
  globalThis.digitjsWasm = undefined; // half a megabyte that nobody needs again
  return address;
}
