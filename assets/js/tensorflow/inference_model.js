/**
 * What tfjs-layers calls a model, without its training: in the bundle this stands in the place of
 * `@tensorflow/tfjs-layers/dist/engine/training` (see treeshake.mjs), a tenth of whose code answers.
 */
import { serialization } from '@tensorflow/tfjs-core';
import { Container } from '@tensorflow/tfjs-layers/dist/engine/container';

export class LayersModel extends Container {}
LayersModel.className = 'Model';
serialization.registerClass(LayersModel);

export class Functional extends LayersModel {}
Functional.className = 'Functional';
serialization.registerClass(Functional);
