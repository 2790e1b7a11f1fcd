/**
 * The plain JavaScript backend, a script of its own: only browsers without WebAssembly SIMD load it. TensorFlow.js keeps
 * its engine and its kernel registry on globalThis, so registering here reaches the page's copy.
 */
import '@tensorflow/tfjs-backend-cpu';
