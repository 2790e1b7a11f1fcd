/** The elements of a drawing pad, under the names that the embedded page gives them. */

import { site } from './shared.js';

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children */
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  (made instanceof HTMLTemplateElement ? made.content : made).append(...children);
  return made;
}

/** @param {string} id @param {string} text  the key of what it says @param {string} [looks] */
const button = (id, text, looks = '') =>
  make('button', {
    class: `button button-small ${looks}`.trim(),
    part: `button ${text === 'clear_drawing' ? 'clear' : text}`,
    type: 'button',
    id,
    'data-text': text,
  });

/** @param {string} className @param {string} name */
const slot = (className, name) => make('span', { class: className, 'data-part': name });

/** @returns {Record<string, string>} */
/** Of what holds the name of a class. @returns {Record<string, string>} */
const direction = () => (site.task.digits ? {} : { dir: 'auto' });

function sheet() {
  const canvas = make('canvas', {
    class: 'sheet-canvas',
    part: 'canvas',
    id: 'canvas',
    tabindex: '0',
    role: 'application',
    'data-label': 'canvas_label',
    'aria-describedby': 'keyboard_help',
  });
  const hint = make('p', { class: 'sheet-hint', part: 'hint', 'data-text': 'canvas_hint', 'aria-hidden': 'true' });
  const help = make('p', { id: 'keyboard_help', 'data-text': 'keyboard_help', hidden: '' });
  return make('div', { class: 'sheet', part: 'sheet', id: 'canvas_box', 'data-empty': 'true' }, canvas, hint, help);
}

const toolbar = () =>
  make(
    'div',
    { class: 'tools embed-tools', part: 'toolbar', role: 'group', 'data-label': 'tools' },
    button('undo', 'undo'),
    button('clear_canvas', 'clear_drawing'),
    button('predict_canvas', 'predict', 'button-main'),
  );

function verdict() {
  const size = String(site.task.framing.size);
  const image = {
    class: 'seen-image',
    id: 'canvas_image',
    width: size,
    height: size,
    role: 'img',
    'data-label': 'seen',
  };
  return make(
    'div',
    { class: 'verdict' },
    make(
      'div',
      { class: 'verdict-words' },
      make('output', { class: 'verdict-number', part: 'text', id: 'prediction', 'aria-live': 'off', ...direction() }),
    ),
    make('div', { class: 'embed-words' }, make('p', { class: 'verdict-note', part: 'note', id: 'prediction_note' })),
    make('div', { class: 'seen', part: 'seen' }, make('div', { class: 'seen-grid' }, make('canvas', image))),
  );
}

function notices() {
  const progress = make('progress', { class: 'progress', id: 'loading', max: '1', value: '0' });
  const words = make('span', { 'data-text': 'loading' });
  return [
    make('div', { class: 'notice', id: 'loading_box', hidden: '' }, make('label', {}, words, ' ', progress)),
    make(
      'div',
      { class: 'notice notice-problem', id: 'problem_box', role: 'alert', hidden: '' },
      make('p', { id: 'problem' }),
      button('try_again', 'try_again'),
    ),
  ];
}

const answer = () =>
  make(
    'div',
    {
      class: 'desk-answer embed-answer',
      part: 'answer',
      id: 'result_box',
      role: 'group',
      'data-state': 'empty',
      'data-label': 'answer',
      ...(!site.task.digits && { 'data-names': '' }),
    },
    verdict(),
    ...notices(),
    make('div', { class: 'charts', part: 'bars', id: 'chart_box' }),
    make('p', { class: 'hidden', id: 'announcement', role: 'status' }),
  );

function templates() {
  const caption = make(
    'figcaption',
    { class: 'chart-caption' },
    slot('chart-title', 'title'),
    ' ',
    slot('chart-answer', 'answer'),
  );
  const bars = make('ol', { class: 'chart-bars', 'data-part': 'bars', ...(site.task.digits && { start: '0' }) });
  const figure = make('figure', { class: 'chart', ...(!site.columns && { 'data-rows': '' }) }, caption, bars);
  const fill = make('span', { class: 'bar-fill', part: 'bar' }, slot('bar-ink', 'ink'));
  const name = make('span', { class: 'bar-digit', 'data-part': 'digit', ...direction() });
  const bar = make('li', { class: 'bar' }, fill, name, ' ', slot('bar-percent', 'percent'));
  return [make('template', { id: 'chart_template' }, figure), make('template', { id: 'bar_template' }, bar)];
}

/**
 * @returns {{scheme: HTMLElement, page: HTMLElement, rest: HTMLElement[]}} scheme: whose colour tells light from dark;
 *   page: a page's root, with its body, so that the same style holds for both
 */
export function markup() {
  const greys = site.task.picture && { 'data-greys': site.task.picture.inverted ? 'inverted' : 'plain' };
  const desk = make('div', { class: 'embed' }, sheet(), toolbar(), answer());
  const body = make('div', { class: 'page page-embed', part: 'pad', ...greys }, desk);
  const page = make('div', { class: 'pad' }, body);
  return { scheme: make('i', { class: 'scheme' }), page, rest: templates() };
}
