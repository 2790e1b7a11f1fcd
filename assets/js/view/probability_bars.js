/**
 * The bar charts: the probabilities of each network of the panel. A few classes stand side by side, in their own order; of
 * more, or where names are long, the best lie in rows, and all of them where the visitor asks for that.
 */
import { copy, element, part, put } from './dom.js';

/** @typedef {import('./i18n.js').Texts} Texts */
/** @typedef {import('../config.js').Task} Task */
/** @typedef {import('../recognition/recognize.js').Digit} Digit */
/** @typedef {import('../recognition/recognize.js').Judgement} Judgement */
/** @typedef {import('../recognition/decide.js').Answer} Answer */
/** @typedef {import('../config.js').NetworkInfo} NetworkInfo */
/**
 * @typedef {object} Bars
 * @property {Texts} texts
 * @property {Task} task
 * @property {import('./dom.js').Root} [root]
 * @property {boolean} moving  whether the pen is down: percentages, which are there on pointing, wait for it
 * @property {boolean} wide  whether the visitor asked for all classes
 */

const BEST = 10; // rows

/** @param {NetworkInfo} network @param {import('./dom.js').Root} [root] @returns {HTMLElement} without bars */
function chart(network, root) {
  const figure = copy('chart_template', root);
  figure.dataset.chart = network.name;
  part(figure, 'title').textContent = network.title;
  return figure;
}

/** @param {Texts} texts @param {Answer} answer @param {Task} task @returns {Record<string, string>} what texts may name */
export function inWords(texts, { digit, second, confidence }, { classes }) {
  return { digit: classes[digit], second: classes[second], confidence: texts.probability(confidence) };
}

/** @param {Texts} texts @param {Answer} answer @param {Task} task @returns {string} */
export function phrase(texts, answer, task) {
  return texts.say(`short_${answer.kind}`, inWords(texts, answer, task));
}

/**
 * @param {number[]} probabilities @param {boolean} inRows @param {boolean} wide
 * @returns {number[]} the classes that have a bar, in the order of these
 */
function shown(probabilities, inRows, wide) {
  const all = probabilities.map((_, digit) => digit);
  if (!inRows || wide) return all; // by a fixed order, one finds a class
  return all.sort((a, b) => probabilities[b] - probabilities[a]).slice(0, BEST);
}

/** @param {HTMLElement} bar @param {number} digit  the class that it is about from now on @param {Task} task */
function name(bar, digit, { classes, digits }) {
  if (bar.dataset.place === String(digit)) return;
  bar.dataset.place = String(digit);
  bar.dataset[digits ? 'digit' : 'class'] = classes[digit]; // as other people's scripts know them
  part(bar, 'digit').textContent = classes[digit];
}

/** @param {HTMLElement} figure @param {Judgement} judgement @param {Bars} bars */
function update(figure, { probabilities, answer }, { texts, task, root, moving, wide }) {
  if (figure.dataset.answer !== answer.kind) figure.dataset.answer = answer.kind;
  put(part(figure, 'answer'), phrase(texts, answer, task));
  const list = part(figure, 'bars');
  const wanted = shown(probabilities, 'rows' in figure.dataset, wide);
  while (list.children.length > wanted.length) list.lastElementChild?.remove();
  while (list.children.length < wanted.length) {
    const bar = copy('bar_template', root);
    bar.dataset.network = figure.dataset.chart;
    list.append(bar);
  }
  wanted.forEach((digit, i) => {
    const bar = /** @type {HTMLElement} */ (list.children[i]);
    const probability = probabilities[digit];
    name(bar, digit, task);
    const winner = String(digit === answer.digit);
    if (bar.dataset.winner !== winner) bar.dataset.winner = winner;
    bar.dataset.probability = String(probability);
    const length = Math.max(probability, 0.01).toFixed(3);
    const fill = part(bar, 'ink');
    if (fill.style.getPropertyValue('--share') !== length) fill.style.setProperty('--share', length);
    if (!moving) put(part(bar, 'percent'), texts.probability(probability));
  });
  if (moving) return;
  list.setAttribute('aria-label', texts.say('bars_label', { network: part(figure, 'title').textContent ?? '' }));
  const all = part(figure, 'all');
  if (!all) return;
  put(all, texts.say('bars_all'));
  all.setAttribute('aria-pressed', String(wide));
}

/**
 * Show the probabilities of a symbol by each network; no bars where there is none. Elements are kept from call to call: this
 * runs once a frame.
 * @param {NetworkInfo[]} networks
 * @param {Digit | undefined} digit
 * @param {Bars} bars
 */
export function showBars(networks, digit, bars) {
  const place = element('chart_box', bars.root);
  const there = /** @type {HTMLElement[]} */ ([...place.children]);
  const wanted = digit ? networks : [];
  if (there.map((figure) => figure.dataset.chart).join() !== wanted.map((network) => network.name).join()) {
    place.replaceChildren(...wanted.map((network) => chart(network, bars.root)));
  }
  if (!digit) return;
  const figures = /** @type {HTMLElement[]} */ ([...place.children]);
  figures.forEach((figure, i) => {
    update(figure, digit.panel[i], bars);
  });
}
