import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruled } from '../../../assets/js/picture/lines.js';

const SIZE = 100;

/** @param {(x: number, y: number) => boolean} isInk @returns {import('../../../assets/js/picture/components.js').Mask} */
const mask = (isInk) => ({
  on: Uint8Array.from({ length: SIZE * SIZE }, (_, i) => +isInk(i % SIZE, Math.floor(i / SIZE))),
  width: SIZE,
  height: SIZE,
});

/** @param {number} x @param {number} y  of a 1 in the middle */
const one = (x, y) => Math.abs(x - 50) < 3 && Math.abs(y - 50) < 30;

test('lines along the sides are taken out with what lies beyond them, the digit is not', () => {
  const gone = ruled(mask((x, y) => Math.abs(x - 10) < 2 || Math.abs(y - 92) < 2 || one(x, y)));
  assert.ok(gone);
  assert.equal(gone[50 * SIZE + 10], 1);
  assert.equal(gone[92 * SIZE + 50], 1);
  assert.equal(gone[50 * SIZE + 3], 1);
  assert.equal(gone[50 * SIZE + 50], 0);
});

test('a digit on its own has no lines, however long its strokes are', () => {
  assert.equal(ruled(mask((x) => Math.abs(x - 50) < 3)), undefined);
  const seven = mask((x, y) => y > 8 && y < 92 && x > 20 && x < 80 && (y < 15 || Math.abs(x - 78 + y / 2) < 3));
  assert.equal(ruled(seven), undefined);
});
