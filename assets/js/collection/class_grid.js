/** The classes, each with how many drawings of it there are; a click asks for one. */

import { element, part, put } from '../view/dom.js';

/** @typedef {import('./session.js').Collecting} Collecting */

export class ClassGrid {
  #session;
  /** @type {HTMLElement[]} */
  #buttons;

  /** @param {Collecting} session @param {string[]} classes */
  constructor(session, classes) {
    this.#session = session;
    this.#buttons = classes.map(cell);
    element('classes').replaceChildren(
      ...this.#buttons.map((button) => {
        const item = document.createElement('li');
        item.append(button);
        return item;
      }),
    );
    this.#buttons.forEach((button, place) => {
      button.addEventListener('click', () => session.choose(place));
    });
  }

  show() {
    const { counts, target } = this.#session.progress;
    this.#buttons.forEach((button, place) => {
      put(part(button, 'count'), `${counts[place]}/${target}`);
      button.dataset.done = String(counts[place] >= target);
      button.setAttribute('aria-current', String(place === this.#session.place));
    });
  }
}

/** @param {string} name  of a class @returns {HTMLElement} */
function cell(name) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'class';
  const [title, count] = ['name', 'count'].map((key) => {
    const span = button.appendChild(document.createElement('span'));
    span.dataset.part = key;
    span.className = `class-${key}`;
    return span;
  });
  title.dir = 'auto';
  title.textContent = name;
  title.after(' ');
  count.dir = 'ltr';
  return button;
}
