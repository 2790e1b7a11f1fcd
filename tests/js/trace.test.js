import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ground from '../../assets/js/ground.js';
import { box, pixels, rasterise } from '../../assets/js/strokes.js';
import { strokes } from '../../assets/js/trace.js';

/** @typedef {[number, number][]} Stroke */

const SEVEN = [
  [
    [4, 5],
    [22, 5],
    [10, 24],
  ],
];
const EIGHT = [
  [
    [14, 14],
    [8, 9],
    [14, 4],
    [20, 9],
    [14, 14],
    [7, 19],
    [14, 25],
    [21, 19],
    [14, 14],
  ],
];
const AS_IT_IS = { scale: 1, x: 0, y: 0 };

/** @param {Stroke[]} drawing @param {(light: number, x: number, y: number) => number} [develop] */
function photograph(drawing, develop = (light) => light) {
  const picture = ground.enlarge(rasterise(drawing, AS_IT_IS), 28, 6);
  const { width } = picture;
  picture.values = picture.values.map((light, i) => develop(light, (i % width) / width, Math.floor(i / width) / width));
  return picture;
}

/** @param {Float32Array} a @param {Float32Array} b @returns {number} shared ink over all ink */
function agreement(a, b) {
  const both = a.reduce((sum, value, i) => sum + Math.min(value, b[i]), 0);
  return both / a.reduce((sum, value, i) => sum + Math.max(value, b[i]), 0);
}

/** @type {[string, (light: number, x: number, y: number) => number][]} */
const LIGHTS = [
  ['dark ink on white paper', (light) => light],
  ['light ink on a dark board', (light) => 255 - light],
  ['pale ink on grey paper', (light) => 120 + light / 3],
  ['a shadow over half of the paper', (light, x) => light * (x > 0.5 ? 0.6 : 1)],
  ['light that falls off to one corner', (light, x, y) => light * (1 - 0.5 * x - 0.2 * y)],
  ['grain', (light, x, y) => light * 0.9 + 10 * Math.sin(1000 * x + 777 * y)],
];

for (const [name, develop] of LIGHTS) {
  for (const [digit, drawing] of [
    ['7', SEVEN],
    ['8', EIGHT],
  ]) {
    test(`a ${digit} is traced from ${name}`, () => {
      const found = strokes(ground.ink(photograph(drawing, develop)));
      assert.equal(found.length, 1);
      const same = agreement(pixels(found), pixels(drawing));
      assert.ok(same > 0.75, `${same}`);
    });
  }
}

test('digits that do not touch become strokes of their own', () => {
  const apart = [
    [
      [5, 4],
      [5, 24],
    ],
    [
      [14, 4],
      [14, 24],
    ],
    [
      [23, 4],
      [23, 24],
    ],
  ];
  const found = strokes(ground.ink(photograph(apart)));
  assert.equal(found.length, 3);
  for (const stroke of found) assert.ok(box([stroke]).maxX - box([stroke]).minX < 12);
});

test('an even picture has no ink', () => {
  const values = new Float32Array(100 * 100).fill(200);
  assert.deepEqual(strokes(ground.ink({ values, width: 100, height: 100 })), []);
});

test('transparent pixels are white', () => {
  const { values } = ground.brightness(new Uint8ClampedArray([0, 0, 0, 0, 0, 0, 0, 255]), 2, 1);
  assert.deepEqual(Array.from(values), [255, 0]);
});
