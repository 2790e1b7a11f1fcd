/** Tasks as a page gets them. */
import { MNIST } from '../../assets/js/recognition/rasterize.js';

/** @type {import('../../assets/js/recognition/recognize.js').Task} */
export const DIGITS = {
  classes: [...'0123456789'],
  framing: MNIST,
  reading: 'row',
  digits: true,
  direction: 'ltr',
  separator: '',
  key: '',
};

/** @param {string[]} classes @param {Partial<typeof DIGITS>} [others] */
export const task = (classes, others = {}) => ({ ...DIGITS, classes, digits: false, key: '.own', ...others });
