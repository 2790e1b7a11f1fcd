import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, isDot, judge, Memory, read } from '../../../assets/js/recognition/recognize.js';
import { DIGITS, task } from '../tasks.js';

const ONE = [
  [
    [30, 0],
    [30, 100],
  ],
];
const THRESHOLDS = { refuse: 0.5, unsure: 0.8 };

/**
 * A network that reads every image as the same digit, and tells how often it was asked for how many.
 * @param {number} digit @param {number} [confidence]
 */
function network(digit, confidence = 0.99) {
  const batches = [];
  return {
    name: `always ${digit}`,
    thresholds: THRESHOLDS,
    batches,
    probabilities(images, count) {
      assert.equal(images.length, count * 784);
      batches.push(count);
      return Float32Array.from({ length: 10 * count }, (_, i) =>
        i % 10 === digit ? confidence : (1 - confidence) / 9,
      );
    },
  };
}

/** @param {number} x */
const at = (x) => ONE.map((stroke) => stroke.map(([px, y]) => [px + x, y]));

test('a number is read in one batch for each network', () => {
  const panel = [network(1), network(1)];
  const reading = read([...at(0), ...at(100), ...at(200)], panel, DIGITS);
  assert.equal(reading.text, '111');
  assert.equal(reading.digits.length, 3);
  for (const one of panel) assert.deepEqual(one.batches, [3]);
});

test('an empty drawing asks nobody', () => {
  const one = network(1);
  for (const empty of [[], [[]]]) {
    const reading = read(empty, [one], DIGITS);
    assert.equal(reading.text, '');
    assert.deepEqual(reading.digits, []);
  }
  assert.deepEqual(one.batches, []);
});

test('a lone dot is no digit, whatever the networks say', () => {
  const reading = read([[[5, 5]]], [network(1)], DIGITS);
  assert.equal(reading.text, '?');
  assert.equal(reading.digits[0].answer.kind, 'refused');
  assert.ok(isDot([[[5, 5]], [[9, 9]]]));
  assert.ok(!isDot(ONE));
});

test('networks that disagree answer together, and each for itself', () => {
  const [{ answer, panel, probabilities }] = read(ONE, [network(1, 0.9), network(7, 0.7)], DIGITS).digits;
  assert.deepEqual(
    panel.map((one) => one.answer.digit),
    [1, 7],
  );
  assert.deepEqual([answer.kind, answer.digit, answer.second], ['unsure', 1, 7]);
  assert.ok(Math.abs(probabilities.reduce((a, b) => a + b) - 1) < 1e-6);
});

test('while one digit grows, the others are remembered', () => {
  const one = network(1);
  const memory = new Memory();
  const drawn = [...at(0), ...at(100)];
  read(drawn, [one], DIGITS, { memory });
  const growing = [
    [230, 0],
    [230, 60],
  ];
  read([...drawn, growing], [one], DIGITS, { memory });
  growing.push([230, 100]);
  read([...drawn, growing], [one], DIGITS, { memory });
  assert.deepEqual(one.batches, [2, 1, 1]);
  read([...drawn, growing], [one], DIGITS, { memory });
  assert.deepEqual(one.batches, [2, 1, 1]);
});

test('judging and asking keep the order', () => {
  const one = network(4);
  assert.equal(judge([at(0), at(100)], [one], DIGITS).length, 2);
  assert.deepEqual(ask([], one), []);
});

/** @param {string[]} classes @param {number} [size]  of the images */
function letters(classes, size = 28) {
  return {
    name: 'letters',
    thresholds: THRESHOLDS,
    probabilities(images, count) {
      assert.equal(images.length, count * size * size);
      return Float32Array.from({ length: classes.length * count }, (_, i) => (i % classes.length === 1 ? 0.98 : 0.01));
    },
  };
}

test('where only some classes are possible, there are no signs between them', () => {
  const hyphen = [[[55, 50], [85, 50]]];
  const ink = [...at(0), ...hyphen, ...at(100)];
  const texts = [DIGITS, { ...DIGITS, unsigned: true }].map((one) => read(ink, [network(1)], one).text);
  assert.equal(texts[0], '1-1');
  assert.match(texts[1], /^1+$/);
});

test('a task of single symbols takes the whole drawing as one, dots, signs and gaps with it', () => {
  const drawn = [...at(0), [[5, 5]], ...at(100), ...at(300)];
  const { text, symbols } = read(drawn, [letters(['a', 'b', 'c'])], task(['a', 'b', 'c'], { reading: 'one' }));
  assert.equal(text, 'b');
  assert.deepEqual(symbols[0].strokes, drawn);
  assert.deepEqual(read([], [letters(['a', 'b'])], task(['a', 'b'], { reading: 'one' })).symbols, []);
});

test('a row of other symbols is read in the direction of their script, words with a blank between', () => {
  const drawn = [...at(0), ...at(100), ...at(200)];
  const left = read(drawn, [letters(['a', 'b'])], task(['a', 'b']));
  assert.equal(left.text, 'bbb');
  assert.deepEqual(left.symbols[0].strokes, at(0));
  const right = read(drawn, [letters(['alef', 'bet'])], task(['alef', 'bet'], { direction: 'rtl', separator: ' ' }));
  assert.equal(right.text, 'bet bet bet');
  assert.deepEqual(right.symbols[0].strokes, at(200));
  assert.deepEqual(right.digits[0].strokes, at(200));
});

test('the strokes of one symbol stay together where they lie over one another, or near', () => {
  const dotted = (x) => [...at(x), [[30 + x, -40]]];
  const drawn = [...dotted(0), ...dotted(120)];
  const { symbols } = read(drawn, [letters(['i', 'j'])], task(['i', 'j']));
  assert.deepEqual(
    symbols.map(({ strokes }) => strokes.length),
    [2, 2],
  );
  const near = read([...at(0), ...at(4)], [letters(['i', 'j'])], task(['i', 'j']));
  assert.equal(near.symbols.length, 1);
});

test('a dot may be a symbol where it is no digit', () => {
  assert.equal(read([[[5, 5]]], [letters(['a', '.'])], task(['a', '.'])).text, '.');
});

test('images have the size of the task', () => {
  const large = task(['a', 'b'], { framing: { size: 40, box: 30, centre: 'box', pen: 3, softness: 1.6 } });
  const [{ raster }] = read(ONE, [letters(['a', 'b'], 40)], large).digits;
  assert.equal(raster.image.length, 1600);
});

const LARGE = { size: 40, box: 30, centre: 'box', pen: 3, softness: 1.6 };

test('each network takes images of its own framing, and networks of the same one the same image', () => {
  const [small, large, alike] = [letters(['a', 'b']), letters(['a', 'b'], 40), letters(['a', 'b'], 40)];
  const panel = [small, { ...large, framing: LARGE }, { ...alike, framing: { ...LARGE } }];
  const [{ raster, panel: seen }] = read(ONE, panel, task(['a', 'b'])).digits;
  assert.deepEqual(
    seen.map((one) => one.raster.image.length),
    [784, 1600, 1600],
  );
  assert.equal(seen[0].raster, raster);
  assert.equal(seen[1].raster, seen[2].raster);
});

test('networks that take their time are waited for, beside others that do not', async () => {
  const [now, later] = [network(1), network(7)];
  const slow = { ...later, probabilities: async (images, count) => later.probabilities(images, count) };
  const coming = read([...at(0), ...at(100)], [now, slow], DIGITS);
  assert.ok(coming instanceof Promise);
  const { digits } = await coming;
  assert.deepEqual(
    digits.map(({ panel }) => panel.map(({ answer }) => answer.digit)),
    [
      [1, 7],
      [1, 7],
    ],
  );
  assert.deepEqual([now.batches, later.batches], [[2], [2]]);
});

test('who stops a reading is not given it', async () => {
  const stop = new AbortController();
  const one = network(1);
  const slow = {
    ...one,
    probabilities: async (images, count, signal) => {
      signal.throwIfAborted();
      return one.probabilities(images, count);
    },
  };
  stop.abort();
  await assert.rejects(read(ONE, [slow], DIGITS, { signal: stop.signal }), { name: 'AbortError' });
  assert.deepEqual(one.batches, []);
});
