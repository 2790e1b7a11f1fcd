/** Lines for the server of the owner's file, cut into requests that it takes. No DOM. */

import { byteLength } from './samples.js';

/** @typedef {import('./samples.js').Sample} Sample */
/** @typedef {{samples: Sample[], body: string}} Request */

const MOST = 2 ** 24; // bytes of a request; the server takes twice as many
const LONGEST = 2 ** 20; // bytes of a line that it takes

/**
 * Each request can be taken without the others. A line that is too long to be taken goes alone, so that it keeps none out.
 * @param {{sample: Sample, line: object}[]} news @param {number} [most]  bytes
 * @returns {Request[]}
 */
export function requests(news, most = MOST) {
  /** @type {Request[]} */
  const all = [];
  /** @type {{samples: Sample[], lines: string[], bytes: number}} */
  let open = { samples: [], lines: [], bytes: 0 };
  const close = () => {
    if (open.lines.length > 0) all.push({ samples: open.samples, body: open.lines.join('') });
    open = { samples: [], lines: [], bytes: 0 };
  };
  for (const { sample, line } of news) {
    const text = `${JSON.stringify(line)}\n`;
    const bytes = byteLength(text);
    if (bytes > LONGEST) {
      all.push({ samples: [sample], body: text });
      continue;
    }
    if (open.bytes + bytes > most) close();
    open.samples.push(sample);
    open.lines.push(text);
    open.bytes += bytes;
  }
  close();
  return all;
}
