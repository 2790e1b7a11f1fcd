/** The bar charts: ten probabilities for each network of the panel. */
import { copy, element, part, put } from './dom.js';

/** @typedef {import('./i18n.js').Texts} Texts */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../recognition/recognize.js').Judgement} Judgement */
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

/** @param {Texts} texts @param {Answer} answer @returns {string} */
export function phrase(texts, { kind, digit, second, confidence }) {
  return texts.say(`short_${kind}`, { digit, second, confidence: texts.probability(confidence) });
}

/**
 * @param {Texts} texts
 * @param {HTMLElement} figure
 * @param {Judgement} judgement
 * @param {boolean} moving  whether the pen is down: percentages, which are there on pointing, wait for it
 */
function update(texts, figure, { probabilities, answer }, moving) {
  if (figure.dataset.answer !== answer.kind) figure.dataset.answer = answer.kind;
  put(part(figure, 'answer'), phrase(texts, answer));
  const bars = part(figure, 'bars');
  probabilities.forEach((probability, digit) => {
    const bar = /** @type {HTMLElement} */ (bars.children[digit]);
    const winner = String(digit === answer.digit);
    if (bar.dataset.winner !== winner) bar.dataset.winner = winner;
    bar.dataset.probability = String(probability);
    const height = `scaleY(${Math.max(probability, 0.01).toFixed(3)})`;
    const fill = part(bar, 'ink');
    if (fill.style.transform !== height) fill.style.transform = height;
    if (!moving) put(part(bar, 'percent'), texts.probability(probability));
  });
  if (moving) return;
  bars.setAttribute('aria-label', texts.say('bars_label', { network: part(figure, 'title').textContent ?? '' }));
}

/**
 * Show the probabilities of a digit by each network; no bars where there is none. Elements are kept from call to call: this
 * runs once a frame.
 * @param {Texts} texts
 * @param {NetworkInfo[]} networks
 * @param {Digit | undefined} digit
 * @param {boolean} moving  whether the pen is down
 */
export function showBars(texts, networks, digit, moving) {
  const place = element('chart_box');
  const shown = /** @type {HTMLElement[]} */ ([...place.children]);
  const wanted = digit ? networks : [];
  if (shown.map((figure) => figure.dataset.chart).join() !== wanted.map((network) => network.name).join()) {
    place.replaceChildren(...wanted.map(chart));
  }
  if (!digit) return;
  const figures = /** @type {HTMLElement[]} */ ([...place.children]);
  figures.forEach((figure, i) => {
    update(texts, figure, digit.panel[i], moving);
  });
}
