import assert from 'node:assert/strict';
import { test } from 'node:test';
import { centreOfMass, MNIST, rasterize } from '../../../assets/js/recognition/rasterize.js';

/** @param {[number, number][][]} strokes */
const pixels = (strokes) => rasterize(strokes).image;

/** Hand-written digits in a box of 100 by 100. @type {Record<string, [number, number][][]>} */
const DRAWINGS = {
  0: [
    [
      [50, 0],
      [20, 15],
      [10, 50],
      [20, 85],
      [50, 100],
      [80, 85],
      [90, 50],
      [80, 15],
      [50, 0],
    ],
  ],
  1: [
    [
      [50, 0],
      [48, 50],
      [50, 100],
    ],
  ],
  2: [
    [
      [10, 20],
      [40, 0],
      [80, 15],
      [75, 45],
      [10, 100],
      [95, 98],
    ],
  ],
  4: [
    [
      [45, 0],
      [10, 60],
      [90, 60],
    ],
    [
      [70, 35],
      [65, 100],
    ],
  ],
  7: [
    [
      [0, 0],
      [90, 5],
      [40, 100],
    ],
    [
      [20, 50],
      [80, 50],
    ],
  ],
  dash: [
    [
      [0, 50],
      [100, 52],
    ],
  ],
};

/** @param {Float32Array} image */
function inkBox(image) {
  const at = Array.from(image, (value, i) => (value > 0 ? i : -1)).filter((i) => i >= 0);
  const columns = at.map((i) => i % MNIST.size);
  const rows = at.map((i) => Math.floor(i / MNIST.size));
  return { width: Math.max(...columns) - Math.min(...columns) + 1, height: Math.max(...rows) - Math.min(...rows) + 1 };
}

/** @param {Float32Array} a @param {Float32Array} b */
const difference = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

for (const [name, drawing] of Object.entries(DRAWINGS)) {
  const image = pixels(drawing);

  test(`${name}: pixels lie in [0, 1], some of them full ink`, () => {
    assert.equal(image.length, 784);
    assert.ok(image.every((value) => value >= 0 && value <= 1));
    assert.ok(Math.max(...image) > 0.95);
  });

  test(`${name}: the ink is 20 pixels on its longest side`, () => {
    const { width, height } = inkBox(image);
    assert.ok(Math.abs(Math.max(width, height) - MNIST.box) <= 1, `${width} x ${height}`);
  });

  test(`${name}: the centre of mass is in the middle`, () => {
    const [x, y] = centreOfMass(image);
    assert.ok(Math.hypot(x - 14.5, y - 14.5) <= 0.5, `${x}, ${y}`);
  });

  test(`${name}: moving and scaling the drawing changes nothing`, () => {
    const moved = drawing.map((stroke) => stroke.map(([x, y]) => [3.7 * x + 1000, 3.7 * y - 250]));
    assert.ok(difference(pixels(moved), image) < 1e-3);
  });

  test(`${name}: more points on the same line change nothing`, () => {
    const dense = drawing.map((stroke) =>
      stroke.flatMap(([x, y], i) => {
        const [fromX, fromY] = stroke[Math.max(i - 1, 0)];
        return [0.25, 0.5, 0.75, 1].map((t) => [fromX + t * (x - fromX), fromY + t * (y - fromY)]);
      }),
    );
    assert.ok(difference(pixels(dense), image) < 1e-3);
  });

  test(`${name}: a stray tap far away changes nothing`, () => {
    assert.ok(difference(pixels([...drawing, [[400, 300]]]), image) < 1e-6);
  });
}

test('an empty drawing is paper', () => {
  assert.ok(pixels([]).every((value) => value === 0));
  assert.ok(pixels([[]]).every((value) => value === 0));
});

test('a lone dot keeps the width of the pen', () => {
  const { width, height } = inkBox(pixels([[[70, 70]]]));
  assert.ok(width <= 5 && height <= 5, `${width} x ${height}`);
});

test('a thin 1 stays thin', () => {
  const { width, height } = inkBox(
    pixels([
      [
        [50, 0],
        [50, 100],
      ],
    ]),
  );
  assert.ok(width <= 5 && height >= 19, `${width} x ${height}`);
});

test('another framing: its size, its box, and the middle of the box where it says so', () => {
  const framing = { size: 48, box: 40, centre: 'box', pen: 3, softness: 2 };
  const { image, strokes, frame } = rasterize(
    [
      [
        [0, 0],
        [0, 100],
        [100, 100],
      ],
    ],
    framing,
  );
  assert.equal(image.length, 48 * 48);
  const xs = strokes[0].map(([x]) => x * frame.scale + frame.x);
  assert.deepEqual(
    [Math.min(...xs), Math.max(...xs)].map((x) => Math.round(10 * x) / 10),
    [6.5, 41.5],
  ); // 35 and the pen
  const [x, y] = centreOfMass(image, framing);
  assert.ok(x < 24 && y > 24, `${x}, ${y}`);
});

test('a box of 0 lets the ink fill the image', () => {
  const { frame } = rasterize(
    [
      [
        [0, 0],
        [100, 100],
      ],
    ],
    { ...MNIST, box: 0 },
  );
  assert.ok(Math.abs(frame.scale * 100 - (28 - MNIST.pen - MNIST.softness)) < 1e-9);
});

test('dots stay where a task has symbols with dots', () => {
  const i = [
    [
      [0, 30],
      [0, 100],
    ],
    [[0, 0]],
  ];
  assert.equal(rasterize(i).strokes.length, 1);
  assert.equal(rasterize(i, MNIST, false).strokes.length, 2);
});
