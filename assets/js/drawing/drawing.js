/**
 * The drawing and its history. Pure: no DOM. Every edit makes a new array of strokes, the next state. The arrays are the
 * identity of states and strokes: a note is about this very state, a correction about this very stroke.
 */

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('../geometry.js').Point} Point */

/** @param {Stroke[]} strokes */
const written = (strokes) => strokes.filter(({ picture }) => !picture);

const HISTORY = 200; // states at most; they share their strokes, so each needs little memory

/** Dispatches `change` after every change, and `view` when the same drawing is to be shown again. */
export class Drawing extends EventTarget {
  /** @type {Stroke[][]} */
  #states = [[]];
  #now = 0;
  /** @type {Stroke | null} */
  #active = null;
  /** Strokes that no pen wrote. @type {WeakSet<Stroke>} */
  #traced = new WeakSet();

  /** @returns {Stroke[]} */
  get strokes() {
    const done = this.#states[this.#now];
    return this.#active ? [...written(done), this.#active] : done; // whoever draws on a picture starts a drawing
  }

  /** The strokes of a pen: what can be written down, as a picture cannot. */
  get written() {
    return written(this.strokes);
  }

  get isEmpty() {
    return this.strokes.length === 0;
  }

  get isDrawing() {
    return this.#active !== null;
  }

  /** Whether some of it was traced from a picture: nothing is known of how that was written. */
  get isTraced() {
    return this.strokes.some((stroke) => this.#traced.has(stroke));
  }

  /** @param {Point} point */
  begin(point) {
    this.finish();
    this.#active = [point];
    this.#changed();
  }

  /** @param {Point[]} points */
  extend(points) {
    if (!this.#active) return;
    this.#active.push(...points);
    this.#changed();
  }

  /** @param {(stroke: Stroke) => Stroke} [tidy]  makes of the stroke what is kept */
  finish(tidy = (stroke) => stroke) {
    if (!this.#active) return;
    this.replace([...this.strokes.slice(0, -1), tidy(this.#active)]);
  }

  /** Forget the stroke being drawn: it was a palm. */
  abandon() {
    if (!this.#active) return;
    this.#active = null;
    this.#changed();
  }

  /** @param {Stroke[]} strokes */
  replace(strokes) {
    this.#active = null;
    this.#states = [...this.#states.slice(0, this.#now + 1), strokes].slice(-HISTORY);
    this.#now = this.#states.length - 1;
    this.#changed();
  }

  /** @param {Stroke[]} strokes  traced from a picture, or the picture itself */
  replaceTraced(strokes) {
    for (const stroke of written(strokes)) this.#traced.add(stroke);
    this.replace(strokes);
  }

  /**
   * Start from these strokes, with no history.
   * @param {Stroke[]} strokes
   */
  replaceAll(strokes) {
    this.#active = null;
    this.#states = [strokes];
    this.#now = 0;
    this.#changed();
  }

  clear() {
    if (!this.isEmpty) this.replace([]);
  }

  /** @param {Stroke[]} gone */
  remove(...gone) {
    this.replace(this.strokes.filter((stroke) => !gone.includes(stroke)));
  }

  get canUndo() {
    return this.#active !== null || this.#now > 0;
  }

  get canRedo() {
    return this.#now < this.#states.length - 1;
  }

  undo() {
    if (this.#active) return this.abandon();
    if (!this.canUndo) return;
    this.#now -= 1;
    this.#changed();
  }

  redo() {
    if (!this.canRedo) return;
    this.#now += 1;
    this.#changed();
  }

  /** Show the same drawing again. */
  show() {
    this.dispatchEvent(new Event('view'));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  /**
   * The canvas changed its size, and the ink with it, past and present. No edit: strokes and states keep their identity.
   * @param {number} factor
   */
  scale(factor) {
    const all = new Set([...this.#states.flat(), ...this.strokes]); // states share strokes
    for (const stroke of all) {
      stroke.forEach(([x, y], i) => {
        stroke[i] = [x * factor, y * factor];
      });
    }
    this.show();
  }
}
