import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inkMask } from '../../../assets/js/picture/binarize.js';
import { pieces } from '../../../assets/js/picture/components.js';

const [WIDE, HIGH] = [240, 200];

/** @typedef {(x: number, y: number) => number} Field  a value for each pixel */

/** @param {Field} bright @returns {import('../../../assets/js/picture/binarize.js').Picture} */
const picture = (bright) => ({
  values: Float32Array.from({ length: WIDE * HIGH }, (_, i) => bright(i % WIDE, Math.floor(i / WIDE))),
  width: WIDE,
  height: HIGH,
});

/** @param {number} amount  of 255 @returns {Field} noise that is the same for every run */
function grain(amount) {
  let state = 1;
  const all = Float32Array.from({ length: WIDE * HIGH }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return amount * (state / 2147483648 - 0.5);
  });
  return (x, y) => all[y * WIDE + x];
}

/** @param {import('../../../assets/js/picture/components.js').Mask} mask */
const area = ({ on }) => on.reduce((sum, one) => sum + one, 0);

/** A bar as a pen draws it, in the middle. @type {Field} */
const bar = (x, y) => (Math.abs(x - 120) < 4 && Math.abs(y - 100) < 60 ? 1 : 0);
const BAR = 7 * 119; // pixels

/** Light on a sheet, as a share of what falls on it. @type {Record<string, Field>} */
const LIGHT = {
  even: () => 1,
  'falling off': (x) => 1 - (0.75 * x) / WIDE,
  'dark corners': (x, y) => 1 - 0.6 * Math.min(Math.hypot(x - 100, y - 90) / 160, 1),
  'soft edge of a shadow': (x) => 1 - 0.5 / (1 + Math.exp((90 - x) / 6)),
  'hard edge of a shadow': (x) => (x > 100 ? 0.5 : 1),
  'soft shadow of a hand': (x, y) => 1 - 0.5 / (1 + Math.exp((Math.hypot((x - 150) / 50, (y - 210) / 90) - 1) * 12)),
};

for (const [name, light] of Object.entries(LIGHT)) {
  test(`no ink is found on an empty sheet, and a bar on a written one: ${name}`, () => {
    const noise = grain(16);
    assert.equal(area(inkMask(picture((x, y) => 220 * light(x, y) + noise(x, y)))), 0);
    const mask = inkMask(picture((x, y) => (220 - 170 * bar(x, y)) * light(x, y) + noise(x, y)));
    assert.equal(pieces(mask).length, 1);
    assert.ok(Math.abs(area(mask) - BAR) < 0.3 * BAR, `${area(mask)} pixels`);
  });
}

test('chalk on a board is ink as well', () => {
  const noise = grain(30);
  const mask = inkMask(picture((x, y) => 50 + 170 * bar(x, y) + noise(x, y)));
  assert.ok(Math.abs(area(mask) - BAR) < 0.3 * BAR, `${area(mask)} pixels`);
});

test('a pen of a quarter of the picture is ink', () => {
  const mask = inkMask(picture((x, y) => (Math.abs(x - 120) < 28 && Math.abs(y - 100) < 90 ? 30 : 240)));
  assert.ok(Math.abs(area(mask) - 55 * 179) < 0.1 * 55 * 179, `${area(mask)} pixels`);
});

test('pale pencil in a cell of dark lines is ink, the lines are not', () => {
  /** @type {Field} */
  const lines = (x, y) => (Math.abs(x - 20) < 4 || Math.abs(x - 220) < 4 || Math.abs(y - 20) < 4 ? 1 : 0);
  const mask = inkMask(picture((x, y) => 245 - 235 * lines(x, y) - 70 * bar(x, y)));
  const [{ box }, ...others] = pieces(mask);
  assert.deepEqual(others, []);
  assert.ok(box.minX > 100 && box.maxX < 140);
});
