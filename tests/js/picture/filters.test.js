import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extreme, histogram, otsu, quantile, surroundings } from '../../../assets/js/picture/filters.js';

const PICTURE = { values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), width: 3, height: 3 };

test('surroundings are the mean of as much of the square as is in the picture', () => {
  const mean = surroundings(PICTURE, 1);
  assert.equal(mean[4], 5);
  assert.equal(mean[0], (1 + 2 + 4 + 5) / 4);
  assert.deepEqual(surroundings(PICTURE, 0), PICTURE.values);
});

test('the extreme of a square is what a slow search finds', () => {
  const width = 13;
  const height = 9;
  const values = Float32Array.from({ length: width * height }, (_, i) => (i * 37) % 101);
  for (const [radius, sign] of /** @type {[number, 1 | -1][]} */ ([
    [1, 1],
    [2, -1],
    [20, 1],
  ])) {
    const found = extreme({ values, width, height }, radius, sign).values;
    found.forEach((value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const near = values.filter(
        (_, j) => Math.abs((j % width) - x) <= radius && Math.abs(Math.floor(j / width) - y) <= radius,
      );
      assert.equal(value, sign > 0 ? Math.max(...near) : Math.min(...near));
    });
  }
});

test("Otsu's threshold parts two levels, and says that nothing varies within them", () => {
  const { level, share } = otsu(histogram(Float32Array.of(10, 10, 10, 200, 200)));
  assert.ok(level >= 10 && level < 200);
  assert.ok(Math.abs(share - 1) < 1e-9);
});

test('a quantile counts from a level on', () => {
  const counts = histogram(Float32Array.of(1, 2, 3, 4, 100, 110, 120, 130));
  assert.equal(quantile(counts, 0.49), 4);
  assert.equal(quantile(counts, 0.49, 50), 110);
  assert.equal(quantile(counts, 0.5, 200), 0);
});
