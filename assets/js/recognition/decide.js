/**
 * From probabilities to an answer: a class, one of two, or none. Pure.
 *
 * Classes are places in the task's list. The first task was digits, whose places they are; so `digit` is what pages and
 * other people's scripts call the place of a class, and the kind of a clear answer.
 */

/** @typedef {{refuse: number, unsure: number}} Thresholds */
/**
 * @typedef {object} Answer
 * @property {'digit' | 'unsure' | 'refused'} kind
 * @property {number} digit  the likeliest class
 * @property {number} second  the next
 * @property {number} confidence  the probability of the likeliest
 */

export const NOTHING = '?'; // what stands in a row for something that is no symbol

/**
 * A drawing that is of no class spreads its probability over many; one that could be of two shares it between them.
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
 * @param {({answer: Answer} | {sign: string})[]} symbols  in the order of reading
 * @param {{classes: ArrayLike<string>, separator: string}} task
 * @returns {string} the number or the row that they are
 */
export function row(symbols, { classes, separator }) {
  return symbols
    .map((one) => ('sign' in one ? one.sign : one.answer.kind === 'refused' ? NOTHING : classes[one.answer.digit]))
    .join(separator);
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
