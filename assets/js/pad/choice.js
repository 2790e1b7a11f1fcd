/** What of a site one drawing pad uses, wherever the page around it lies. Pure. */

import { restricted } from '../recognition/restrict.js';

/** @typedef {import('../config.js').Site} Site */
/** @typedef {import('../config.js').SiteFile} SiteFile */
/** @typedef {import('../session.js').Loader} Loader */
/** @typedef {{networks: string[], classes: string[]}} Choice  empty: the first network, every class */

export const EVERY = 'all';

/**
 * Names as an attribute lists them.
 * @param {string | null} text  separated by commas, where there is one, or else by white space
 * @returns {string[]}
 */
export function names(text) {
  const all = (text ?? '').split(text?.includes(',') ? ',' : /\s+/).map((name) => name.trim());
  return all.filter((name) => name !== '');
}

/**
 * A site as pages elsewhere load it.
 * @param {Site} site  its addresses are relative to its own pages
 * @param {string} script  the address of the script that lies beside them
 * @param {string} origin  of the page
 * @returns {Site}
 */
export function located(site, script, origin) {
  /** @param {string} address */
  const at = (address) => new URL(address, script).href;
  // Of another host's script, a browser checks the hash only where that host sends CORS headers, and else refuses it.
  const checks = new URL(script).origin === origin;
  /** @param {SiteFile} file */
  const file = ({ address, integrity }) => ({ address: at(address), integrity });
  const { texts, ...files } = site.bundle;
  const bundle = /** @type {Site['bundle']} */ ({ ...mapped(files, at), texts: mapped(texts, at) });
  const networks = site.networks.map((network) => ({
    ...network,
    files: network.files.map(file),
    script: { address: at(network.script.address), integrity: checks ? network.script.integrity : '' },
  }));
  return { ...site, bundle, networks };
}

/** @param {Record<string, string>} values @param {(value: string) => string} change */
const mapped = (values, change) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));

/**
 * A site of the networks and classes that are chosen.
 * @param {Site} site @param {Choice} choice
 * @returns {{site: Site, places: number[] | null}} places: of its classes among all of them; null where it has all
 * @throws {Error} there is no such network or class
 */
export function narrowed(site, { networks, classes }) {
  const known = site.networks.map(({ name }) => name);
  require(networks, [...known, EVERY], 'network');
  require(classes, site.task.classes, 'class');
  const every = networks.includes(EVERY);
  const own = site.networks.filter(({ name }, i) => every || (networks.length > 0 ? networks.includes(name) : i === 0));
  if (classes.length === 0) return { site: { ...site, networks: own }, places: null };
  const places = site.task.classes.flatMap((name, place) => (classes.includes(name) ? [place] : []));
  const task = { ...site.task, classes: places.map((place) => site.task.classes[place]), unsigned: true };
  return { site: { ...site, networks: own, task }, places };
}

/** @param {string[]} wanted @param {string[]} known @param {string} what */
function require(wanted, known, what) {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Error(`No ${what} is called ${JSON.stringify(unknown)}: choose of ${known.join(', ')}`);
}

/** @param {Loader} loader @param {number[] | null} places @returns {Loader} of networks that tell these classes apart */
export function loading(loader, places) {
  if (!places) return loader;
  return {
    load: async (info, progress) => {
      const network = await loader.load(info, progress);
      return {
        ...network,
        probabilities: (images, count, signal) => {
          const all = network.probabilities(images, count, signal);
          if (all instanceof Promise) return all.then((answers) => restricted(answers, count, places));
          return restricted(all, count, places);
        },
      };
    },
    accelerate: () => loader.accelerate(),
    tensors: () => loader.tensors(),
  };
}
