import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, simplify } from '../../../assets/js/sharing/link.js';

const WAVE = Array.from({ length: 200 }, (_, i) => [10 + i, 100 + 40 * Math.sin(i / 20)]);

test('a drawing comes back from its address, to a thousandth of the canvas', () => {
  const strokes = [
    WAVE,
    [[3, 4]],
    [
      [0, 0],
      [-20, 380],
      [420, -5],
    ],
  ];
  const back = decode(encode(strokes, 400), 400);
  assert.equal(back.length, 3);
  for (const [i, stroke] of strokes.entries()) {
    assert.ok(Math.abs(back[i][0][0] - stroke[0][0]) <= 0.4);
    assert.ok(Math.abs(back[i].at(-1)[1] - stroke.at(-1)[1]) <= 0.4);
  }
});

test('a canvas of another size gets the drawing in its own size', () => {
  assert.deepEqual(
    decode(
      encode(
        [
          [
            [100, 50],
            [200, 300],
          ],
        ],
        400,
      ),
      800,
    ),
    [
      [
        [200, 100],
        [400, 600],
      ],
    ],
  );
});

test('a stroke of 200 points takes less than 100 characters of an address', () => {
  const text = encode([WAVE], 400);
  assert.match(text, /^[\w-]+$/);
  assert.ok(text.length < 100, `${text.length}`);
});

test('thinning keeps both ends and every bend', () => {
  assert.deepEqual(
    simplify(
      [
        [0, 0],
        [5, 0.2],
        [10, 0],
        [10, 5],
        [10, 10],
      ],
      1,
    ),
    [
      [0, 0],
      [10, 0],
      [10, 10],
    ],
  );
});

for (const end of [0, 5]) {
  test(`thinning keeps a line that comes back on itself to ${end}`, () => {
    const back = [
      [0, 0],
      [10, 0],
      [end, 0],
    ];
    assert.deepEqual(simplify(back, 1), back);
  });
}

const TWO_STROKES = [WAVE, [[3, 4]]];

test('a link that is cut anywhere, or lacks a character, holds no drawing', () => {
  const whole = encode(TWO_STROKES, 400);
  for (let i = 0; i < whole.length; i++) {
    assert.equal(decode(whole.slice(0, i), 400), null, `cut after ${i}`);
    assert.equal(decode(whole.slice(0, i) + whole.slice(i + 1), 400), null, `without character ${i}`);
  }
});

test('links from before the checksum still open', () => {
  assert.deepEqual(decode('AQbMAcwBtAZomQOADAKaB7MCBOUMmgPMEbMP', 512), [
    [
      [51, 51],
      [256, 77],
      [153.5, 461],
    ],
    [[384, 384]],
    [
      [-25.5, 486.5],
      [537.5, -6.5],
    ],
  ]);
});

test('a drawing of any length opens from the link it gave', () => {
  const dots = Array.from({ length: 6000 }, (_, i) => [[i % 400, (7 * i) % 400]]);
  assert.equal(decode(encode(dots, 400), 400).length, dots.length);
});

test('what is not a drawing is told from one', () => {
  for (const text of ['', '!', 'hello', 'AQ8', '////', 'A'.repeat(30000)]) {
    assert.equal(decode(text, 400), null, text.slice(0, 20));
  }
  assert.equal(decode(encode([], 400), 400), null);
});
