/** What the page says of a network's images where these are framed in another way than the task's. */

import { put } from './dom.js';

/** @typedef {import('./i18n.js').Texts} Texts */

/** The keys of the texts about the task's framing, and of those that stand in their place. */
const TEXTS = {
  journey_framed_text: 'own_framed_text',
  journey_seen_title: 'own_seen_title',
  journey_seen_text: 'own_seen_text',
};

export class OwnFraming {
  #isShown = false;
  #texts;

  /** @param {Texts} texts */
  constructor(texts) {
    this.#texts = texts;
  }

  /** @param {import('../config.js').NetworkInfo} network  whose images are on view */
  show({ framing }) {
    if (!framing && !this.#isShown) return; // the page was rendered so
    this.#isShown = framing !== null;
    /** @type {Record<string, number>} */
    const values = framing ? { across: framing.size, count: framing.size ** 2 } : {};
    for (const [key, own] of Object.entries(TEXTS)) {
      const place = /** @type {HTMLElement | null} */ (document.querySelector(`[data-text="${key}"]`));
      if (place) put(place, this.#texts.say(framing ? own : key, values)); // the embedded page has none of them
    }
    const label = this.#texts.say(framing ? 'own_seen' : 'seen', values);
    document.querySelector('[data-label="seen"]')?.setAttribute('aria-label', label);
  }
}
