/**
 * The WebAssembly backend, ten times as fast, with the same kernels: a script of its own, run when the first answer is
 * given. TensorFlow.js keeps its engine and its kernel registry on globalThis, so registering here reaches the page's copy.
 */
import 'kernels:wasm';
import { BackendWasm, init, setWasmPaths } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { env, registerBackend } from '@tensorflow/tfjs-core';

// Threads need cross-origin isolation, which a static host does not give; networks this small would not gain.
env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);

globalThis.digitjsWasmBackend = async (address) => {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': address,
    'tfjs-backend-wasm-simd.wasm': address,
    'tfjs-backend-wasm-threaded-simd.wasm': address,
  });
  // Registered when it is ready and not before: TensorFlow.js would have no backend at all while this one starts.
  const { wasm } = await init();
  registerBackend('wasm', () => new BackendWasm(wasm));
};
