import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Drawing } from '../../../assets/js/drawing/drawing.js';

/** @param {Drawing} drawing @param {[number, number][]} points */
function stroke(drawing, ...points) {
  drawing.begin(points[0]);
  drawing.extend(points.slice(1));
  drawing.finish();
}

test('a stroke is there while it is drawn and stays when it is finished', () => {
  const drawing = new Drawing();
  drawing.begin([1, 2]);
  assert.deepEqual(drawing.strokes, [[[1, 2]]]);
  drawing.extend([[3, 4]]);
  drawing.finish();
  assert.deepEqual(drawing.strokes, [
    [
      [1, 2],
      [3, 4],
    ],
  ]);
});

test('undo and redo go through every change and come back', () => {
  const drawing = new Drawing();
  const states = [[]];
  for (let i = 0; i < 5; i++) {
    stroke(drawing, [i, i], [i + 1, i]);
    states.push(drawing.strokes);
  }
  drawing.remove(drawing.strokes[2]);
  states.push(drawing.strokes);
  drawing.clear();
  states.push([]);
  for (const state of states.toReversed().slice(1)) {
    drawing.undo();
    assert.deepEqual(drawing.strokes, state);
  }
  assert.equal(drawing.canUndo, false);
  drawing.undo();
  for (const state of states.slice(1)) {
    drawing.redo();
    assert.deepEqual(drawing.strokes, state);
  }
  assert.equal(drawing.canRedo, false);
});

test('drawing after undo forgets what was undone', () => {
  const drawing = new Drawing();
  stroke(drawing, [0, 0]);
  stroke(drawing, [1, 1]);
  drawing.undo();
  stroke(drawing, [2, 2]);
  assert.equal(drawing.canRedo, false);
  assert.deepEqual(drawing.strokes, [[[0, 0]], [[2, 2]]]);
});

test('a palm leaves no trace, not even in the history', () => {
  const drawing = new Drawing();
  drawing.begin([5, 5]);
  drawing.abandon();
  assert.equal(drawing.isEmpty, true);
  assert.equal(drawing.canUndo, false);
});

test('clearing nothing is not a change', () => {
  const drawing = new Drawing();
  drawing.clear();
  assert.equal(drawing.canUndo, false);
});

test('a canvas of another size scales past and present, and each stroke once', () => {
  const drawing = new Drawing();
  stroke(drawing, [1, 2]);
  stroke(drawing, [3, 4]);
  drawing.begin([5, 6]);
  drawing.scale(2);
  assert.deepEqual(drawing.strokes, [[[2, 4]], [[6, 8]], [[10, 12]]]);
  drawing.abandon();
  drawing.undo();
  assert.deepEqual(drawing.strokes, [[[2, 4]]]);
});

test('a canvas of another size shows the same drawing, of the same strokes', () => {
  const drawing = new Drawing();
  stroke(drawing, [1, 2]);
  const { strokes } = drawing;
  const [first] = strokes;
  let changes = 0;
  drawing.addEventListener('change', () => changes++);
  drawing.scale(3);
  assert.equal(drawing.strokes, strokes);
  assert.equal(drawing.strokes[0], first);
  assert.equal(changes, 0);
});

test('every change is told once, and what changes nothing is not', () => {
  const drawing = new Drawing();
  let told = 0;
  drawing.addEventListener('change', () => told++);
  /** @param {number} times @param {() => void} change */
  const tells = (times, change) => {
    told = 0;
    change();
    assert.equal(told, times, String(change));
  };
  tells(1, () => drawing.begin([0, 0]));
  tells(1, () => drawing.extend([[1, 1]]));
  tells(1, () => drawing.finish());
  tells(1, () => drawing.undo());
  tells(0, () => drawing.undo());
  tells(1, () => drawing.redo());
  tells(0, () => drawing.redo());
  tells(1, () => drawing.clear());
  tells(0, () => drawing.clear());
  tells(1, () => drawing.replace([[[2, 2]]]));
  tells(1, () => drawing.remove(...drawing.strokes));
  tells(0, () => drawing.extend([[3, 3]]));
  tells(0, () => drawing.abandon());
});

test('a drawing is traced while strokes from a picture are in it', () => {
  const drawing = new Drawing();
  drawing.replaceTraced([[[5, 5]]]);
  stroke(drawing, [0, 0], [1, 1]);
  assert.ok(drawing.isTraced);
  drawing.remove(drawing.strokes[0]);
  assert.ok(!drawing.isTraced);
  drawing.undo();
  assert.ok(drawing.isTraced);
});

test('whoever draws on a picture starts a drawing, and undo brings the picture back', () => {
  const drawing = new Drawing();
  const shown = { at: () => ({ image: Float32Array.of(1), paper: 0 }), shown: null };
  const outline = Object.assign(/** @type {[number, number][]} */ ([[0, 0], [9, 0], [9, 9], [0, 9]]), { picture: shown });
  drawing.replaceTraced([outline]);
  assert.deepEqual([drawing.isEmpty, drawing.isTraced, drawing.written], [false, false, []]);
  drawing.begin([1, 1]);
  assert.deepEqual(drawing.strokes, [[[1, 1]]]);
  drawing.abandon();
  assert.equal(drawing.strokes[0].picture, shown);
  stroke(drawing, [1, 1], [2, 2]);
  assert.equal(drawing.strokes.length, 1);
  assert.equal(drawing.written.length, 1);
  drawing.undo();
  drawing.scale(2);
  assert.equal(drawing.strokes[0].picture, shown);
  assert.deepEqual(drawing.strokes[0][2], [18, 18]);
});
