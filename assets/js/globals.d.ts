import type { Contract } from './api.js';
import type { library as picture } from './picture/trace.js';
import type { library } from './tensorflow/bundle.js';
import type { Catalogue } from './view/i18n.js';

/** One model as models/NAME/model.js hands it over, for pages opened from a file. */
interface ModelScript {
  modelTopology: object;
  weightSpecs: import('@tensorflow/tfjs-core').io.WeightsManifestEntry[];
  weights: string;
}

declare global {
  var digitjs: Contract;
  var digitjsModels: Record<string, ModelScript> | undefined;
  /** Images of the test set, one of a class or a few, which is a place in the task's list; pixels are bytes as base64, 255 is ink. */
  var digitjsExamples: { label: number; pixels: string }[] | undefined;
  /** What tensorflow/bundle.js gives to tensorflow/loader.js. */
  var digitjsNetwork: ReturnType<typeof library> | undefined;
  /** The scripts that a worker runs too, as functions: build.mjs wraps them. */
  var digitjsCode: { network?: () => void; backend?: () => void } | undefined;
  /** What picture/trace.js gives to picture/import.js. */
  var digitjsPicture: typeof picture | undefined;
  /** Start the WebAssembly backend from its binary's address. */
  var digitjsWasmBackend: ((address: string) => Promise<void>) | undefined;
  var digitjsWasm: string | undefined;
  var digitjsText: Record<string, Catalogue> | undefined;
}
