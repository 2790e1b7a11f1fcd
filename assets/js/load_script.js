/** Files of this build, wherever the page lies: fetched, or run as a script where a page may not fetch. */

/**
 * Whether this page may fetch its files. Pages opened by double click and pages in a sandboxed frame have an opaque
 * origin, to which every host is foreign: what they need comes through script elements.
 */
export const fetches = () => location.protocol !== 'file:' && origin !== 'null';

/** @type {RequestInit} past every cache, the service worker's too */
export const RENEWED = { cache: 'reload' };

/** A file of this build that the host does not deliver: it is missing, or something else is sent in its place. */
export class Undelivered extends Error {
  /** @param {string} address */
  constructor(address) {
    const file = address.replace(/\?.*/, '');
    super(`${file} is missing, or not the file of this build`);
    this.file = file;
  }
}

/**
 * What a classic script of this site leaves on globalThis. Where it is not there yet the script is run, and once more past
 * every cache: one may hold what the host answered while the file was not there.
 * @template T
 * @param {() => T | undefined} find
 * @param {string} address  of the script
 * @param {string} [integrity]  checked where the page may fetch: elsewhere browsers refuse every script that has one
 * @returns {Promise<T>}
 * @throws {Undelivered}
 */
export async function provided(find, address, integrity = '') {
  if (!find()) await run(address, integrity);
  if (!find()) {
    await fetch(address, RENEWED).catch(() => {});
    await run(address, integrity);
  }
  const found = find();
  if (!found) throw new Undelivered(address);
  return found;
}

/** @param {string} address @param {string} integrity @returns {Promise<unknown>} when it has run, or failed to */
function run(address, integrity) {
  return new Promise((done) => {
    const tag = document.createElement('script');
    tag.src = address;
    if (fetches()) tag.integrity = integrity;
    tag.onload = done;
    tag.onerror = done;
    document.head.append(tag);
  });
}
