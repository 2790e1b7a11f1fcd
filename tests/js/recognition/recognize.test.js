import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, isDot, judge, Memory, read } from '../../../assets/js/recognition/recognize.js';

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
      return Float32Array.from({ length: 10 * count }, (_, i) => (i % 10 === digit ? confidence : (1 - confidence) / 9));
    },
  };
}

/** @param {number} x */
const at = (x) => ONE.map((stroke) => stroke.map(([px, y]) => [px + x, y]));

test('a number is read in one batch for each network', () => {
  const panel = [network(1), network(1)];
  const reading = read([...at(0), ...at(100), ...at(200)], panel);
  assert.equal(reading.text, '111');
  assert.equal(reading.digits.length, 3);
  for (const one of panel) assert.deepEqual(one.batches, [3]);
});

test('an empty drawing asks nobody', () => {
  const one = network(1);
  for (const empty of [[], [[]]]) {
    const reading = read(empty, [one]);
    assert.equal(reading.text, '');
    assert.deepEqual(reading.digits, []);
  }
  assert.deepEqual(one.batches, []);
});

test('a lone dot is no digit, whatever the networks say', () => {
  const reading = read([[[5, 5]]], [network(1)]);
  assert.equal(reading.text, '?');
  assert.equal(reading.digits[0].answer.kind, 'refused');
  assert.ok(isDot([[[5, 5]], [[9, 9]]]));
  assert.ok(!isDot(ONE));
});

test('networks that disagree answer together, and each for itself', () => {
  const [{ answer, panel, probabilities }] = read(ONE, [network(1, 0.9), network(7, 0.7)]).digits;
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
  read(drawn, [one], memory);
  const growing = [
    [230, 0],
    [230, 60],
  ];
  read([...drawn, growing], [one], memory);
  growing.push([230, 100]);
  read([...drawn, growing], [one], memory);
  assert.deepEqual(one.batches, [2, 1, 1]);
  read([...drawn, growing], [one], memory);
  assert.deepEqual(one.batches, [2, 1, 1]);
});

test('judging and asking keep the order', () => {
  const one = network(4);
  assert.equal(judge([at(0), at(100)], [one]).length, 2);
  assert.deepEqual(ask([], one), []);
});
