/** Pointers to strokes: mouse, touch and pen on the canvas. */
import { box, side } from '../geometry.js';

/** @typedef {import('./drawing.js').Drawing} Drawing */
/** @typedef {import('../geometry.js').Point} Point */
/** @typedef {import('../geometry.js').Stroke} Stroke */

const DOT = 4; // CSS pixels: a tap whose hand trembled less than this is one point
const ERASER = 5; // the button of a pen's other end
const PALM = 20; // CSS pixels: a hand that is put down moves less than this
const PEN_REST = 500; // milliseconds before and after a pen in which a touch is the hand that holds it

/** @typedef {'ink' | 'eraser' | null} Tip  what of a pointer is on the canvas */

/**
 * By all buttons that are held, because a second one comes and goes without a pointerdown or pointerup of its own.
 * @param {PointerEvent} event @returns {Tip}
 */
function tip({ buttons, pointerType, pressure }) {
  if (buttons & 32) return 'eraser'; // a pen's other end
  const barrel = pointerType === 'pen' && buttons & 2 && pressure > 0; // held while writing; above the canvas it has no pressure
  return buttons & 1 || barrel ? 'ink' : null;
}

/** @param {PointerEvent} event  a move @returns {boolean} whether its tip came down just now, beside a button that was held already */
function isPressed({ button, pointerType }) {
  return pointerType !== 'touch' && (button === 0 || button === ERASER);
}

export class Pad {
  /** @type {PointerEvent | null} */
  #pointer = null;
  /** @type {Tip} of the pointer */
  #tip = null;
  #penSeen = -Infinity;
  #erasing = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} while it is not known whether a cancelled touch was a palm */
  #doubt;
  /** @type {Point} where the pointer was */
  #last = [0, 0];
  #time = 0; // of the last event that drew
  /** @type {{left: number, top: number, x: number, y: number} | null} */
  #shown = null;

  /**
   * @param {HTMLCanvasElement} canvas @param {Drawing} drawing @param {import('./eraser.js').Eraser} eraser
   * @param {AbortSignal} [signal]  ends it, where a canvas is removed from its page
   */
  constructor(canvas, drawing, eraser, signal) {
    this.canvas = canvas;
    this.drawing = drawing;
    this.eraser = eraser;
    canvas.addEventListener('pointerdown', (event) => this.#down(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#up(event));
    canvas.addEventListener('pointercancel', (event) => this.#cancel(event));
    canvas.addEventListener('contextmenu', (event) => event.preventDefault()); // a long touch, or another button
    canvas.addEventListener('mousedown', (event) => {
      if (this.#pointer && event.button > 0) event.preventDefault(); // no scrolling by the wheel's button while drawing
    });
    this.#watchSize();
    this.#watchPlace(signal);
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

  /** @param {AbortSignal} [signal] */
  #watchPlace(signal) {
    const forget = () => {
      this.#shown = null;
    };
    addEventListener('scroll', forget, { capture: true, passive: true, signal }); // of any element around the canvas
    addEventListener('resize', forget, { signal });
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#watchPen(event);
    if (!tip(event) || this.#isPalm(event) || this.#isHeld(event)) return;
    if (event.pointerType === 'pen' && this.#pointer?.pointerType === 'touch') this.drawing.abandon(); // the palm came first
    this.#settle(false);
    this.#shown = null; // the page may have moved since the last stroke
    const point = this.place(event);
    this.#pointer = event;
    this.#tip = tip(event);
    this.#last = point;
    this.#time = event.timeStamp;
    this.#erasing = this.#tip === 'eraser' || this.eraser.isHeld;
    if (this.#erasing) this.eraser.erase([point]);
    else this.drawing.begin(point);
    try {
      this.canvas.setPointerCapture(event.pointerId); // the stroke goes on outside the canvas
    } catch {
      // A pointer that is gone already, or that a script made up, stays what it is.
    }
  }

  /** @param {PointerEvent} event @returns {boolean} whether another pointer draws */
  #isHeld({ pointerType, isPrimary }) {
    const held = this.#pointer?.pointerType;
    if (!held || (pointerType === 'pen' && held === 'touch')) return false;
    return pointerType !== held || !isPrimary; // a primary pointer of the same type: the last one was lifted unseen
  }

  /** @param {PointerEvent} event */
  #watchPen(event) {
    if (event.pointerType !== 'pen') return;
    this.#penSeen = event.timeStamp;
    this.#settle(true);
  }

  /** @param {PointerEvent} event */
  #isPalm(event) {
    if (event.pointerType !== 'touch') return false;
    return this.#pointer?.pointerType === 'pen' || event.timeStamp - this.#penSeen < PEN_REST;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    this.#watchPen(event);
    if (!this.#pointer && isPressed(event)) return this.#down(event);
    if (event.pointerId !== this.#pointer?.pointerId) return;
    if (tip(event) !== this.#tip) return this.#up(event);
    if (this.#erasing) {
      const way = [this.#last, this.place(event)];
      this.#last = way[1];
      if (this.#tip === 'eraser' || this.eraser.isHeld) this.eraser.erase(way);
      return;
    }
    this.drawing.extend(this.#way(event));
  }

  /**
   * Where the pointer was since the last event. Some browsers' lists of that are empty, or hold what is older: the event itself
   * is always right.
   * @param {PointerEvent} event
   * @returns {Point[]}
   */
  #way(event) {
    const between = (event.getCoalescedEvents?.() ?? []).filter(
      ({ timeStamp }) => timeStamp >= this.#time && timeStamp <= event.timeStamp,
    );
    this.#time = event.timeStamp;
    return [...between, event]
      .map((one) => this.place(one))
      .filter((point) => {
        const moved = point[0] !== this.#last[0] || point[1] !== this.#last[1];
        this.#last = point;
        return moved;
      });
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId !== this.#pointer?.pointerId) return;
    this.#pointer = null;
    if (this.#erasing) return;
    // A mere move tells that it was lifted elsewhere, where no event tells: over another window, say.
    if (event.button >= 0) this.drawing.extend([this.place(event)]);
    this.drawing.finish(dotted);
  }

  /** @param {PointerEvent} event */
  #cancel(event) {
    if (event.pointerId !== this.#pointer?.pointerId) return;
    this.#pointer = null;
    if (this.#erasing) return;
    if (event.pointerType !== 'touch') return this.drawing.finish(dotted);
    // Touches are cancelled for a call or a gesture of the system's, which must not cost what was drawn, and for palms: these
    // hardly move, or a pen is about.
    const palm = event.timeStamp - this.#penSeen < PEN_REST || side(box(this.drawing.strokes.slice(-1))) < PALM;
    if (palm) this.drawing.abandon();
    else this.#doubt = setTimeout(() => this.#settle(false), PEN_REST);
  }

  /** A touch was cancelled: forget its stroke or keep it. @param {boolean} palm */
  #settle(palm) {
    if (this.#doubt === undefined) return;
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
    if (palm) this.drawing.abandon();
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
      if (factor === 1) this.drawing.show();
      else this.drawing.scale(factor);
    }).observe(this.canvas);
  }
}

/** @param {Stroke} stroke @returns {Stroke} */
export function dotted(stroke) {
  return side(box([stroke])) < DOT ? [stroke[0]] : stroke;
}
