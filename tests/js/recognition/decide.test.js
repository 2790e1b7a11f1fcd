import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrated, decide, mean, meanThresholds, row } from '../../../assets/js/recognition/decide.js';
import { DIGITS } from '../tasks.js';

const THRESHOLDS = { refuse: 0.5, unsure: 0.8 };
const spread = (values) => Array.from({ length: 10 }, (_, digit) => values[digit] ?? 0);

test('a clear winner is a digit', () => {
  const answer = decide(spread({ 4: 0.93, 9: 0.07 }), THRESHOLDS);
  assert.deepEqual(answer, { kind: 'digit', digit: 4, second: 9, confidence: 0.93 });
});

test('two digits that share the probability are named both', () => {
  const answer = decide(spread({ 4: 0.55, 9: 0.45 }), THRESHOLDS);
  assert.deepEqual(answer, { kind: 'unsure', digit: 4, second: 9, confidence: 0.55 });
});

test('probability spread over many digits is no digit', () => {
  assert.equal(decide(new Array(10).fill(0.1), THRESHOLDS).kind, 'refused');
});

test('the thresholds themselves are still answers', () => {
  assert.equal(decide(spread({ 1: 0.8, 7: 0.2 }), THRESHOLDS).kind, 'digit');
  assert.equal(decide(spread({ 1: 0.25, 7: 0.25, 2: 0.2, 3: 0.15, 4: 0.15 }), THRESHOLDS).kind, 'unsure');
});

test('a temperature of 1 changes nothing, a higher one spreads, a lower one sharpens, image by image', () => {
  const own = [0.8, 0.2, 0.5, 0.5, 0, 1];
  const close = (actual, expected) => actual.forEach((p, i) => assert.ok(Math.abs(p - expected[i]) < 1e-12));
  close(calibrated(own, 3, 1), own);
  close(calibrated(own, 3, 2), [2 / 3, 1 / 3, 0.5, 0.5, 0, 1]);
  close(calibrated(own, 3, 0.5), [16 / 17, 1 / 17, 0.5, 0.5, 0, 1]);
  assert.equal(calibrated([], 0, 2).length, 0);
});

test('a number is read left to right, with a mark for what is no digit', () => {
  const answers = [spread({ 1: 1 }), new Array(10).fill(0.1), spread({ 0: 0.6, 6: 0.4 })];
  const symbols = answers.map((p) => ({ answer: decide(p, THRESHOLDS) }));
  assert.equal(row(symbols, DIGITS), '1?0');
  assert.equal(row([symbols[0], { sign: '/' }, symbols[2]], DIGITS), '1/0');
  assert.equal(row([], DIGITS), '');
});

test('several networks speak with the mean of their voices', () => {
  assert.deepEqual(
    mean([
      [1, 0],
      [0.5, 0.5],
    ]),
    [0.75, 0.25],
  );
  assert.deepEqual(meanThresholds([THRESHOLDS, { refuse: 0.75, unsure: 0.9 }]), {
    refuse: 0.625,
    unsure: 0.8500000000000001,
  });
});
