/** The eraser: in hand while its button is pressed, and the other end of some pens. */

import { distance } from '../geometry.js';
import { element } from '../view/dom.js';

/** @typedef {import('./drawing.js').Drawing} Drawing */
/** @typedef {import('../geometry.js').Point} Point */

const REACH = 14; // CSS pixels around the pointer in which the eraser finds a stroke

export class Eraser {
  #drawing;
  #button = document.getElementById('erase'); // the embedded pad has none

  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.#drawing = drawing;
    this.#button?.addEventListener('click', () => this.#hold(!this.isHeld && !drawing.isEmpty));
  }

  get isHeld() {
    return this.#button?.getAttribute('aria-pressed') === 'true';
  }

  /** @param {boolean} on */
  #hold(on) {
    this.#button?.setAttribute('aria-pressed', String(on));
    element('canvas_box').dataset.tool = on ? 'eraser' : 'pen';
  }

  /**
   * Remove the stroke nearest to where the eraser comes down, and then every one on its way.
   * @param {Point[]} way  since the last call
   */
  erase(way) {
    const near = this.#drawing.strokes
      .map((stroke) => ({ stroke, away: stroke.picture ? 0 : distance(way, stroke) }))
      .filter(({ away }) => away <= REACH)
      .sort((a, b) => a.away - b.away)
      .map(({ stroke }) => stroke);
    const gone = way.length > 1 ? near : near.slice(0, 1);
    if (gone.length > 0) this.#drawing.remove(...gone);
  }

  /** Put it down when there is nothing more to remove: the next stroke is a new one. */
  refresh() {
    if (this.#drawing.isEmpty && this.isHeld) this.#hold(false);
  }
}
