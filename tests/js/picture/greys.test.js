import assert from 'node:assert/strict';
import { test } from 'node:test';
import { borderOf, seen } from '../../../assets/js/picture/greys.js';

/** @param {number} width @param {number} height @param {(x: number, y: number) => number} value  of 255 */
const picture = (width, height, value) => ({
  values: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
  width,
  height,
});
const AS_THEY_ARE = { inverted: false, border: null };
const steps = picture(4, 4, (x, y) => 15 * (4 * y + x));

test('a picture of the size of the training images is seen as it is', () => {
  const image = seen(steps, AS_THEY_ARE, 4);
  image.forEach((value, i) => assert.ok(Math.abs(value - (15 * i) / 255) < 1e-6));
});

test('greys are inverted where those of the training images were', () => {
  const image = seen(steps, { inverted: true, border: null }, 4);
  image.forEach((value, i) => assert.ok(Math.abs(value - (1 - (15 * i) / 255)) < 1e-6));
});

test('a picture with the other border becomes its negative, and one with the same does not', () => {
  const framed = picture(5, 5, (x, y) => (x > 0 && y > 0 && x < 4 && y < 4 ? 51 : 255)); // dark on white
  const middle = 12;
  for (const [greys, value, border] of /** @type {const} */ ([
    [{ inverted: false, border: 'dark' }, 0.8, 0],
    [{ inverted: false, border: 'light' }, 0.2, 1],
    [{ inverted: true, border: 'dark' }, 0.2, 1],
    [{ inverted: true, border: 'light' }, 0.8, 0],
    [AS_THEY_ARE, 0.2, 1],
  ])) {
    const image = seen(framed, greys, 5);
    assert.ok(Math.abs(image[middle] - value) < 1e-6, JSON.stringify(greys));
    assert.ok(Math.abs(image[0] - border) < 1e-6, JSON.stringify(greys));
  }
});

test('the longer side fills the image, and the rest is 0', () => {
  const image = seen(
    picture(40, 20, () => 255),
    AS_THEY_ARE,
    8,
  );
  const rows = Array.from({ length: 8 }, (_, y) => Math.max(...image.subarray(8 * y, 8 * y + 8)));
  assert.deepEqual(
    rows.map((value) => Math.round(value * 100) / 100),
    [0, 0, 1, 1, 1, 1, 0, 0],
  );
});

test('a picture that shrinks is averaged, and keeps its mean', () => {
  const noise = picture(56, 56, (x, y) => (x * 37 + y * 91) % 256);
  const image = seen(noise, AS_THEY_ARE, 28);
  const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
  const expected = noise.values.reduce((sum, value) => sum + value, 0) / noise.values.length / 255;
  assert.ok(Math.abs(mean - expected) < 0.01);
});

test('the border is the median of the outermost pixels, as numbers', () => {
  assert.equal(borderOf(picture(3, 3, (x, y) => (x === 1 && y === 1 ? 255 : [9, 100, 20][x]))), 20);
  assert.equal(borderOf(picture(1, 1, () => 7)), 7);
});
