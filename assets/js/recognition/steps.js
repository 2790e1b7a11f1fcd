/** Functions that may have to wait for an answer, and do not wait where it is there at once. Pure. */

/**
 * @template T
 * @param {Generator<unknown, T, any>} steps  yields what may be a promise, and goes on with what that becomes
 * @param {any} [given]  what it goes on with
 * @returns {T | Promise<T>} what it returns; a promise only where it yielded one
 */
export function run(steps, given) {
  for (;;) {
    const { done, value } = steps.next(given);
    if (done) return /** @type {T} */ (value);
    if (value instanceof Promise) return value.then((answer) => run(steps, answer));
    given = value;
  }
}

/**
 * @template T
 * @param {(T | Promise<T>)[]} values
 * @returns {Generator<unknown, T[], any>}
 */
export function* together(values) {
  return values.some((value) => value instanceof Promise) ? yield Promise.all(values) : /** @type {T[]} */ (values);
}
