import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MNIST, rasterize } from '../../../assets/js/recognition/rasterize.js';
import { cover, coverAlike, heat } from '../../../assets/js/recognition/occlusion.js';

const SIZE = MNIST.size;
const { image } = rasterize([
  [
    [0, 0],
    [0, 100],
  ],
]);

test('only patches with ink are covered, and each takes some away', () => {
  const patches = cover(image);
  const total = image.reduce((a, b) => a + b);
  assert.ok(patches.length > 5 && patches.length < 100, `${patches.length}`);
  for (const patch of patches) assert.ok(patch.image.reduce((a, b) => a + b) < total);
  assert.deepEqual(cover(new Float32Array(784)), []);
});

test('every pixel of ink is covered by some patch, by few where few have to do', () => {
  for (const size of [28, 32, 64]) {
    const ink = new Float32Array(size * size).fill(1);
    for (const coarse of [false, true]) {
      const touched = new Float32Array(size * size);
      for (const patch of cover(ink, 0, coarse))
        patch.image.forEach((value, i) => {
          if (value === 0) touched[i] = 1;
        });
      assert.ok(
        touched.every((value) => value === 1),
        `${size} ${coarse}`,
      );
    }
    assert.ok(3 * cover(ink, 0, true).length < cover(ink).length);
  }
});

test('ink without which belief falls is warm, ink that stood in the way is cold', () => {
  const patches = cover(image);
  const upper = patches.map(({ y }) => (y < SIZE / 2 ? 0.2 : 0.95));
  const map = heat(patches, 0.9, upper);
  assert.ok(map[6 * SIZE + 14] > 0);
  assert.ok(map[22 * SIZE + 14] < 0);
  assert.equal(map[0], 0);
});

test('in an image of another framing the same part of the drawing is covered', () => {
  const strokes = [
    [
      [0, 0],
      [60, 100],
      [60, 0],
    ],
  ];
  const small = rasterize(strokes);
  const large = rasterize(strokes, { size: 64, box: 0, centre: 'box', pen: 2.4 * 3, softness: 1.6 * 3 });
  const share = (image, whole) => 1 - image.reduce((a, b) => a + b) / whole.reduce((a, b) => a + b);
  const patches = cover(small.image);
  const alike = coverAlike(patches, small, large);
  assert.equal(alike.length, patches.length);
  patches.forEach(({ image }, i) => {
    assert.ok(Math.abs(share(alike[i], large.image) - share(image, small.image)) < 0.06);
  });
  assert.ok(alike.some((image) => share(image, large.image) > 0.1));
});
