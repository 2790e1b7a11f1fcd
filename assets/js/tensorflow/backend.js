/**
 * Which of TensorFlow.js's backends computes. Plain JavaScript answers first: it is a fifth of WebAssembly's bytes, and
 * one digit takes it a few milliseconds. With the first answer given, WebAssembly is fetched and takes over; weights
 * move by themselves. Where there is no WebAssembly with SIMD, or the host's policy forbids it, plain JavaScript stays.
 */
import './kernels_cpu.js';
import { setBackend } from '@tensorflow/tfjs-core';
import { fetches, provided } from '../load_script.js';

export class Backend {
  /** @type {Promise<boolean> | undefined} */
  #started;
  /** @type {Promise<void> | undefined} */
  #upgraded;

  /** @returns {Promise<boolean>} */
  start() {
    this.#started ??= setBackend('cpu');
    return this.#started;
  }

  /**
   * Change to WebAssembly, once; failing leaves everything as it is.
   * @param {import('../config.js').Site} config
   * @param {() => Promise<void>} changed  called when it has taken over
   * @returns {Promise<void>}
   */
  upgrade(config, changed) {
    this.#upgraded ??= change(config).then(
      async (done) => {
        if (done) await changed();
      },
      async () => {
        await setBackend('cpu');
      },
    );
    return this.#upgraded;
  }
}

/** @param {import('../config.js').Site} config @returns {Promise<boolean>} */
async function change(config) {
  new WebAssembly.Module(SIMD); // throws before anything is loaded in vain
  const [register, wasm] = await Promise.all([
    provided(() => globalThis.digitjsWasmBackend, config.bundle.backend),
    fetches() ? undefined : provided(() => globalThis.digitjsWasm, config.bundle.wasmScript),
  ]);
  await register(wasm ? `data:application/octet-stream;base64,${wasm}` : config.bundle.wasm);
  globalThis.digitjsWasm = undefined; // free half a megabyte
  return setBackend('wasm');
}

/** A module that uses one SIMD instruction: it compiles only where the browser supports it. */
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
]);
