/**
 * The plain JavaScript backend with the kernels that the site's networks use, and no others: it answers while WebAssembly is
 * still on its way, and wherever that does not run.
 */
import '@tensorflow/tfjs-backend-cpu/dist/base';
import 'kernels:cpu';
