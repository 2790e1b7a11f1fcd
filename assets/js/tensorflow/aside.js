/**
 * Networks in a worker, for those that take so long to answer that the pen would wait. It runs the same script as the page,
 * from the text of its function: a page opened as a file cannot name a file to a worker.
 */

/** @typedef {import('./bundle.js').Network} Network */
/** @typedef {import('./bundle.js').Signal} Signal */
/** @typedef {import('./model.js').ModelArtifacts} ModelArtifacts */
/** @typedef {import('./serve.js').Reply} Reply */
/** @typedef {{resolve: (result: any) => void, reject: (reason: Error) => void}} Waiting */

export class Aside {
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #next = 0;
  #code;
  #worker;

  /**
   * @param {(() => void)[]} scripts  functions to run in it, which know nothing of the page
   * @throws {DOMException} the host forbids workers
   */
  constructor(scripts) {
    const code = new Blob(
      scripts.map((script) => `(${script})();\n`),
      { type: 'text/javascript' },
    );
    this.#code = URL.createObjectURL(code);
    this.#worker = new Worker(this.#code);
    this.#worker.onmessage = ({ data }) => this.#settle(data);
    this.#worker.onerror = ({ message }) => {
      for (const id of this.#waiting.keys()) this.#settle({ id, failure: message ?? 'No worker could be started' });
    };
  }

  /** @param {string | undefined} address  of WebAssembly's binary @returns {Promise<void>} when it can load networks */
  start(address) {
    return this.#ask('start', address).finally(() => URL.revokeObjectURL(this.#code));
  }

  /** @param {string} name @param {Promise<ModelArtifacts>} artifacts @returns {Promise<Network>} */
  async load(name, artifacts) {
    await this.#ask('load', name, await artifacts);
    return {
      probabilities: (images, count, signal) => this.#probabilities(name, { images, count, signal }),
      activations: (image) => this.#ask('activations', name, image),
    };
  }

  /**
   * One image at a time, so that whoever no longer needs the answer frees the worker for the next.
   * @param {string} name @param {{images: Float32Array, count: number, signal?: Signal}} question
   * @returns {Promise<Float32Array>}
   */
  async #probabilities(name, { images, count, signal }) {
    const size = images.length / count;
    /** @type {number[]} */
    const all = [];
    for (let i = 0; i < count; i++) {
      signal?.throwIfAborted();
      all.push(...(await this.#ask('probabilities', name, images.slice(i * size, (i + 1) * size), 1)));
    }
    return Float32Array.from(all);
  }

  /** @param {keyof import('./serve.js').Service} what @param {any[]} values @returns {Promise<any>} */
  #ask(what, ...values) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, what, values });
    });
  }

  /** @param {Reply} reply */
  #settle({ id, result, failure }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(failure));
  }
}
