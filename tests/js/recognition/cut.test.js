import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cut } from '../../../assets/js/recognition/cut.js';
import { Memory, read } from '../../../assets/js/recognition/recognize.js';
import { DIGITS } from '../tasks.js';

const JOINED = readFileSync(new URL('../../fixtures/strokes/joined.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** A network that takes for a digit what is higher than wide, and knows nothing else. */
const upright = {
  name: 'upright',
  thresholds: { refuse: 0.5, unsure: 0.5 },
  probabilities(images, count) {
    return Float32Array.from({ length: 10 * count }, (_, i) => {
      const image = images.subarray(784 * Math.floor(i / 10), 784 * (Math.floor(i / 10) + 1));
      const pixels = [...image.keys()].filter((pixel) => image[pixel] > 0.5);
      const columns = new Set(pixels.map((pixel) => pixel % 28));
      const rows = new Set(pixels.map((pixel) => Math.floor(pixel / 28)));
      if (columns.size > rows.size) return 0.1;
      return i % 10 === 0 ? 0.99 : 0.01 / 9;
    });
  },
};

for (const { label, strokes } of JOINED) {
  test(`${label} in ${strokes.length} strokes is ${label.length} digits`, () => {
    assert.equal(read(strokes, [upright], DIGITS).text.length, label.length);
  });
}

test('the pieces of a stroke follow one another and lose no ink', () => {
  const [stroke] = JOINED[0].strokes;
  const pieces = cut(stroke, 100);
  assert.ok(pieces.length > 1);
  pieces.slice(1).forEach((piece, i) => {
    assert.deepEqual(piece.stroke[0], pieces[i].stroke.at(-1));
  });
  const points = new Set(pieces.flatMap((piece) => piece.stroke).map(String));
  assert.ok(stroke.every((point) => points.has(String(point))));
});

test('pieces stay the same until the stroke grows or the drawing is scaled', () => {
  const memory = new Memory();
  const stroke = structuredClone(JOINED[0].strokes[0]);
  const pieces = memory.cut(stroke, 100);
  assert.equal(memory.cut(stroke, 100), pieces);
  assert.notEqual(memory.cut(stroke, 90), pieces);
  stroke.push([300, 50]);
  assert.notEqual(memory.cut(stroke, 90), pieces);
});

test('a bar and a dot have no place for a cut', () => {
  for (const stroke of [
    [
      [0, 0],
      [100, 0],
    ],
    [[5, 5]],
  ])
    assert.deepEqual(cut(stroke, 100), [{ stroke, odds: 0 }]);
});
