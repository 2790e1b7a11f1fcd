/** The bar charts: ten probabilities for each network of the panel. */
import { element } from './site.js';
import { chance, say } from './text.js';

/** @typedef {import('./reader.js').Digit} Digit */
/** @typedef {import('./answer.js').Answer} Answer */
/** @typedef {import('./site.js').NetworkInfo} NetworkInfo */

/** @param {string} name  of a template in the page @returns {HTMLElement} a copy of its one element */
export function copy(name) {
  const template = /** @type {HTMLTemplateElement} */ (element(name));
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/** @param {ParentNode} inside @param {string} name @returns {HTMLElement} the part marked data-part="name" */
export function part(inside, name) {
  return /** @type {HTMLElement} */ (inside.querySelector(`[data-part="${name}"]`));
}

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
 */
function update(figure, probabilities, answer) {
  figure.dataset.answer = answer.kind;
  part(figure, 'answer').textContent = phrase(answer);
  const bars = part(figure, 'bars');
  const label = say('bars_label', { network: part(figure, 'title').textContent ?? '' });
  if (bars.getAttribute('aria-label') !== label) bars.setAttribute('aria-label', label);
  probabilities.forEach((probability, digit) => {
    const bar = /** @type {HTMLElement} */ (bars.children[digit]);
    bar.dataset.winner = String(digit === answer.digit);
    if (bar.dataset.probability === String(probability)) return;
    bar.dataset.probability = String(probability);
    bar.style.setProperty('--probability', String(probability));
    part(bar, 'percent').textContent = chance(probability);
  });
}

/**
 * Show what each network says of a digit; no bars where there is none. Elements are kept from call to call: this runs
 * once a frame.
 * @param {NetworkInfo[]} networks
 * @param {Digit | undefined} digit
 */
export function show(networks, digit) {
  const place = element('chart_box');
  const shown = /** @type {HTMLElement[]} */ ([...place.children]);
  const wanted = digit ? networks : [];
  if (shown.map((figure) => figure.dataset.chart).join() !== wanted.map((network) => network.name).join()) {
    place.replaceChildren(...wanted.map(chart));
  }
  if (!digit) return;
  const figures = /** @type {HTMLElement[]} */ ([...place.children]);
  figures.forEach((figure, i) => {
    update(figure, digit.opinions[i], digit.answers[i]);
  });
}
