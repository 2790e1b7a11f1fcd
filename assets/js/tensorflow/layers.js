/**
 * The layers that image classifiers are made of: importing a module registers its classes by name. Recurrent, text and
 * preprocessing layers stay out of the bundle.
 */
import '@tensorflow/tfjs-layers/dist/layers/advanced_activations';
import '@tensorflow/tfjs-layers/dist/layers/convolutional';
import '@tensorflow/tfjs-layers/dist/layers/convolutional_depthwise';
import '@tensorflow/tfjs-layers/dist/layers/core';
import '@tensorflow/tfjs-layers/dist/layers/normalization';
import '@tensorflow/tfjs-layers/dist/layers/padding';
import '@tensorflow/tfjs-layers/dist/layers/pooling';
