/**
 * node rasterize.mjs [--tidy] < drawings.jsonl > images
 * Frame and rasterise drawings with the page's own module, so that a network is trained on what the page will give it:
 * a line of JSON [[[x, y], …], …] for each, and 28 × 28 little-endian float32 values in [0, 1] for each. With --tidy stray
 * taps are left out, as where no symbol has dots.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { parseArgs } from 'node:util';
import { MNIST, rasterize } from './js/recognition/rasterize.js';

/** @typedef {import('./js/geometry.js').Stroke} Stroke */

const { tidy } = parseArgs({ options: { tidy: { type: 'boolean', default: false } } }).values;
const drawings = readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => /** @type {Stroke[]} */ (JSON.parse(line)));
const images = drawings.map((strokes) => {
  const { image } = rasterize(strokes, MNIST, tidy);
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  return endianness() === 'LE' ? bytes : bytes.swap32();
});
writeFileSync(1, Buffer.concat(images));
