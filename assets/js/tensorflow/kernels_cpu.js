/**
 * The plain JavaScript backend with the kernels that image classifiers use, and no others: it answers while WebAssembly
 * is still on its way, and wherever that does not run. A network that needs another kernel fails to load with its name
 * in the message: add it to kernels.json.
 */
import '@tensorflow/tfjs-backend-cpu/dist/base';
import 'kernels:cpu';
import { batchNormConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/BatchNorm';
import { registerKernel } from '@tensorflow/tfjs-core/dist/kernel_registry';

registerKernel(batchNormConfig); // WebAssembly's backend names its module otherwise
