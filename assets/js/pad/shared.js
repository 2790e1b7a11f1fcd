/** What all drawing pads of a page share: the site beside their script, TensorFlow.js and the networks, and one style. */

import { Networks } from '../tensorflow/loader.js';
import { located } from './choice.js';

/** @typedef {import('../config.js').Site & {columns: boolean}} PadSite  columns: the bars of the classes stand side by side */

const { currentScript } = document;
const own = /** @type {HTMLScriptElement | null} */ (
  currentScript ?? document.querySelector('script[src$="draw-pad.js"]')
);
if (!own?.src) throw new Error('Include draw-pad.js with a script element that names its address in src');

const given = /** @type {PadSite} */ (globalThis.digitjsPad);
/** @type {PadSite} */
export const site = { ...located(given, own.src, location.origin), columns: given.columns };

export const networks = new Networks(site, Promise.resolve());

/** Not a style element: a page's policy may forbid those. */
export const style = new CSSStyleSheet();
style.replaceSync(PAD_STYLE);
