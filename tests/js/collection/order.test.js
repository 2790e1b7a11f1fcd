import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextClass, share, shuffled } from '../../../assets/js/collection/order.js';

/** @param {number} count @param {Partial<import('../../../assets/js/collection/order.js').Progress>} [others] */
const fresh = (count, others = {}) => ({
  counts: Array(count).fill(0),
  skips: Array(count).fill(0),
  target: 3,
  writer: 'A-1',
  ...others,
});

/** @param {ReturnType<typeof fresh>} progress @returns {number[]} what is asked for until nothing is */
function all(progress) {
  const asked = [];
  for (let place = nextClass(progress); place !== null; place = nextClass(progress)) {
    asked.push(place);
    progress.counts[place] += 1;
  }
  return asked;
}

test('a writer draws every class once a round, each round in an order of its own', () => {
  const asked = all(fresh(8));
  assert.equal(asked.length, 24);
  const rounds = [0, 8, 16].map((start) => asked.slice(start, start + 8));
  for (const round of rounds) assert.deepEqual(round.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(new Set(rounds.map(String)).size, 3);
});

test('the order is that of the writer, on every device', () => {
  assert.deepEqual(all(fresh(8)), all(fresh(8)));
  assert.notDeepEqual(all(fresh(8)), all(fresh(8, { writer: 'B-1' })));
});

test('classes that have reached the target are not asked for', () => {
  const asked = all(fresh(3, { counts: [3, 0, 5] }));
  assert.deepEqual(asked, [1, 1, 1]);
  assert.equal(nextClass(fresh(2, { counts: [3, 3] })), null);
});

test('a class that was skipped comes again after the others of the round', () => {
  const progress = fresh(4, { target: 1 });
  const first = nextClass(progress) ?? assert.fail();
  progress.skips[first] += 1;
  const asked = all(progress);
  assert.equal(asked.length, 4);
  assert.equal(asked[3], first);
});

test('whoever skips everything is asked again and again', () => {
  const progress = fresh(3);
  const asked = Array.from({ length: 9 }, () => {
    const place = nextClass(progress) ?? assert.fail();
    progress.skips[place] += 1;
    return place;
  });
  for (const start of [0, 3, 6]) assert.deepEqual(asked.slice(start, start + 3).toSorted(), [0, 1, 2]);
});

test('a random order holds each number once, and every number comes first in some', () => {
  const firsts = new Set(Array.from({ length: 200 }, (_, seed) => shuffled(5, seed)[0]));
  assert.equal(firsts.size, 5);
  assert.deepEqual(shuffled(100, 7).toSorted((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
  assert.deepEqual(shuffled(0, 1), []);
});

test('more than is asked for does not count', () => {
  assert.deepEqual(share(fresh(3, { counts: [5, 1, 0] })), { done: 4, of: 9 });
});
