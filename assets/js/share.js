/**
 * A drawing in a few characters, for an address: points on a grid of 1,024 across the canvas, each stroke thinned to
 * what the eye can tell, differences as variable-length numbers, base64url. Pure.
 */

/** @typedef {import('./strokes.js').Stroke} Stroke */
/** @typedef {import('./strokes.js').Point} Point */

const GRID = 1024;
const BEND = 1.5; // grid units that a point may lie off the line without being missed
const VERSION = 1;
const LONGEST = 20_000; // characters; longer addresses were not made here

/**
 * The fewest of a stroke's points that keep its shape (Ramer, Douglas and Peucker).
 * @param {Stroke} stroke @param {number} tolerance
 * @returns {Stroke}
 */
export function simplify(stroke, tolerance) {
  if (stroke.length < 3) return stroke;
  const [[ax, ay], [bx, by]] = [stroke[0], stroke[stroke.length - 1]];
  const length = Math.hypot(bx - ax, by - ay);
  let far = 0;
  let at = 0;
  for (let i = 1; i < stroke.length - 1; i++) {
    const [x, y] = stroke[i];
    const away =
      length > 0 ? Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length : Math.hypot(x - ax, y - ay);
    if (away > far) [far, at] = [away, i];
  }
  if (far <= tolerance) return [stroke[0], stroke[stroke.length - 1]];
  return [...simplify(stroke.slice(0, at + 1), tolerance).slice(0, -1), ...simplify(stroke.slice(at), tolerance)];
}

/** @param {number[]} bytes @param {number} value  any integer, small ones in one byte */
function push(bytes, value) {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
}

/**
 * @param {Stroke[]} strokes
 * @param {number} width  of the canvas, in the strokes' unit
 * @returns {string} letters, digits, - and _; at most LONGEST of them, with as much detail as goes into these
 */
export function encode(strokes, width) {
  for (let tolerance = BEND; ; tolerance *= 2) {
    const text = encoded(strokes, width, tolerance);
    if (text.length <= LONGEST || tolerance > GRID) return text;
  }
}

/** @param {Stroke[]} strokes @param {number} width @param {number} tolerance  in grid units */
function encoded(strokes, width, tolerance) {
  const bytes = [VERSION];
  let [x, y] = [0, 0];
  for (const stroke of strokes) {
    const points = stroke.map(([px, py]) => /** @type {Point} */ ([(px * GRID) / width, (py * GRID) / width]));
    const kept = simplify(points, tolerance).map(([px, py]) => [Math.round(px), Math.round(py)]);
    push(bytes, kept.length);
    for (const [px, py] of kept) {
      push(bytes, px - x);
      push(bytes, py - y);
      [x, y] = [px, py];
    }
  }
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {string} text @returns {number[]} the integers in it, after the version */
function integers(text) {
  const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  if (letters.charCodeAt(0) !== VERSION) throw new Error('version');
  const found = [];
  let [value, shift] = [0, 0];
  for (let i = 1; i < letters.length; i++) {
    const byte = letters.charCodeAt(i);
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    found.push(value & 1 ? -(value + 1) / 2 : value / 2);
    [value, shift] = [0, 0];
  }
  return found;
}

/**
 * @param {string} text
 * @param {number} width  of the canvas the strokes are for
 * @returns {Stroke[] | null} null where the text is no drawing, or an empty one
 */
export function decode(text, width) {
  if (text.length > LONGEST) return null;
  try {
    const numbers = integers(text);
    /** @type {Stroke[]} */
    const strokes = [];
    let [x, y, i] = [0, 0, 0];
    while (i < numbers.length) {
      const end = i + 1 + 2 * numbers[i];
      if (numbers[i] < 1 || end > numbers.length) return null;
      /** @type {Stroke} */
      const stroke = [];
      for (i += 1; i < end; i += 2) {
        x += numbers[i];
        y += numbers[i + 1];
        stroke.push([(x * width) / GRID, (y * width) / GRID]);
      }
      strokes.push(stroke);
    }
    return strokes.length > 0 ? strokes : null;
  } catch {
    return null;
  }
}
