/**
 * Which of TensorFlow.js's backends computes. Plain JavaScript answers first: it is a fifth of WebAssembly's bytes, and
 * one digit takes it a few milliseconds. With the first answer given, WebAssembly is fetched and takes over; weights
 * move by themselves. Where there is no WebAssembly with SIMD, or the host's policy forbids it, plain JavaScript stays.
 */
import './kernels_cpu.js';
import { setBackend } from '@tensorflow/tfjs-core';

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
   * @param {() => Promise<import('./wasm.js').Wasm>} delivered
   * @param {() => Promise<void>} changed  called when it has taken over
   * @returns {Promise<void>}
   */
  upgrade(delivered, changed) {
    this.#upgraded ??= change(delivered).then(
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

/** @param {() => Promise<import('./wasm.js').Wasm>} delivered @returns {Promise<boolean>} */
async function change(delivered) {
  const { register, address } = await delivered();
  await register(address);
  return setBackend('wasm');
}
