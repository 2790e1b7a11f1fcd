/** Dots, commas, hyphens and slashes between digits. Pure: geometry alone tells them, and where it cannot there is no sign. */
import { box, distance, height, middle, side, width } from '../geometry.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../geometry.js').Box} Box */
/** @typedef {{sign: string, strokes: Stroke[]}} Sign  of one stroke */
/** @typedef {{top: number, base: number, tall: number}} Line  that the digits are written on */

const DIGIT = 0.5; // of the tallest stroke: lower ones say nothing about the line
const CLEAR = 0.03; // of the line's height: what is nearer to a digit is part of it

/**
 * @param {Stroke[]} strokes
 * @returns {Sign[]} each a stroke that stands between others
 */
export function signs(strokes) {
  if (strokes.length < 3) return [];
  const boxes = strokes.map((stroke) => box([stroke]));
  return strokes.flatMap((stroke, i) => {
    const others = boxes.filter((_, k) => k !== i);
    const text = kind(stroke, boxes[i], line(others));
    if (!text || !isBetween(boxes[i], others)) return [];
    const isFree = text === '/' ? touchesNone(stroke, strokes) : standsAlone(boxes[i], others);
    return isFree ? [{ sign: text, strokes: [stroke] }] : [];
  });
}

/** @param {Box[]} boxes @returns {Line} */
function line(boxes) {
  const least = DIGIT * Math.max(...boxes.map(height));
  const digits = boxes.filter((one) => height(one) >= least);
  const top = median(digits.map(({ minY }) => minY));
  const base = median(digits.map(({ maxY }) => maxY));
  return { top, base, tall: base - top };
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * @param {Stroke} stroke @param {Box} ink  of it @param {Line} line
 * @returns {string} the sign that it would be, or nothing
 */
function kind(stroke, ink, { top, base, tall }) {
  const [across, down, y] = [width(ink) / tall, height(ink) / tall, (ink.minY + ink.maxY) / 2];
  const isLow = y > base - 0.25 * tall && ink.minY < base + 0.3 * tall;
  if (isLow && across < 0.3 && down < 0.45)
    return side(ink) < 0.15 * tall ? '.' : ink.maxY > base && down > 0.7 * across ? ',' : '';
  const isMiddle = y > top + 0.25 * tall && y < base - 0.25 * tall;
  if (isMiddle && across > 0.15 && across < 0.8 && down < 0.3 * across) return '-';
  const outside = Math.min(top - ink.minY, ink.maxY - base) / tall; // a 1 is as tall as its neighbours
  return outside > 0.05 && across > 0.25 * down && isRising(stroke) ? '/' : '';
}

/** @param {Stroke} stroke @returns {boolean} whether it is a straight line from the lower left to the upper right */
function isRising(stroke) {
  const [[ax, ay], [bx, by]] = [stroke[0], stroke[stroke.length - 1]];
  const length = stroke.reduce((sum, [x, y], i) => {
    const [px, py] = stroke[Math.max(i - 1, 0)];
    return sum + Math.hypot(x - px, y - py);
  }, 0);
  return (bx - ax) * (by - ay) < 0 && Math.hypot(bx - ax, by - ay) > 0.95 * length;
}

/** @param {Box} ink @param {Box[]} others */
function isBetween(ink, others) {
  const x = middle(ink);
  return others.some(({ maxX }) => maxX < x) && others.some(({ minX }) => minX > x);
}

/** @param {Box} ink @param {Box[]} others @returns {boolean} whether nothing is above or below it */
function standsAlone(ink, others) {
  const clear = CLEAR * line(others).tall;
  return others.every(({ minX, maxX }) => maxX < ink.minX - clear || minX > ink.maxX + clear);
}

/** @param {Stroke} stroke @param {Stroke[]} strokes */
function touchesNone(stroke, strokes) {
  const clear = CLEAR * height(box([stroke]));
  return strokes.every((other) => other === stroke || distance(other, stroke) > clear);
}
