import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, simplify } from '../../assets/js/share.js';

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
  assert.deepEqual(
    simplify(
      [
        [0, 0],
        [5, 5],
        [0, 0],
      ],
      1,
    ),
    [
      [0, 0],
      [5, 5],
      [0, 0],
    ],
  );
});

test('what is not a drawing is told from one', () => {
  for (const text of ['', '!', 'hello', 'AQ8', '////', 'A'.repeat(30000), encode([WAVE], 400).slice(0, -3)]) {
    assert.equal(decode(text, 400), null, text.slice(0, 20));
  }
  assert.equal(decode(encode([], 400), 400), null);
});
