/** From ten probabilities to an answer: a digit, one of two, or none. Pure. */

/** @typedef {{refuse: number, unsure: number}} Thresholds */
/**
 * @typedef {object} Answer
 * @property {'digit' | 'unsure' | 'refused'} kind
 * @property {number} digit  the likeliest
 * @property {number} second  the next
 * @property {number} confidence  the probability of the likeliest
 */

export const NOTHING = '?'; // what stands in a number for something that is no digit

/**
 * A drawing that is no digit spreads its probability over many; a digit that could be two shares it between them.
 * @param {ArrayLike<number>} probabilities
 * @param {Thresholds} thresholds
 * @returns {Answer}
 */
export function decide(probabilities, thresholds) {
  const order = Array.from(probabilities, (_, digit) => digit).sort((a, b) => probabilities[b] - probabilities[a]);
  const [digit, second] = order;
  const confidence = probabilities[digit];
  if (confidence + probabilities[second] < thresholds.refuse) return { kind: 'refused', digit, second, confidence };
  return { kind: confidence < thresholds.unsure ? 'unsure' : 'digit', digit, second, confidence };
}

/**
 * A network's own probabilities, calibrated: softmax(log p / temperature).
 * @param {ArrayLike<number>} probabilities  as many for each image
 * @param {number} count  of images
 * @param {number} temperature
 * @returns {Float64Array}
 */
export function calibrated(probabilities, count, temperature) {
  const powers = Float64Array.from(probabilities, (p) => p ** (1 / temperature));
  for (let image = 0; image < count; image++) {
    const row = powers.subarray((image * powers.length) / count, ((image + 1) * powers.length) / count);
    const sum = row.reduce((a, b) => a + b);
    row.forEach((power, i) => {
      row[i] = power / sum;
    });
  }
  return powers;
}

/**
 * @param {({answer: Answer} | {sign: string})[]} symbols
 * @returns {string} the number read, left to right
 */
export function number(symbols) {
  return symbols
    .map((one) => ('sign' in one ? one.sign : one.answer.kind === 'refused' ? NOTHING : one.answer.digit))
    .join('');
}

/**
 * The probabilities of several networks together: their mean.
 * @param {ArrayLike<number>[]} all  one vector for each network; at least one
 * @returns {number[]}
 */
export function mean(all) {
  return Array.from(all[0], (_, digit) => all.reduce((sum, p) => sum + p[digit], 0) / all.length);
}

/** @param {Thresholds[]} all  at least one @returns {Thresholds} */
export function meanThresholds(all) {
  return {
    refuse: all.reduce((sum, one) => sum + one.refuse, 0) / all.length,
    unsure: all.reduce((sum, one) => sum + one.unsure, 0) / all.length,
  };
}
