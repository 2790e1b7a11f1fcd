import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieces, whole, written } from '../../../assets/js/picture/components.js';

/** @param {string} drawn  rows of a picture, # is ink */
function mask(drawn) {
  const rows = drawn.trim().split(/\s+/);
  const on = Uint8Array.from(rows.join(''), (letter) => (letter === '#' ? 1 : 0));
  return { on, width: rows[0].length, height: rows.length };
}

/** @param {import('../../../assets/js/picture/components.js').Piece[]} found @returns {number[][]} left, top, right and bottom of each */
const boxes = (found) => found.map(({ box }) => [box.minX, box.minY, box.maxX, box.maxY]);

test('pixels that touch at a corner are one piece', () => {
  const found = pieces(
    mask(`
      #....
      .#..#
      ....#`),
  );
  assert.deepEqual(boxes(found), [
    [0, 0, 1, 1],
    [4, 1, 4, 2],
  ]);
  assert.deepEqual(
    found.map(({ pixels }) => pixels.length),
    [2, 2],
  );
});

test('what touches the edge is left out, unless there is nothing else', () => {
  const edge = `
    #....
    #.#..
    #....`;
  assert.deepEqual(boxes(whole(mask(edge))), [[2, 1, 2, 1]]);
  assert.deepEqual(boxes(whole(mask(edge.replace('#.#', '#..')))), [[0, 0, 0, 2]]);
});

const FRAMED = `
  ...........
  .#########.
  .#.......#.
  .#..#.#..#.
  .#..#.#..#.
  .#..#.#..#.
  .#.......#.
  .#########.
  ...........`;

test('a frame around digits is left out, an open one is not', () => {
  assert.deepEqual(boxes(written(mask(FRAMED))), [
    [4, 3, 4, 5],
    [6, 3, 6, 5],
  ]);
  assert.equal(written(mask(FRAMED.replace('.#########.', '.####.####.'))).length, 3);
});

test('a ring around nothing but a dot is a digit', () => {
  const zero = FRAMED.replace(/#\.#/g, '...').replace('.#.......#.', '.#...#...#.');
  assert.deepEqual(boxes(written(mask(zero)))[0], [1, 1, 9, 7]);
});

test('a line under digits is left out, on its own it is not', () => {
  const line = '.###########.';
  const rows = ['.............', ...Array(5).fill('...#...#.....'), '.............', line, '.............'];
  assert.deepEqual(boxes(written(mask(rows.join(' ')))), [
    [3, 1, 3, 5],
    [7, 1, 7, 5],
  ]);
  assert.equal(written(mask(rows.map((row) => (row === line ? line : rows[0])).join(' '))).length, 1);
});

test('dirt is left out', () => {
  const rows = Array.from({ length: 14 }, (_, y) => (y > 0 && y < 13 ? '..#.....' : '........'));
  rows[6] = '..#...#.';
  assert.deepEqual(boxes(written(mask(rows.join(' ')))), [[2, 1, 2, 12]]);
});
