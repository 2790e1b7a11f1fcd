/** Which class a writer draws next. Pure: the same writer is asked in the same order on every device. */

/**
 * @typedef {object} Progress
 * @property {number[]} counts  drawings of each class by this writer
 * @property {number[]} skips  how often each class was passed over
 * @property {number} target  drawings of each class that a writer is asked for
 * @property {string} writer
 */

/**
 * Round after round, each in an order of its own, so that no habit of the hand belongs to one class alone. Whoever skips a
 * class is asked for it again in the next round.
 * @param {Progress} progress
 * @returns {number | null} the place of the class; null where none is wanted any more
 */
export function nextClass({ counts, skips, target, writer }) {
  const open = counts.map((count) => count < target);
  const attempts = counts.map((count, place) => count + skips[place]);
  const round = Math.min(...attempts.filter((_, place) => open[place]));
  const order = shuffled(counts.length, hash(`${writer}\n${round}`));
  return order.find((place) => open[place] && attempts[place] === round) ?? null;
}

/** @param {Progress} progress @returns {{done: number, of: number}} of the drawings that are asked for */
export function share({ counts, target }) {
  return { done: counts.reduce((sum, count) => sum + Math.min(count, target), 0), of: counts.length * target };
}

/** @param {number} count @param {number} seed  32 bits @returns {number[]} the numbers below count, in random order */
export function shuffled(count, seed) {
  const random = generator(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** FNV-1a. @param {string} text @returns {number} 32 bits */
function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

/** Mulberry32: Math.random cannot be seeded. @param {number} seed @returns {() => number} in [0, 1) */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
