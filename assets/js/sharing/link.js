/**
 * A drawing in a few characters, for an address: points on a grid of 1,024 across the canvas, each stroke thinned to
 * what the eye can tell, differences as variable-length numbers, a checksum, base64url. Pure.
 */
import { toSegment } from '../geometry.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../geometry.js').Point} Point */

const GRID = 1024;
const BEND = 1.5; // grid units that a point may lie off the line without being missed
const VERSION = 2;
const UNCHECKED = 1; // the version without a checksum: its links still open
const CHECKSUM = 4; // bytes
const LONGEST = 20_000; // characters: chats and mail programs cut long addresses

/**
 * The fewest of a stroke's points that keep its shape (Ramer, Douglas and Peucker).
 * @param {Stroke} stroke @param {number} tolerance
 * @returns {Stroke}
 */
export function simplify(stroke, tolerance) {
  if (stroke.length < 3) return stroke;
  const [first, last] = [stroke[0], stroke[stroke.length - 1]];
  let far = 0;
  let at = 0;
  for (let i = 1; i < stroke.length - 1; i++) {
    const away = toSegment(stroke[i], first, last);
    if (away > far) [far, at] = [away, i];
  }
  if (far <= tolerance) return [first, last];
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

/** @param {number[]} bytes @returns {number[]} their checksum (FNV-1a): a link may be cut or changed on its way */
function checksum(bytes) {
  const hash = bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5);
  return [24, 16, 8, 0].map((shift) => (hash >>> shift) & 255);
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
  const text = btoa(Array.from([...bytes, ...checksum(bytes)], (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {string} text @returns {number[]} the integers in it; throws where it is not whole */
function integers(text) {
  const bytes = Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  if (bytes[0] === VERSION) {
    const sent = bytes.splice(-CHECKSUM);
    if (sent.join() !== checksum(bytes).join()) throw new Error('checksum');
  } else if (bytes[0] !== UNCHECKED) throw new Error('version');
  const found = [];
  let [value, shift] = [0, 0];
  for (const byte of bytes.slice(1)) {
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    found.push(value & 1 ? -(value + 1) / 2 : value / 2);
    [value, shift] = [0, 0];
  }
  if (shift > 0) throw new Error('cut');
  return found;
}

/**
 * @param {string} text
 * @param {number} width  of the canvas the strokes are for
 * @returns {Stroke[] | null} null where the text is no drawing, or an empty one
 */
export function decode(text, width) {
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
