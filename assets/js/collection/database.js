/**
 * Samples kept in this browser, in IndexedDB: a class of thirty pupils may draw more than localStorage has room for. Where the
 * browser keeps nothing (closed storage, a sandboxed frame), every call does nothing and says so.
 */

/** @typedef {import('./samples.js').Sample} Sample */

const STORE = 'samples';
const VERSION = 1;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
const completed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

export class Database {
  #opened;
  /** Samples on their way: a page that is closed takes them along. @type {Map<string, Sample>} */
  #pending = new Map();

  /** @param {string} page  its name: all pages of an origin, and those opened from files, share one place */
  constructor(page) {
    this.#opened = open(`digitjs.samples ${page}`);
    this.#opened.catch(() => {}); // whoever uses it is told
  }

  /** @returns {Promise<Sample[] | null>} null where nothing can be kept */
  async all() {
    try {
      return await answered((await this.#opened).transaction(STORE).objectStore(STORE).getAll());
    } catch {
      return null;
    }
  }

  /** What is not kept yet, for the page to keep elsewhere while it is closed. @returns {Sample[]} */
  get pending() {
    return [...this.#pending.values()];
  }

  /** @param {Sample[]} samples @returns {Promise<boolean>} whether they are kept */
  async put(samples) {
    for (const sample of samples) this.#pending.set(sample.id, sample);
    const kept = await this.#write((store) => {
      for (const sample of samples) store.put(sample);
    });
    for (const sample of samples) {
      if (kept && this.#pending.get(sample.id) === sample) this.#pending.delete(sample.id);
    }
    return kept;
  }

  /** @returns {Promise<boolean>} whether nothing is kept any more */
  clear() {
    this.#pending.clear();
    return this.#write((store) => store.clear());
  }

  /** @param {(store: IDBObjectStore) => unknown} change */
  async #write(change) {
    try {
      const transaction = (await this.#opened).transaction(STORE, 'readwrite');
      change(transaction.objectStore(STORE));
      await completed(transaction);
      return true;
    } catch {
      return false; // full, or closed to this page
    }
  }
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
async function open(name) {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
  return answered(request);
}
