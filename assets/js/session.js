/** The drawing, what the networks read of it, and when they are asked. No DOM: listeners show it. */

import { Drawing } from './drawing/drawing.js';
import { calibrated } from './recognition/decide.js';
import { Memory, read } from './recognition/recognize.js';

/** @typedef {import('./config.js').Site} Site */
/** @typedef {import('./config.js').NetworkInfo} NetworkInfo */
/** @typedef {import('./state.js').ViewState} ViewState */
/** @typedef {import('./geometry.js').Stroke} Stroke */
/** @typedef {import('./recognition/recognize.js').Digit} Digit */
/** @typedef {import('./recognition/recognize.js').Reading} Reading */
/** @typedef {import('./tensorflow/bundle.js').Network} Network */
/** @typedef {NetworkInfo & import('./recognition/recognize.js').Reader & Pick<Network, 'activations'>} Reader */
/** @typedef {{state: 'loading', fraction: number} | {state: 'ready'} | {state: 'failed', reason: unknown}} Loading */
/**
 * Where networks come from.
 * @typedef {object} Loader
 * @property {(info: NetworkInfo, progress?: (fraction: number) => void) => Promise<Network>} load
 * @property {() => Promise<void>} accelerate  resolved when answers are as fast as they get
 * @property {() => {numTensors: number, numBytes: number}} tensors
 */
/**
 * @typedef {object} Clock
 * @property {() => number} now  milliseconds
 * @property {(next: () => void) => unknown} frame  call before the next frame is shown
 * @property {(next: () => void, milliseconds?: number) => unknown} after
 */

export const ALL = 'all';
/** @type {Reading} */
const NOTHING_READ = { text: '', symbols: [], digits: [] };
const SLOW = 10; // milliseconds to read and to show it: a longer block of the main thread delays the ink
const REST = 2; // after a slow reading, wait this many times its duration before the next
/** @typedef {{strokes: Stroke[], readers: Reader[], pressed: boolean, stop: AbortController}} Pending  a reading that takes its time */

/**
 * Dispatches `frame` before anything slow, once a frame at most; `reading` when there is a new one, or the same is to be
 * shown again; and `loading`.
 */
export class Session extends EventTarget {
  drawing = new Drawing();
  reading = NOTHING_READ;
  /** Whether a person pressed Predict for the reading. */
  asked = false;
  /** @type {Loading} */
  loading = { state: 'ready' };
  /** The networks that answer now; none while they load. @type {Reader[]} */
  readers = [];
  /** Follows the first selection, so that whoever awaits `ready` before it does not go on too early. */
  #begin = (/** @type {Promise<void>} */ _first) => {};
  /** Resolved when the selected networks can answer; renewed on selection. @type {Promise<void>} */
  ready = new Promise((resolve) => {
    this.#begin = resolve;
  });
  #memory = new Memory();
  #pressed = false; // Predict, since the drawing changed
  #due = false;
  #answered = false;
  #free = 0; // when the networks may be asked again while the pen moves
  /** By networks in a worker, which read one state of the drawing after the other. @type {Pending | undefined} */
  #pending;
  #again = false; // read when that has ended
  #clock;

  /** @param {Site} config @param {ViewState} state @param {{networks: Loader, clock: Clock}} effects */
  constructor(config, state, { networks, clock }) {
    super();
    this.config = config;
    this.state = state;
    this.networks = networks;
    this.#clock = clock;
    this.ready.catch(() => {}); // it follows the first selection, which reports its failure itself
    this.drawing.addEventListener('change', () => {
      this.#pressed = false;
      this.#pending?.stop.abort(); // what it has not asked yet would be about the past
      this.refresh();
    });
    this.drawing.addEventListener('view', () => this.refresh());
    for (const field of ['live', 'pointed', 'wide']) state.addEventListener(field, () => this.refresh());
  }

  /** @param {string} name @returns {NetworkInfo[]} the networks behind a name of the selector */
  infos(name) {
    const found = this.config.networks.filter((one) => name === ALL || one.name === name);
    if (found.length > 0) return found;
    const names = this.config.networks.map((one) => one.name).join(', ');
    throw new Error(`No network is called ${JSON.stringify(name)}: there are ${names} and ${ALL}`);
  }

  /**
   * @param {string} name @param {(fraction: number) => void} [progress]
   * @returns {Promise<Reader[]>} its networks, loaded
   */
  async panel(name, progress) {
    const infos = this.infos(name);
    const fractions = infos.map(() => 0);
    const loaded = infos.map((info, i) =>
      this.networks.load(info, (fraction) => {
        fractions[i] = fraction;
        progress?.(fractions.reduce((sum, one) => sum + one, 0) / infos.length);
      }),
    );
    return (await Promise.all(loaded)).map((network, i) => ({
      ...infos[i],
      ...network,
      probabilities: (images, count, signal) => {
        const own = network.probabilities(images, count, signal);
        const answer = (/** @type {Float32Array} */ all) => calibrated(all, count, infos[i].temperature);
        return own instanceof Promise ? own.then(answer) : answer(own);
      },
    }));
  }

  /**
   * Answers get faster once the first is given; whoever asks for more waits for that.
   * @returns {Promise<void>}
   */
  async accelerateAfterFirst() {
    if (this.#answered) return this.networks.accelerate();
    this.#answered = true;
    this.#clock.after(() => this.networks.accelerate()); // after this answer, not before
  }

  /** The place in the reading of the symbol that the bars are about: the last, until the visitor points at another one. */
  get chosen() {
    const { pointed } = this.state;
    const found = this.reading.digits.findIndex(({ strokes }) => pointed && strokes.includes(pointed));
    return found >= 0 ? found : Math.max(this.reading.digits.length - 1, 0);
  }

  /** @returns {Digit | undefined} the symbol that the bars are about */
  get digit() {
    return this.reading.digits[this.chosen];
  }

  /** @param {number} place  of a symbol in the reading, to show the bars of */
  point(place) {
    this.state.set({ pointed: this.reading.digits[place]?.strokes[0] ?? null });
  }

  /** @param {string} name  of a network, or all */
  select(name) {
    this.state.set({ network: name });
    this.readers = [];
    this.ready = this.#load(name);
    this.#begin(this.ready);
    this.ready.catch(() => {}); // reported through loading; whoever awaits ready still gets it
  }

  /** @param {string} name */
  async #load(name) {
    let failed = false;
    const isCurrent = () => this.state.network === name;
    /** @param {Loading} loading */
    const report = (loading) => {
      if (failed || !isCurrent()) return;
      this.loading = loading;
      this.dispatchEvent(new Event('loading'));
    };
    report({ state: 'loading', fraction: 0 });
    try {
      const readers = await this.panel(name, (fraction) => report({ state: 'loading', fraction }));
      if (!isCurrent()) return this.ready;
      this.readers = readers;
      this.#memory = new Memory();
    } catch (reason) {
      if (!isCurrent()) return this.ready;
      report({ state: 'failed', reason });
      failed = true; // other files may arrive later
      this.#forget();
      throw reason;
    }
    report({ state: 'ready' });
    this.refresh();
  }

  /** What another network read is not this one's answer. */
  #forget() {
    this.#show(NOTHING_READ, false);
  }

  /** @param {Reading} reading @param {boolean} asked */
  #show(reading, asked) {
    this.reading = reading;
    this.asked = asked;
    this.dispatchEvent(new Event('reading'));
  }

  /** Ask the networks now, live or not. */
  predict() {
    this.#pressed = true;
    this.refresh();
  }

  /** Show everything again, and read what has changed. */
  refresh() {
    if (this.#due) return;
    this.#due = true;
    this.#clock.frame(() => {
      this.#due = false;
      this.dispatchEvent(new Event('frame'));
      // The browser paints the ink before the networks run.
      this.#clock.after(() => this.#read());
    });
  }

  #read() {
    if (this.readers.length === 0) {
      if (this.reading.digits.length > 0) this.#forget(); // it was about another drawing, and no network is loaded
      return;
    }
    const wait = this.#free - this.#clock.now();
    if (this.drawing.isDrawing && wait > 0) {
      this.#clock.after(() => this.refresh(), wait);
      return;
    }
    const strokes = this.state.live || this.#pressed ? this.drawing.strokes : [];
    if (this.#pending && strokes.length > 0) {
      this.#again = true;
      return;
    }
    const start = this.#clock.now();
    const stop = new AbortController();
    const context = { traced: this.drawing.isTraced, memory: this.#memory, signal: stop.signal };
    const reading = read(strokes, this.readers, this.config.task, context);
    if (reading instanceof Promise) {
      this.#follow(reading, { strokes: [...strokes], readers: this.readers, pressed: this.#pressed, stop });
      return;
    }
    this.#show(reading, this.#pressed);
    const now = this.#clock.now(); // whoever shows the reading may ask the networks for more
    this.#free = now - start > SLOW ? now + REST * (now - start) : 0;
    if (this.reading.digits.length > 0) this.accelerateAfterFirst();
  }

  /**
   * Show a reading when it is there, if its strokes are still drawn: while the pen moves, it is about a moment ago.
   * @param {Promise<Reading>} coming @param {Pending} pending
   */
  async #follow(coming, pending) {
    this.#pending = pending;
    this.#again = false;
    try {
      const reading = await coming;
      const isThere = pending.strokes.every((stroke) => this.drawing.strokes.includes(stroke));
      if (isThere && pending.readers === this.readers) this.#show(reading, pending.pressed);
      if (this.reading.digits.length > 0) this.accelerateAfterFirst();
    } catch (reason) {
      if (!pending.stop.signal.aborted) throw reason;
    } finally {
      this.#pending = undefined;
      if (this.#again) this.refresh();
    }
  }
}
