import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areStrokes, distance } from '../../assets/js/geometry.js';

test('strokes that cross have no distance', () => {
  assert.equal(
    distance(
      [
        [0, 0],
        [10, 10],
      ],
      [
        [0, 10],
        [10, 0],
      ],
    ),
    0,
  );
  assert.equal(
    distance(
      [
        [0, 0],
        [10, 0],
      ],
      [[4, 3]],
    ),
    3,
  );
});

test('strokes are arrays of points, and points two finite numbers', () => {
  for (const strokes of [[], [[[1, 2]]]]) assert.ok(areStrokes(strokes));
  for (const other of [null, 'abc', [[]], [[[1]]], [[[1, 2, 3]]], [[[1, NaN]]], [[['1', '2']]], [{}]]) {
    assert.ok(!areStrokes(other), JSON.stringify(other));
  }
});
