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
    const asked = this.#session.place; // found anew each time, from all counts
    this.#buttons.forEach((button, place) => {
      put(part(button, 'count'), `${counts[place]}/${target}`);
      set(button, 'data-done', counts[place] >= target);
      set(button, 'aria-current', place === asked);
    });
  }
}

/** Setting an attribute to what it is costs a style of hundreds. @param {Element} place @param {string} name @param {boolean} value */
function set(place, name, value) {
  if (place.getAttribute(name) !== String(value)) place.setAttribute(name, String(value));
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
