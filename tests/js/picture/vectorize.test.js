import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ground from '../../../assets/js/picture/binarize.js';
import { box } from '../../../assets/js/geometry.js';
import { draw, rasterize } from '../../../assets/js/recognition/rasterize.js';
import { strokes } from '../../../assets/js/picture/vectorize.js';

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
  const picture = ground.enlarge(draw(drawing, AS_IT_IS), 28, 6);
  const { width } = picture;
  picture.values = picture.values.map((light, i) => develop(light, (i % width) / width, Math.floor(i / width) / width));
  return picture;
}

/** @param {Float32Array} a @param {Float32Array} b @returns {number} shared ink over all ink */
function agreement(a, b) {
  const both = a.reduce((sum, value, i) => sum + Math.min(value, b[i]), 0);
  return both / a.reduce((sum, value, i) => sum + Math.max(value, b[i]), 0);
}

/** What the light does, and how much of the ink must be the same. @type {[string, (light: number, x: number, y: number) => number, number][]} */
const LIGHTS = [
  ['dark ink on white paper', (light) => light, 0.85],
  ['light ink on a dark board', (light) => 255 - light, 0.85],
  ['pale ink on grey paper', (light) => 120 + light / 3, 0.85],
  ['a shadow whose edge runs through the middle of it', (light, x) => light * (x > 0.5 ? 0.6 : 1), 0.7],
  ['light that falls off to one corner', (light, x, y) => light * (1 - 0.5 * x - 0.2 * y), 0.85],
  ['grain', (light, x, y) => light * 0.9 + 10 * Math.sin(1000 * x + 777 * y), 0.85],
];

for (const [name, develop, least] of LIGHTS) {
  for (const [digit, drawing] of [
    ['7', SEVEN],
    ['8', EIGHT],
  ]) {
    test(`a ${digit} is traced from ${name}`, () => {
      const found = strokes(ground.inkMask(photograph(drawing, develop)));
      assert.equal(found.length, 1);
      const same = agreement(rasterize(found).image, rasterize(drawing).image);
      assert.ok(same > least, `${same}`);
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
  const found = strokes(ground.inkMask(photograph(apart)));
  assert.equal(found.length, 3);
  for (const stroke of found) assert.ok(box([stroke]).maxX - box([stroke]).minX < 12);
});

test('strokes that touch the edge of an image are traced where paper is put around it', () => {
  const image = Float32Array.from({ length: 28 * 28 }, (_, i) => Number(i % 28 === 0 || i % 28 === 14));
  assert.equal(strokes(ground.inkMask(ground.enlarge(image, 28, 8, 1))).length, 2);
});

test('an even picture has no ink', () => {
  const values = new Float32Array(100 * 100).fill(200);
  assert.deepEqual(strokes(ground.inkMask({ values, width: 100, height: 100 })), []);
});

test('transparent pixels are white', () => {
  const { values } = ground.brightness(new Uint8ClampedArray([0, 0, 0, 0, 0, 0, 0, 255]), 2, 1);
  assert.deepEqual(Array.from(values), [255, 0]);
});

/**
 * @param {number} width @param {number} height
 * @param {(x: number, y: number) => boolean} isInk
 */
function paint(width, height, isInk) {
  const values = Float32Array.from({ length: width * height }, (_, i) =>
    isInk(i % width, Math.floor(i / width)) ? 20 : 240,
  );
  return { values, width, height };
}

for (const size of [2, 3, 4, 6, 8]) {
  test(`a dot of ${size} pixels beside a stroke is thinned to a point, not to nothing`, () => {
    const dotted = paint(200, 100, (x, y) => {
      const stroke = x > 50 && x < 56 && y > 30 && y < 60;
      return stroke || (x >= 100 && x < 100 + size && y >= 50 && y < 50 + size);
    });
    const found = strokes(ground.inkMask(dotted));
    assert.ok(found.length > 0 && found.flat(2).every(Number.isFinite));
  });
}

for (const width of [1, 2, 3, 4, 5]) {
  test(`a slanted stroke ${width} wide keeps its length`, () => {
    const slanted = paint(200, 100, (x, y) => y > 30 && y < 70 && x - y >= 40 && x - y < 40 + width);
    const found = strokes(ground.inkMask(slanted));
    assert.equal(found.length, 1);
    assert.ok(box(found).maxY - box(found).minY > 38 - 2 * width);
  });
}

test('strokes are whole in a picture much wider than high', () => {
  const bars = paint(360, 48, (x, y) => x % 90 > 40 && x % 90 < 52 && y > 6 && y < 42);
  const { on } = ground.inkMask(bars);
  const [found, drawn] = [on, bars.values.map((value) => Number(value < 100))].map((all) =>
    all.reduce((/** @type {number} */ sum, value) => sum + value, 0),
  );
  assert.ok(found > 0.9 * drawn, `${found} of ${drawn}`);
});

test('dust does not hide thick strokes', () => {
  const dusty = paint(360, 270, (x, y) => {
    const stroke = x >= 160 && x < 200 && y > 40 && y < 230;
    return stroke || (x >= 60 && x < 63 && y >= 60 && y < 63);
  });
  const found = strokes(ground.inkMask(dusty));
  assert.equal(found.length, 1);
  assert.ok(box(found).maxY - box(found).minY > 130);
});
