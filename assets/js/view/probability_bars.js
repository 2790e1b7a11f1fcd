/** The bar charts: ten probabilities for each network of the panel. */
import { copy, element, part, put } from './dom.js';
import { chance, say } from './i18n.js';

/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../recognition/decide.js').Answer} Answer */
/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */

/** @param {NetworkInfo} network @returns {HTMLElement} */
function chart(network) {
  const figure = copy('chart_template');
  figure.dataset.chart = network.name;
  part(figure, 'title').textContent = network.title;
  const bars = part(figure, 'bars');
  for (let digit = 0; digit < 10; digit++) {
    const bar = copy('bar_template');
    bar.dataset.network = network.name;
    bar.dataset.digit = String(digit);
    part(bar, 'digit').textContent = String(digit);
    bars.append(bar);
  }
  return figure;
}

/** @param {Answer} answer @returns {string} */
export function phrase(answer) {
  const values = { digit: answer.digit, second: answer.second, sure: chance(answer.probability) };
  return say(`short_${answer.kind}`, values);
}

/**
 * @param {HTMLElement} figure
 * @param {number[]} probabilities
 * @param {Answer} answer
 * @param {boolean} moving  whether the pen is down: percentages, which are there on pointing, wait for it
 */
function update(figure, probabilities, answer, moving) {
  if (figure.dataset.answer !== answer.kind) figure.dataset.answer = answer.kind;
  put(part(figure, 'answer'), phrase(answer));
  const bars = part(figure, 'bars');
  probabilities.forEach((probability, digit) => {
    const bar = /** @type {HTMLElement} */ (bars.children[digit]);
    const winner = String(digit === answer.digit);
    if (bar.dataset.winner !== winner) bar.dataset.winner = winner;
    bar.dataset.probability = String(probability);
    const height = `scaleY(${Math.max(probability, 0.01).toFixed(3)})`;
    const ink = part(bar, 'ink');
    if (ink.style.transform !== height) ink.style.transform = height;
    if (!moving) put(part(bar, 'percent'), chance(probability));
  });
  if (moving) return;
  bars.setAttribute('aria-label', say('bars_label', { network: part(figure, 'title').textContent ?? '' }));
}

/**
 * Show what each network says of a digit; no bars where there is none. Elements are kept from call to call: this runs
 * once a frame.
 * @param {NetworkInfo[]} networks
 * @param {Digit | undefined} digit
 * @param {boolean} moving  whether the pen is down
 */
export function show(networks, digit, moving) {
  const place = element('chart_box');
  const shown = /** @type {HTMLElement[]} */ ([...place.children]);
  const wanted = digit ? networks : [];
  if (shown.map((figure) => figure.dataset.chart).join() !== wanted.map((network) => network.name).join()) {
    place.replaceChildren(...wanted.map(chart));
  }
  if (!digit) return;
  const figures = /** @type {HTMLElement[]} */ ([...place.children]);
  figures.forEach((figure, i) => {
    update(figure, digit.opinions[i], digit.answers[i], moving);
  });
}
