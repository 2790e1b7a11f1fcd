import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Samples } from '../../../assets/js/collection/samples.js';

/** @type {[number, number][][]} */
const LINE = [
  [
    [0, 0],
    [10, 5],
  ],
];
const SIGNS = { classes: ['a', 'ñ'], digits: false };

/** @param {typeof SIGNS} [classes] */
function samples(classes = SIGNS) {
  /** @type {import('../../../assets/js/collection/samples.js').Sample[]} */
  const kept = [];
  return { held: new Samples(classes, (changed) => kept.push(...changed)), kept };
}

/** @param {object} line */
const text = (line) => `${JSON.stringify(line)}\n`;
const nothing = { added: 0, known: 0, foreign: 0, malformed: 0 };

test('samples are counted by class and writer, and kept', () => {
  const { held, kept } = samples();
  for (const writer of ['A', 'B', 'B']) held.add({ label: 'ñ', writer, strokes: LINE });
  held.add({ label: 'a', writer: 'B', strokes: LINE });
  assert.deepEqual(held.counts(), [1, 3]);
  assert.deepEqual(held.counts('B'), [1, 2]);
  assert.deepEqual(held.writers, ['A', 'B']);
  assert.equal(kept.length, 4);
  assert.equal(new Set(kept.map(({ id }) => id)).size, 4);
});

test('what is written is read again as the same', () => {
  const { held } = samples();
  held.add({ label: 'ñ', writer: 'A', strokes: LINE });
  const file = held.lines(held.live).map(text).join('');
  const other = samples().held;
  assert.deepEqual(other.import(file), { ...nothing, added: 1 });
  assert.deepEqual(other.lines(other.live), held.lines(held.live));
  assert.deepEqual(other.import(file), { ...nothing, known: 1 });
});

test('digits are written as numbers and read as either', () => {
  const { held } = samples({ classes: [...'0123456789'], digits: true });
  held.import(text({ label: 7, strokes: LINE }) + text({ label: '8', writer: 'A', strokes: LINE, id: 5 }));
  assert.deepEqual(
    held.lines(held.live).map((line) => /** @type {any} */ (line).label),
    [7, 8],
  );
});

test('a sample without an id is known by its strokes and writer', () => {
  const { held } = samples();
  const line = { label: 'a', writer: 'X', strokes: LINE };
  assert.deepEqual(held.import(text(line) + text(line)), { ...nothing, added: 1, known: 1 });
  assert.deepEqual(held.import(text({ ...line, writer: 'Y' })), { ...nothing, added: 1 });
});

test('lines that are of other classes, or no samples, are left out and counted', () => {
  const { held } = samples();
  const far = [[[1e10, 0]]];
  const malformed = [
    'no JSON',
    '[]',
    'null',
    JSON.stringify({ label: 'a' }),
    JSON.stringify({ label: null, strokes: LINE }),
    JSON.stringify({ label: 'a', strokes: [] }),
    JSON.stringify({ label: 'a', strokes: [[]] }),
    JSON.stringify({ label: 'a', strokes: far }),
    JSON.stringify({ label: 'a', writer: 5, strokes: LINE }),
  ];
  const lines = [...malformed, '', JSON.stringify({ label: 'b', strokes: LINE })].join('\r\n');
  assert.deepEqual(held.import(lines), { ...nothing, foreign: 1, malformed: malformed.length });
  assert.deepEqual(held.live, []);
});

test('labels are compared in their composed form', () => {
  const { held } = samples();
  held.import(text({ label: 'n\u0303', strokes: LINE }));
  assert.deepEqual(held.counts(), [0, 1]);
});

test('a deletion is kept, is to be saved, and can be taken back', () => {
  const { held } = samples();
  const { id } = held.add({ label: 'a', writer: 'A', strokes: LINE });
  held.markSaved(held.live);
  assert.deepEqual(held.unsaved, []);
  const before = held.change([id], { deleted: true });
  assert.deepEqual(held.live, []);
  assert.deepEqual(held.lines(held.unsaved), [{ label: 'a', writer: 'A', strokes: LINE, id, deleted: true }]);
  held.put(before);
  assert.deepEqual(held.counts(), [1, 0]);
});

test('what changed while it was being saved is to be saved again', () => {
  const { held } = samples();
  const { id } = held.add({ label: 'a', writer: 'A', strokes: LINE });
  const sent = held.live;
  held.change([id], { label: 'ñ' });
  held.markSaved(sent);
  assert.equal(held.unsaved.length, 1);
  assert.deepEqual(held.counts(), [0, 1]);
});

test('what was kept comes back in its order, and new samples follow', () => {
  const first = samples();
  for (const label of ['a', 'ñ']) first.held.add({ label, writer: 'A', strokes: LINE });
  const { held } = samples();
  held.fill(first.kept.toReversed());
  held.add({ label: 'a', writer: 'A', strokes: LINE });
  assert.deepEqual(
    held.live.map(({ label }) => label),
    ['a', 'ñ', 'a'],
  );
  held.forget();
  assert.deepEqual([held.live, held.unsaved], [[], []]);
});
