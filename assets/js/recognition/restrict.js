/** Networks whose answers are known to be of a few classes. Pure. */

/**
 * Probabilities of some classes, given that it is one of them.
 * @param {ArrayLike<number>} probabilities  of all classes, for one image after another
 * @param {number} count  of images
 * @param {number[]} places  of the classes that are possible
 * @returns {Float32Array} of these classes, in this order
 */
export function restricted(probabilities, count, places) {
  const all = probabilities.length / count;
  const few = new Float32Array(count * places.length);
  for (let image = 0; image < count; image++) {
    const own = places.map((place) => probabilities[image * all + place]);
    const sum = own.reduce((a, b) => a + b, 0);
    // Where all of them are so improbable that they are 0, nothing tells them apart.
    own.forEach((p, i) => {
      few[image * places.length + i] = sum > 0 ? p / sum : 1 / places.length;
    });
  }
  return few;
}
