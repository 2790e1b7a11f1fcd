/** Pointers to strokes: mouse, touch and pen on the canvas. */
import { box, side } from './strokes.js';

/** @typedef {import('./drawing.js').Drawing} Drawing */
/** @typedef {import('./strokes.js').Point} Point */
/** @typedef {import('./strokes.js').Stroke} Stroke */

const DOT = 4; // CSS pixels: a tap whose hand trembled less than this is one point
const ERASER = 5; // the button of a pen's other end
const PEN_REST = 500; // milliseconds after the pen left in which a touch is the hand that holds it

export class Pad {
  /** @type {PointerEvent | null} */
  #pointer = null;
  #penSeen = -Infinity;
  #tooling = false;
  /** @type {Point} where the pointer was */
  #last = [0, 0];
  /** @type {{left: number, top: number, x: number, y: number} | null} */
  #shown = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Drawing} drawing
   */
  constructor(canvas, drawing) {
    this.canvas = canvas;
    this.drawing = drawing;
    /**
     * Called instead of drawing where it returns true: another tool has the pointer. It gets the pointer's way since the
     * last call, and whether it is a pen's eraser end.
     * @type {(way: Point[], eraser: boolean) => boolean}
     */
    this.tool = () => false;
    canvas.addEventListener('pointerdown', (event) => this.#down(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#up(event));
    canvas.addEventListener('pointercancel', (event) => this.#cancel(event));
    canvas.addEventListener('contextmenu', (event) => event.preventDefault()); // a long touch, or a pen's button
    this.#watchSize();
    this.#watchPlace();
  }

  /**
   * Where an event is on the canvas, in its own CSS pixels, however the page is scrolled, zoomed or scaled.
   * @param {PointerEvent} event
   * @returns {Point}
   */
  place(event) {
    this.#shown ??= this.#look();
    const { left, top, x, y } = this.#shown;
    return [(event.clientX - left) * x, (event.clientY - top) * y];
  }

  /** Where the canvas is; asked seldom, because an answer may cost a layout of the page. */
  #look() {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { left, top, x: this.canvas.offsetWidth / width, y: this.canvas.offsetHeight / height };
  }

  #watchPlace() {
    const forget = () => {
      this.#shown = null;
    };
    addEventListener('scroll', forget, { capture: true, passive: true }); // of any element around the canvas
    addEventListener('resize', forget);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if ((event.button !== 0 && event.button !== ERASER) || this.#isPalm(event)) return;
    if (this.#pointer) {
      if (event.pointerType !== 'pen' || this.#pointer.pointerType !== 'touch') return;
      this.drawing.abandon(); // the palm came down before the pen did
    }
    if (event.pointerType === 'pen') this.#penSeen = event.timeStamp;
    this.#shown = null; // the page may have moved since the last stroke
    const point = this.place(event);
    this.#pointer = event;
    this.canvas.setPointerCapture(event.pointerId); // the stroke goes on outside the canvas
    this.#last = point;
    this.#tooling = this.tool([point], event.button === ERASER);
    if (!this.#tooling && event.button === 0) this.drawing.begin(point);
  }

  /** @param {PointerEvent} event */
  #isPalm(event) {
    if (event.pointerType !== 'touch') return false;
    return this.#pointer?.pointerType === 'pen' || event.timeStamp - this.#penSeen < PEN_REST;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerType === 'pen') this.#penSeen = event.timeStamp;
    if (event.pointerId !== this.#pointer?.pointerId) return;
    if (event.buttons === 0) return this.#up(event); // it was lifted where no event tells: over another window, say
    if (this.#tooling) {
      const way = [this.#last, this.place(event)];
      this.#last = way[1];
      this.tool(way, this.#pointer.button === ERASER);
      return;
    }
    const all = event.getCoalescedEvents?.() ?? [];
    this.drawing.extend((all.length > 0 ? all : [event]).map((one) => this.place(one)));
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId !== this.#pointer?.pointerId) return;
    this.#pointer = null;
    if (this.#tooling) return;
    this.drawing.extend([this.place(event)]);
    this.drawing.finish(dotted);
  }

  /** @param {PointerEvent} event */
  #cancel(event) {
    if (event.pointerId !== this.#pointer?.pointerId) return;
    this.#pointer = null;
    // Touches are cancelled when the system sees a palm; a mouse or pen that is taken away has drawn what it has drawn.
    if (event.pointerType === 'touch') this.drawing.abandon();
    else this.drawing.finish(dotted);
  }

  #watchSize() {
    let width = this.canvas.offsetWidth;
    new ResizeObserver(() => {
      this.#shown = null;
      const now = this.canvas.offsetWidth;
      if (now === 0) return; // hidden
      const factor = width > 0 ? now / width : 1;
      width = now;
      if (factor === 1) this.drawing.onview();
      else this.drawing.scale(factor);
    }).observe(this.canvas);
  }
}

/** @param {Stroke} stroke @returns {Stroke} */
export function dotted(stroke) {
  return side(box([stroke])) < DOT ? [stroke[0]] : stroke;
}
