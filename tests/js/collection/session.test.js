import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Samples } from '../../../assets/js/collection/samples.js';
import { Collecting, newDevice } from '../../../assets/js/collection/session.js';

const CLASSES = ['a', 'b', 'c'];
/** @param {number} x @returns {[number, number][][]} */
const stroke = (x) => [
  [
    [x, 0],
    [x, 10],
  ],
];

/** @param {Samples} [samples] @param {Partial<import('../../../assets/js/collection/session.js').Visit>} [visit] */
function begin(samples = new Samples({ classes: CLASSES, digits: false }, () => {}), visit = {}) {
  const session = new Collecting(
    samples,
    { classes: CLASSES, target: 2 },
    { device: 'ABCD', writer: 'ABCD-1', chosen: null, ...visit },
  );
  return { samples, session };
}

test('a writer draws each class until the target is reached', () => {
  const { samples, session } = begin();
  for (let i = 0; i < 6; i++) assert.equal(session.next(stroke(i)), true);
  assert.deepEqual(samples.counts('ABCD-1'), [2, 2, 2]);
  assert.equal(session.place, null);
  assert.equal(session.next(stroke(7)), false);
  assert.deepEqual(session.share, { done: 6, of: 6 });
});

test('nothing is kept of an empty pad', () => {
  const { samples, session } = begin();
  assert.equal(session.next([]), false);
  assert.deepEqual(samples.live, []);
});

test('back shows the drawing before, and next replaces it where it was changed', () => {
  const { samples, session } = begin();
  const first = session.place;
  session.next(stroke(1));
  session.next(stroke(2));
  session.back(stroke(3));
  session.back(stroke(2));
  assert.deepEqual([session.place, session.strokes, session.isBack, session.canGoBack], [first, stroke(1), true, false]);
  const [{ id }] = samples.live;
  session.next(stroke(9));
  assert.deepEqual([samples.live.length, samples.get(id)?.strokes], [2, stroke(9)]);
  assert.deepEqual(session.strokes, stroke(2));
  session.next(stroke(2)); // as it was
  assert.deepEqual([session.strokes, session.isBack], [stroke(3), false]); // what was on the pad
  session.next(stroke(3));
  assert.deepEqual([session.strokes, samples.live.length], [[], 3]);
});

test('a class that was skipped can be gone back to, and drawn then', () => {
  const { samples, session } = begin();
  const skipped = session.place;
  session.skip();
  assert.notEqual(session.place, skipped);
  session.back([]);
  assert.equal(session.place, skipped);
  session.next(stroke(1));
  assert.deepEqual(
    samples.live.map(({ label }) => label),
    [CLASSES[skipped ?? -1]],
  );
});

test('what is skipped on the way forward stays as it is', () => {
  const { samples, session } = begin();
  session.next(stroke(1));
  session.back([]);
  session.skip();
  assert.deepEqual(samples.live[0].strokes, stroke(1));
  assert.equal(session.isBack, false);
});

test('a chosen class is asked for once, and back and forth does not forget it', () => {
  const { session } = begin();
  session.next(stroke(1));
  session.choose(2);
  session.back([]);
  session.skip();
  assert.equal(session.place, 2);
  session.next(stroke(2));
  session.choose(2);
  session.next(stroke(3));
  session.choose(2); // beyond the target
  assert.equal(session.next(stroke(4)), true);
  assert.equal(session.visit.chosen, null);
});

test('writers come one after another, each with counts of their own', () => {
  const { samples, session } = begin();
  session.next(stroke(1));
  session.nextWriter();
  assert.equal(session.writer, 'ABCD-2');
  assert.deepEqual([session.share.done, session.canGoBack], [0, false]);
  session.next(stroke(2));
  assert.equal(session.setWriter('  Ana\u0301 '), true);
  assert.equal(session.writer, 'Aná');
  assert.equal(session.setWriter('  '), false);
  assert.equal(session.writer, 'Aná');
  session.nextWriter();
  assert.equal(session.writer, 'ABCD-3'); // of two who were there
  session.setWriter('ABCD-1');
  assert.deepEqual([session.share.done, session.canGoBack], [1, true]);
  assert.deepEqual(samples.writers, ['ABCD-1', 'ABCD-2']);
});

test('whoever gives a name while drawing goes on with that drawing, as the class that it was for', () => {
  const { samples, session } = begin();
  const { place } = session;
  session.setWriter('Ana', stroke(5));
  assert.deepEqual([session.place, session.strokes], [place, stroke(5)]);
  session.next(stroke(5));
  assert.deepEqual(
    samples.live.map(({ label, writer }) => [label, writer]),
    [[CLASSES[place ?? -1], 'Ana']],
  );
  session.back([]);
  session.setWriter('Bo', stroke(5)); // what is shown is Ana's
  assert.deepEqual(session.strokes, []);
});

test('a reload goes on where it was, and can go back', () => {
  const { samples, session } = begin();
  session.next(stroke(1));
  session.next(stroke(2));
  const wanted = session.place;
  const again = begin(samples, session.visit).session;
  assert.equal(again.place, wanted);
  again.back([]);
  assert.deepEqual(again.strokes, stroke(2));
});

test('a drawing that was deleted is not shown again, and a relabelled one by its new name', () => {
  const { samples, session } = begin();
  session.next(stroke(1));
  session.next(stroke(2));
  const [first, second] = samples.live;
  samples.change([second.id], { deleted: true });
  session.back([]);
  assert.deepEqual(session.strokes, []);
  const other = CLASSES.findIndex((name) => name !== first.label);
  samples.change([first.id], { label: CLASSES[other] });
  session.back([]);
  assert.equal(session.place, other);
});

test('devices have names of their own', () => {
  const names = new Set(Array.from({ length: 50 }, newDevice));
  assert.ok(names.size > 45);
  for (const name of names) assert.match(name, /^[A-HJ-NP-Z]{4}$/);
});
