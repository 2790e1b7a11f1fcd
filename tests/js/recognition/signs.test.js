import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from '../../../assets/js/recognition/recognize.js';
import { signs } from '../../../assets/js/recognition/signs.js';
import { DIGITS } from '../tasks.js';

/** @typedef {[number, number][]} Stroke */

/** @param {number} x @returns {Stroke} */
const zero = (x) =>
  Array.from({ length: 25 }, (_, i) => [
    x + 25 - 25 * Math.sin((Math.PI * i) / 12),
    50 - 50 * Math.cos((Math.PI * i) / 12),
  ]);

/** Where 100 is the line, and 0 the top of the digits. @type {Record<string, Stroke>} */
const SIGNS = {
  '.': [
    [80, 97],
    [82, 99],
  ],
  ',': [
    [86, 92],
    [85, 104],
    [76, 118],
  ],
  '-': [
    [65, 52],
    [95, 50],
  ],
  '/': [
    [60, 112],
    [98, -10],
  ],
};

const zeroes = {
  name: 'zeroes',
  thresholds: { refuse: 0.5, unsure: 0.5 },
  probabilities: (_, count) => Float32Array.from({ length: 10 * count }, (_, i) => (i % 10 === 0 ? 0.99 : 0.01 / 9)),
};

for (const [sign, stroke] of Object.entries(SIGNS)) {
  test(`0${sign}0 has a sign between its digits`, () => {
    const reading = read([zero(0), stroke, zero(110)], [zeroes], DIGITS);
    assert.equal(reading.text, `0${sign}0`);
    assert.deepEqual(reading.symbols[1], { sign, strokes: [stroke] });
    assert.equal(reading.digits.length, 2);
  });

  test(`${sign} drawn last, in another size and place`, () => {
    const drawn = [zero(0), zero(110), zero(180), stroke].map((one) =>
      one.map(([x, y]) => [0.3 * x + 7, 0.3 * y - 90]),
    );
    assert.equal(read(drawn, [zeroes], DIGITS).text, `0${sign}00`);
  });

  test(`${sign} beside one digit, or alone, is no sign`, () => {
    assert.deepEqual(signs([zero(0), stroke]), []);
    assert.deepEqual(signs([stroke]), []);
  });
}

test('a steep slash that is taller than the digits is one', () => {
  /** @type {Stroke} */
  const steep = [
    [64, 118],
    [98, -9],
  ];
  assert.equal(read([zero(0), steep, zero(110)], [zeroes], DIGITS).text, '0/0');
});

/** What a digit has. @type {Record<string, Stroke[]>} */
const PARTS = {
  'the bar of a 7': [
    [
      [60, 0],
      [100, 0],
      [80, 100],
    ],
    [
      [66, 50],
      [98, 48],
    ],
  ],
  'the bar of a 5 that reaches far': [
    [
      [62, 5],
      [60, 45],
      [85, 60],
      [75, 95],
      [58, 95],
    ],
    [
      [88, 4],
      [105, 2],
    ],
  ],
  'the flat tail of a 5, under it': [
    [
      [96, 104],
      [76, 98],
    ],
  ],
  'a slanted 1': [
    [
      [60, 100],
      [95, 0],
    ],
  ],
  'a slip of the pen above the line': [
    [
      [80, 20],
      [82, 22],
    ],
  ],
};

for (const [name, strokes] of Object.entries(PARTS)) {
  test(`${name} is no sign`, () => assert.deepEqual(signs([zero(0), ...strokes, zero(130)]), []));
}
