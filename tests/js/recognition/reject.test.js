import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOneSign } from '../../../assets/js/recognition/reject.js';

/** @typedef {[number, number][]} Stroke */

/** @param {number} x @param {number} [lean] @returns {Stroke} */
const line = (x, lean = 0) => [
  [x + lean, 0],
  [x, 100],
];
/** @param {number} x @returns {Stroke} */
const ring = (x) =>
  Array.from({ length: 25 }, (_, i) => [
    x + 30 - 30 * Math.sin((Math.PI * i) / 12),
    50 - 50 * Math.cos((Math.PI * i) / 12),
  ]);

/** @param {Stroke[][]} parts @param {number} [sure] */
const parts = (parts, sure = 0.95) =>
  parts.map((strokes) => ({ strokes, probabilities: [sure, ...new Array(9).fill((1 - sure) / 9)] }));

/** @type {Record<string, Stroke[][]>} */
const LETTERS = {
  H: [
    [line(0)],
    [
      [
        [2, 50],
        [60, 50],
      ],
      line(60),
    ],
  ],
  V: [[line(25, -25)], [line(25, 25)]],
  K: [
    [line(0)],
    [
      [
        [45, 5],
        [4, 50],
        [45, 100],
      ],
    ],
  ],
  N: [
    [line(0)],
    [
      [
        [0, 0],
        [50, 100],
      ],
    ],
    [line(50)],
  ],
};

for (const [letter, strokes] of Object.entries(LETTERS)) {
  test(`${letter} is one sign, not ${strokes.length} digits`, () => assert.ok(isOneSign(parts(strokes))));
}

/** @type {Record<string, Stroke[][]>} */
const NUMBERS = {
  11: [[line(0)], [line(40)]],
  10: [[line(0)], [ring(25)]],
  '00, touching': [[ring(0)], [ring(60)]],
  1001: [[line(0)], [ring(25)], [ring(100)], [line(190)]],
};

for (const [number, strokes] of Object.entries(NUMBERS)) {
  test(`${number} is several digits`, () => assert.ok(!isOneSign(parts(strokes))));
}

test('one part is no question, and the networks have a say', () => {
  assert.ok(!isOneSign(parts([[line(0)]])));
  assert.ok(isOneSign(parts([[ring(0)], [ring(50)]], 0.3)));
});
