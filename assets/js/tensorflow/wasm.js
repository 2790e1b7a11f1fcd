/** The WebAssembly backend's files. */
import { fetches, provided } from '../load_script.js';

/**
 * @typedef {object} Wasm
 * @property {NonNullable<typeof globalThis.digitjsWasmBackend>} register
 * @property {string} address  of the binary, for `register`
 */

/**
 * @param {import('../config.js').Site} config
 * @returns {Promise<Wasm>}
 * @throws {WebAssembly.CompileError} before anything is loaded in vain, where browser or host forbid it
 */
export async function wasm({ bundle }) {
  new WebAssembly.Module(SIMD);
  const [register, content] = await Promise.all([
    provided(() => globalThis.digitjsWasmBackend, bundle.backend),
    fetches() ? undefined : provided(() => globalThis.digitjsWasm, bundle.wasmScript),
  ]);
  globalThis.digitjsWasm = undefined; // free half a megabyte
  const address = content ? `data:application/octet-stream;base64,${content}` : bundle.wasm;
  return { register, address: new URL(address, document.baseURI).href };
}

/** A module that uses one SIMD instruction: it compiles only where the browser supports it. */
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
]);
