import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates, choose } from '../../../assets/js/recognition/segment.js';

/** @typedef {[number, number][]} Stroke */

/** Digits in a box of 60 by 100. @type {Record<string, Stroke[]>} */
const DIGITS = {
  0: [
    [
      [30, 0],
      [5, 30],
      [5, 70],
      [30, 100],
      [55, 70],
      [55, 30],
      [30, 0],
    ],
  ],
  1: [
    [
      [30, 0],
      [30, 50],
      [30, 100],
    ],
  ],
  3: [
    [
      [5, 10],
      [35, 0],
      [50, 25],
      [25, 48],
      [55, 75],
      [30, 100],
      [0, 90],
    ],
  ],
  4: [
    [
      [30, 0],
      [0, 65],
      [60, 65],
    ],
    [
      [42, 35],
      [40, 100],
    ],
  ],
  5: [
    [
      [10, 5],
      [8, 45],
      [40, 45],
      [55, 75],
      [30, 100],
      [0, 92],
    ],
    [
      [10, 5],
      [55, 2],
    ],
  ],
  7: [
    [
      [0, 5],
      [55, 0],
      [35, 50],
      [20, 100],
    ],
    [
      [8, 52],
      [52, 48],
    ],
  ],
};

/** @param {Stroke[]} strokes @param {number} x @returns {Stroke[]} */
const at = (strokes, x) => strokes.map((stroke) => stroke.map(([px, py]) => [px + x, py]));

/**
 * The strokes of each digit, as places in the drawing.
 * @param {Stroke[]} strokes @param {(strokes: Stroke[]) => number} belief
 */
function divide(strokes, belief = () => 0.9) {
  const found = candidates(strokes);
  const chosen = choose(
    found,
    found.runs.map((run) => belief(run.strokes)),
  );
  return chosen.map((i) => found.runs[i].strokes.map((stroke) => strokes.indexOf(stroke)));
}

for (const digit of Object.keys(DIGITS)) {
  test(`a ${digit} of ${DIGITS[digit].length} strokes is one digit`, () => {
    assert.deepEqual(divide(DIGITS[digit]), [DIGITS[digit].map((_, i) => i)]);
  });

  test(`${digit} beside ${digit} is two`, () => {
    const count = DIGITS[digit].length;
    const places = DIGITS[digit].map((_, i) => i);
    assert.deepEqual(divide([...DIGITS[digit], ...at(DIGITS[digit], 100)]), [places, places.map((i) => i + count)]);
  });
}

test('size and place of the whole drawing change nothing', () => {
  const drawing = [...DIGITS[4], ...at(DIGITS[7], 90), ...at(DIGITS[5], 180)];
  const moved = drawing.map((stroke) => stroke.map(([x, y]) => [0.3 * x - 40, 0.3 * y + 900]));
  assert.deepEqual(divide(drawing), [
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  assert.deepEqual(divide(moved), divide(drawing));
});

test('digits are read from left to right, whatever was drawn first', () => {
  assert.deepEqual(divide([...at(DIGITS[3], 100), ...DIGITS[1]]), [[1], [0]]);
});

test('a bar that reaches into the next digit does not glue them', () => {
  const seven = [
    DIGITS[7][0],
    [
      [5, 50],
      [95, 48],
    ],
  ];
  assert.deepEqual(
    divide([...seven, ...at(DIGITS[1], 55)], (strokes) => (strokes.length === 3 ? 0.4 : 0.95)),
    [[0, 1], [2]],
  );
});

test('neighbours whose boxes overlap slightly still part', () => {
  assert.deepEqual(
    divide([...DIGITS[3], ...at(DIGITS[0], 48)], (strokes) => (strokes.length === 2 ? 0.5 : 0.95)),
    [[0], [1]],
  );
});

test('where geometry leaves a doubt the networks decide', () => {
  const open = [
    [
      [20, 0],
      [0, 60],
      [50, 60],
    ],
    [
      [62, 40],
      [60, 100],
    ],
  ];
  /** @param {number} together @param {number} apart */
  const with_ = (together, apart) => divide(open, (strokes) => (strokes.length === 2 ? together : apart));
  assert.deepEqual(with_(0.99, 0.3), [[0, 1]]);
  assert.deepEqual(with_(0.2, 0.99), [[0], [1]]);
});

test('full stops and slips of the pen are no digits', () => {
  assert.deepEqual(
    divide([
      ...DIGITS[3],
      [
        [80, 98],
        [83, 100],
      ],
      ...at(DIGITS[1], 90),
    ]),
    [[0], [2]],
  );
});

test('a scribble of many strokes on one spot is one thing', () => {
  const scribble = Array.from({ length: 20 }, (_, i) => [
    [i, 10],
    [60 - i, 90],
  ]);
  assert.equal(divide(scribble).length, 1);
});

test('nothing is no digit, and a lone dot is one', () => {
  assert.deepEqual(divide([]), []);
  assert.deepEqual(divide([[[5, 5]]]), [[0]]);
});

test('what is drawn inside a shape belongs to it, and so does what lies between', () => {
  const eye = [
    [20, 30],
    [20, 45],
  ];
  const mouth = [
    [20, 65],
    [30, 75],
    [40, 65],
  ];
  assert.deepEqual(divide([DIGITS[0][0], eye, ...at([eye], 20), mouth]), [[0, 1, 2, 3]]);
});

test('symbols of other tasks are told apart by gaps, by width, and by what the networks know', () => {
  /** @param {number} x @param {number} [width] @returns {[number, number][]} a stroke as high as 100 */
  const bent = (x, width = 50) => [
    [x, 0],
    [x + width, 50],
    [x, 100],
  ];
  /** @param {[number, number][][]} strokes @param {(strokes: object[]) => number} belief */
  const parts = (strokes, belief) => {
    const found = candidates(strokes, { digits: false });
    return choose(
      found,
      found.runs.map((run) => belief(run.strokes)),
    ).map((i) => found.runs[i].strokes.length);
  };
  const even = () => 0.8;
  assert.deepEqual(parts([bent(0), bent(120)], even), [1, 1]);
  assert.deepEqual(parts([bent(0), bent(30)], even), [2]); // they lie over one another
  const near = [bent(0, 30), bent(45, 30)];
  assert.deepEqual(
    parts(near, (strokes) => (strokes.length === 2 ? 0.95 : 0.5)),
    [2],
  );
  assert.deepEqual(
    parts(near, (strokes) => (strokes.length === 2 ? 0.5 : 0.95)),
    [1, 1],
  );
  const wide = [bent(0, 90), bent(105, 90)];
  assert.deepEqual(
    parts(wide, (strokes) => (strokes.length === 2 ? 0.95 : 0.5)),
    [1, 1],
  );
  const dotted = [bent(0), [[20, -60]], bent(120)];
  assert.deepEqual(parts(dotted, even), [2, 1]); // a dot belongs to what is under it
});
