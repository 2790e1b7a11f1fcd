import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Samples, writerName } from '../../../assets/js/collection/samples.js';

/** @type {[number, number][][]} */
const LINE = [
  [
    [0, 0],
    [10, 5],
  ],
];
const SIGNS = { classes: ['a', 'ñ'], digits: false };

/** @param {typeof SIGNS} [classes] */
function samples(classes = SIGNS, file = 'own') {
  /** @type {import('../../../assets/js/collection/samples.js').Sample[]} */
  const kept = [];
  return { held: new Samples(classes, (changed) => kept.push(...changed), file), kept };
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
  const sent = held.news.map(({ line }) => line);
  assert.deepEqual(sent, [{ id, deleted: true }]); // what somebody deleted stays here
  held.put(before);
  assert.deepEqual(held.counts(), [1, 0]);
});

test('what the file had already is sent as that, and an imported one is deleted by its strokes', () => {
  const { held } = samples();
  const { id } = held.add({ label: 'a', writer: 'A', strokes: LINE });
  held.markSaved(held.live);
  held.import(text({ label: 'ñ', writer: 'B', strokes: LINE, id: '1' }));
  held.change(['1'], { deleted: true });
  held.add({ label: 'ñ', writer: 'C', strokes: LINE });
  assert.deepEqual(
    held.news.map(({ line }) => ({ ...line, ...('label' in line && line.label === 'ñ' && { id: '' }) })),
    [
      { id: '1', deleted: true, writer: 'B', strokes: LINE },
      { label: 'ñ', writer: 'C', strokes: LINE, id: '' },
      { label: 'a', writer: 'A', strokes: LINE, id, saved: true },
    ],
  );
});

test('a file brings in nothing that the owner of the server would be refused', () => {
  const { held } = samples();
  const long = [Array.from({ length: 2 ** 18 }, () => [1, 1])];
  const refused = [
    { label: 'a', strokes: long },
    { label: 'a', writer: 'w'.repeat(81), strokes: LINE },
    { label: 'a', writer: 'half a pair: \ud83d', strokes: LINE },
  ];
  assert.deepEqual(held.import(refused.map(text).join('')), { ...nothing, malformed: 3 });
  const taken = [
    { label: 'a', writer: '🖊'.repeat(80), strokes: LINE },
    { label: 'a', strokes: [long[0].slice(0, 170_000)] },
    { label: 'a', writer: 'x', strokes: LINE, id: '\udc00' },
  ];
  assert.deepEqual(held.import(taken.map(text).join('')), { ...nothing, added: 3 });
  assert.ok(held.live.every(({ id }) => id.isWellFormed()));
});

test('samples of classes that the page has no more are kept, and come back with them', () => {
  const first = samples();
  for (const label of ['a', 'ñ']) first.held.add({ label, writer: label, strokes: LINE });
  const { held } = samples({ ...SIGNS, classes: ['b', 'ñ'] });
  held.fill([...first.kept]);
  assert.deepEqual([held.counts(), held.writers, held.kept], [[0, 1], ['ñ'], 2]);
  for (const some of [held.live, held.unsaved, held.news.map(({ sample }) => sample)]) {
    assert.deepEqual(
      some.map(({ label }) => label),
      ['ñ'],
    );
  }
  const { held: again } = samples({ ...SIGNS, classes: ['ñ', 'b', 'a'] });
  again.fill([...first.kept]);
  assert.deepEqual(again.counts(), [1, 0, 1]);
});

test('a name is cut between characters', () => {
  assert.equal(writerName(` ${'🖊'.repeat(90)}`), '🖊'.repeat(80));
  assert.equal(writerName(' n\u0303 '), 'ñ');
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

test('what other windows kept is taken, and nothing of this one is lost', async () => {
  const { held, kept } = samples();
  const add = (/** @type {string} */ writer) => held.add({ label: 'a', writer, strokes: LINE });
  for (const writer of ['same', 'removed there', 'late', 'removed here', 'changed here']) add(writer);
  const [same, removed, late, mine, changed] = held.live;
  const there = { ...same, id: 'there', writer: 'there' };
  const reading = held.refresh({
    all: async () => [{ ...same, label: 'ñ' }, mine, changed, there], // as it was before what follows
    pending: [late],
  });
  held.change([changed.id], { label: 'ñ' });
  held.change([mine.id], { deleted: true });
  add('new');
  await reading;
  assert.deepEqual(
    held.live.map(({ writer, label }) => `${writer} ${label}`),
    ['same ñ', 'there a', 'late a', 'changed here ñ', 'new a'],
  );
  assert.equal(held.get(removed.id), undefined);
  assert.equal(held.add({ label: 'a', writer: 'last', strokes: LINE }).order, kept.length - 3);
});

test('what was deleted while the store was read does not come back, and a closed store changes nothing', async () => {
  const { held, kept } = samples();
  held.add({ label: 'a', writer: 'A', strokes: LINE });
  await held.refresh({ all: async () => null, pending: [] });
  assert.equal(held.live.length, 1);
  const reading = held.refresh({ all: async () => [...kept], pending: [] });
  held.forget();
  await reading;
  assert.equal(held.live.length, 0);
});

test('what the owner removed from the file goes here too, and what was saved in another file is to be saved', () => {
  const { held, kept } = samples();
  const [first, second] = ['A', 'B'].map((writer) => held.add({ label: 'a', writer, strokes: LINE }));
  held.markSaved(held.live);
  const changed = held.add({ label: 'ñ', writer: 'C', strokes: LINE });
  assert.equal(held.drop([first.id, changed.id, 'of another device']), 1); // what changed since is to be saved again
  assert.deepEqual([held.counts(), held.unsaved.length], [[1, 1], 1]);
  const { held: elsewhere } = samples(SIGNS, 'other');
  elsewhere.fill([...new Map(kept.map((one) => [one.id, one])).values()].filter(({ deleted }) => !deleted));
  assert.deepEqual(
    elsewhere.news.map(({ line }) => line),
    elsewhere.lines(elsewhere.live),
  );
  assert.ok(elsewhere.live.some(({ id }) => id === second.id));
});
