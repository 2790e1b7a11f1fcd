/** The pen driven by the keyboard alone, and the shortcuts. */
import { cross, draw } from '../view/canvas.js';

/** @typedef {import('./drawing.js').Drawing} Drawing */
/** @typedef {import('../geometry.js').Point} Point */

const STRIDE = 1 / 60; // of the canvas's width for each press: sixty steps across
const FINE = 0.25; // of a stride while Shift is held

/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Dispatches `pen` when the pen is put down or lifted. */
export class KeyboardPen extends EventTarget {
  /** @type {Point | null} where the pen is, in shares of the canvas; none before the first arrow */
  #at = null;
  /** Whether it draws. */
  isDown = false;
  /** @type {Set<string>} arrows held together go diagonally */
  #held = new Set();

  /** @param {HTMLCanvasElement} canvas @param {Drawing} drawing @param {import('./eraser.js').Eraser} eraser */
  constructor(canvas, drawing, eraser) {
    super();
    this.eraser = eraser;
    this.canvas = canvas;
    this.drawing = drawing;
    canvas.addEventListener('keydown', (event) => this.#press(event));
    canvas.addEventListener('keyup', (event) => this.#held.delete(event.key));
    canvas.addEventListener('blur', () => this.#leave());
    canvas.addEventListener('pointerdown', () => this.#leave());
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.drawing.isDrawing) this.isDown = false; // its stroke was undone, or another drawing came
    if (event.key in ARROWS) {
      this.#held.add(event.key);
      this.#move(event.shiftKey ? FINE : 1);
    } else if (event.key === ' ' || event.key === 'Enter') {
      if (!event.repeat) this.#toggle();
    } else if (event.key === 'Backspace') {
      this.#lift();
      this.drawing.undo();
    } else if (event.key === 'Delete') {
      this.#lift();
      this.drawing.clear();
    } else return;
    event.preventDefault();
  }

  /** @returns {Point} in CSS pixels */
  #place() {
    this.#at ??= [0.5, 0.25];
    return [this.#at[0] * this.canvas.offsetWidth, this.#at[1] * this.canvas.offsetHeight];
  }

  /** @param {number} part  of a stride */
  #move(part) {
    this.#at ??= [0.5, 0.25];
    const [x, y] = this.#at;
    const ratio = this.canvas.offsetWidth / this.canvas.offsetHeight;
    const steps = [...this.#held].map((key) => ARROWS[key]);
    const dx = steps.reduce((sum, step) => sum + step[0], 0) * STRIDE * part;
    const dy = steps.reduce((sum, step) => sum + step[1], 0) * STRIDE * part * ratio;
    this.#at = [Math.min(Math.max(x + dx, 0), 1), Math.min(Math.max(y + dy, 0), 1)];
    if (this.isDown) this.drawing.extend([this.#place()]);
    else this.drawing.show();
  }

  #toggle() {
    if (this.isDown) return this.#lift();
    if (this.eraser.isHeld) return this.eraser.erase([this.#place()]);
    this.isDown = true;
    this.drawing.begin(this.#place());
    this.dispatchEvent(new Event('pen'));
  }

  #lift() {
    if (!this.isDown) return;
    this.isDown = false;
    this.drawing.finish();
    this.dispatchEvent(new Event('pen'));
  }

  #leave() {
    this.#lift();
    this.#held.clear();
    this.#at = null;
    this.drawing.show();
  }

  /**
   * Show where the pen is: a cross while it is up, a ring while it draws.
   * @param {CanvasRenderingContext2D} context @param {string} ink
   */
  show(context, ink) {
    if (!this.#at) return;
    const [x, y] = this.#place();
    const down = this.isDown && this.drawing.isDrawing;
    draw(context, cross([x, y], down ? 5 : 11), ink, 2);
    if (!down) return;
    context.beginPath();
    context.arc(x, y, 13, 0, 2 * Math.PI);
    context.stroke();
  }
}

/**
 * Undo and redo from anywhere on the page.
 * @param {Drawing} drawing @param {GlobalEventHandlers} [page]  or on this part of it
 */
export function connectShortcuts(drawing, page = document) {
  page.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 'z' && !event.shiftKey) drawing.undo();
    else if (key === 'y' || (key === 'z' && event.shiftKey)) drawing.redo();
    else return;
    event.preventDefault();
  });
}
