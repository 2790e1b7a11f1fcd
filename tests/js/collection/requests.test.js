import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requests } from '../../../assets/js/collection/requests.js';

/** @param {string} id @param {number} [points] */
function news(id, points = 1) {
  const strokes = [Array.from({ length: points }, () => /** @type {[number, number]} */ ([0, 0]))];
  const sample = { id, label: 'ñ', writer: null, strokes, order: 0, here: true, deleted: false, saved: false };
  return { sample, line: { label: 'ñ', strokes, id } };
}

/** @param {{sample: {id: string}, line: object}[]} given @param {number} [most] */
const cut = (given, most) =>
  requests(/** @type {any} */ (given), most).map(({ samples, body }) => {
    const ids = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    assert.deepEqual(
      samples.map(({ id }) => id),
      ids,
    );
    return ids.join('');
  });

test('requests are cut by their bytes', () => {
  const all = [...'abcde'].map((id) => news(id));
  const bytes = Buffer.byteLength(`${JSON.stringify(all[0].line)}\n`);
  assert.deepEqual(cut(all), ['abcde']);
  assert.deepEqual(cut(all, 2 * bytes), ['ab', 'cd', 'e']);
  assert.deepEqual(cut(all, 2 * bytes - 1), ['a', 'b', 'c', 'd', 'e']); // ñ has two bytes
  assert.deepEqual(cut([]), []);
});

test('a line that is too long goes alone', () => {
  assert.deepEqual(cut([news('a'), news('b', 200_000), news('c')]), ['b', 'ac']);
});
