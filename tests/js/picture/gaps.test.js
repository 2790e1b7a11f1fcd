import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieces } from '../../../assets/js/picture/components.js';
import { closeGaps } from '../../../assets/js/picture/gaps.js';

const SIZE = 120;

/** @param {(x: number, y: number) => boolean} isInk @returns {import('../../../assets/js/picture/components.js').Mask} */
const mask = (isInk) => ({
  on: Uint8Array.from({ length: SIZE * SIZE }, (_, i) => +isInk(i % SIZE, Math.floor(i / SIZE))),
  width: SIZE,
  height: SIZE,
});

/** @param {number} x @param {number} y  of an upright stroke in the middle */
const stroke = (x, y) => x >= 55 && x < 65 && y >= 10 && y < 110;

test('a stroke that grain breaks into many pieces is made whole', () => {
  const broken = mask((x, y) => stroke(x, y) && y % 20 > 2);
  assert.ok(pieces(broken).length > 3);
  assert.equal(pieces(closeGaps(broken)).length, 1);
});

test('two digits side by side stay two', () => {
  const two = mask((x, y) => y >= 10 && y < 110 && ((x >= 20 && x < 30) || (x >= 34 && x < 44)));
  assert.deepEqual(closeGaps(two), two);
});
