/**
 * node rasterize.mjs [--framing JSON] [--tidy] < drawings.jsonl > images
 * Frame and rasterise drawings with the page's own module, so that a network is trained on what the page will give it:
 * a line of JSON [[[x, y], …], …] for each, and size × size little-endian float32 values in [0, 1] for each, framed as
 * MNIST unless the framing is given. With --tidy stray taps are left out, as where no symbol has dots.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { parseArgs } from 'node:util';
import { MNIST, rasterize } from './js/recognition/rasterize.js';

/** @typedef {import('./js/geometry.js').Stroke} Stroke */

const { framing: given, tidy } = parseArgs({
  options: { framing: { type: 'string' }, tidy: { type: 'boolean', default: false } },
}).values;
/** @type {import('./js/recognition/rasterize.js').Framing} */
const framing = given ? JSON.parse(given) : MNIST;
const drawings = readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => /** @type {Stroke[]} */ (JSON.parse(line)));
const images = drawings.map((strokes) => {
  const { image } = rasterize(strokes, framing, tidy);
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  return endianness() === 'LE' ? bytes : bytes.swap32();
});
writeFileSync(1, Buffer.concat(images));
