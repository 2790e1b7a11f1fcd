/** Inside a worker: a library of networks that is asked by messages, and answers one after the other. */

/** @typedef {NonNullable<typeof globalThis.digitjsNetwork>} Library */
/** @typedef {import('./bundle.js').Network} Network */
/**
 * What can be asked, by name.
 * @typedef {object} Service
 * @property {(address: string | undefined) => Promise<void>} start  with WebAssembly's binary from there, if at all
 * @property {(name: string, files: import('./model.js').ModelArtifacts) => Promise<void>} load
 * @property {(name: string, images: Float32Array, count: number) => ReturnType<Network['probabilities']>} probabilities
 * @property {(name: string, image: Float32Array) => ReturnType<Network['activations']>} activations
 */
/** @typedef {{id: number, what: keyof Service, values: any[]}} Question */
/** @typedef {{id: number, result?: any, failure?: string}} Reply */

/** @param {Library} library */
export function serve(library) {
  /** @type {Map<string, Network>} */
  const networks = new Map();
  const named = (/** @type {string} */ name) => /** @type {Network} */ (networks.get(name));
  /** @type {Service} */
  const service = {
    start: async (address) => {
      const register = globalThis.digitjsWasmBackend;
      if (register && address) await library.accelerate(async () => ({ register, address }));
    },
    load: async (name, files) => {
      networks.set(name, await library.load(files));
    },
    probabilities: (name, images, count) => named(name).probabilities(images, count),
    activations: (name, image) => named(name).activations(image),
  };
  globalThis.onmessage = async ({ data }) => {
    const { id, what, values } = /** @type {Question} */ (data);
    /** @type {Reply} */
    const reply = { id };
    try {
      reply.result = await /** @type {(...values: any[]) => unknown} */ (service[what])(...values);
    } catch (reason) {
      reply.failure = reason instanceof Error ? reason.message : String(reason);
    }
    globalThis.postMessage(reply);
  };
}
