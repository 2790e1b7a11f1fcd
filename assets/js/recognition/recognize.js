/** A drawing, read by a panel of networks. Pure: the networks come as functions. */
import { box, middle, side } from '../geometry.js';
import { cut } from './cut.js';
import { decide, mean, meanThresholds, row } from './decide.js';
import { rasterize } from './rasterize.js';
import { isOneSign } from './reject.js';
import * as segment from './segment.js';
import { signs } from './signs.js';
import { run, together } from './steps.js';

/** @typedef {import('../geometry.js').Stroke} Stroke */
/** @typedef {import('./decide.js').Answer} Answer */
/** @typedef {import('./rasterize.js').Raster} Raster */
/**
 * @typedef {object} Greys
 * @property {boolean} inverted  values go from 0, white, to 1, black, and not the other way round
 * @property {'dark' | 'light' | null} border  what nearly all training pictures have around them
 */
/**
 * What the networks tell apart.
 * @typedef {object} Task
 * @property {string[]} classes  place i of the networks' probabilities is about classes[i]
 * @property {import('./rasterize.js').Framing} framing
 * @property {'one' | 'row'} reading  row: several symbols side by side are read as a text
 * @property {boolean} digits  the classes are the digits 0 to 9
 * @property {'ltr' | 'rtl'} direction  of a row
 * @property {string} separator  between the symbols of a row
 * @property {string} key  that corrections are kept under, after their name
 * @property {Greys} [picture]  how a picture becomes what the networks see, where they look at pictures; else it is traced
 */
/**
 * @typedef {object} Reader
 * @property {string} name
 * @property {import('./decide.js').Thresholds} thresholds
 * @property {import('./rasterize.js').Framing | null} [framing]  of the images that it takes; without it the task's
 * @property {(images: Float32Array, count: number, signal?: Signal) => Answers | Promise<Answers>} probabilities  calibrated, one image after another
 */
/** @typedef {ArrayLike<number>} Answers */
/** @typedef {{throwIfAborted: () => void}} Signal  as of an AbortController */
/** @typedef {{probabilities: number[], answer: Answer}} Judgement */
/** @typedef {Judgement & {raster: Raster}} Seeing  a judgement by one network, of the image that it took */
/**
 * One digit of a drawing, or one symbol of another task, judged by the whole panel.
 * @typedef {Judgement & {strokes: Stroke[], raster: Raster, panel: Seeing[]}} Digit  raster: the first network's; panel: by each
 */
/** @typedef {import('./signs.js').Sign} Sign */
/**
 * @typedef {object} Reading
 * @property {string} text
 * @property {(Digit | Sign)[]} symbols  in the order of reading
 * @property {Digit[]} digits  those of them that are no signs
 */
/** @typedef {{traced?: boolean}} Origin  traced: from a picture, so that the order and the pen lifts of writing are unknown */
/**
 * @typedef {Origin & {memory?: Memory, signal?: Signal}} Context  memory: of the last reading by the same panel; signal:
 * stops asking networks that take their time
 */

const IN_NUMBER = 0.5; // beside other digits, odd ink is more likely a digit than on its own: refuse it later
const TRACED = 0.67; // whoever brings a picture of a digit rarely brings a letter: refuse it later too

/** @param {Stroke[]} strokes @returns {boolean} whether nothing but a dot is drawn, which is no digit */
export function isDot(strokes) {
  return strokes.every((stroke) => side(box([stroke])) === 0);
}

/**
 * @param {Float32Array[]} images  all of one size
 * @param {Reader} reader
 * @param {Signal} [signal]
 * @returns {number[][] | Promise<number[][]>} a probability of each class for each image, all asked for in one batch
 */
export function ask(images, reader, signal) {
  return run(asking(images, reader, signal));
}

/** @param {Float32Array[]} images @param {Reader} reader @param {Signal} [signal] @returns {Generator<unknown, number[][], any>} */
function* asking(images, reader, signal) {
  if (images.length === 0) return [];
  const pixels = images[0].length;
  const batch = new Float32Array(images.length * pixels);
  images.forEach((image, i) => {
    batch.set(image, i * pixels);
  });
  /** @type {number[]} */
  const all = Array.from(yield reader.probabilities(batch, images.length, signal));
  const classes = all.length / images.length;
  return images.map((_, i) => all.slice(i * classes, (i + 1) * classes));
}

/** Strokes taken as one symbol. @typedef {{rasters: Raster[], probabilities: number[][]}} Seen  one of each by each network */
/** What an earlier reading saw, by stroke: while the pen moves, all but one digit stay as they were. */
export class Memory {
  /** @type {Map<string, Seen>} */
  #seen = new Map();
  /** @type {WeakMap<Stroke, number>} */
  #names = new WeakMap();
  #next = 0;
  /** @type {WeakMap<Stroke, {length: number, tall: number, pieces: import('./cut.js').Piece[]}>} */
  #cuts = new WeakMap();

  /** @param {Stroke[]} strokes  a stroke being drawn grows, and is another with every point */
  #key(strokes) {
    return strokes
      .map((stroke) => {
        if (!this.#names.has(stroke)) this.#names.set(stroke, this.#next++);
        return `${this.#names.get(stroke)}:${stroke.length}`;
      })
      .join();
  }

  /**
   * Pieces are told apart by identity, as strokes are.
   * @param {Stroke} stroke @param {number} tall  the height of the tallest stroke
   * @returns {import('./cut.js').Piece[]} the same ones until either changes
   */
  cut(stroke, tall) {
    const last = this.#cuts.get(stroke);
    if (last?.length === stroke.length && last.tall === tall) return last.pieces;
    const pieces = cut(stroke, tall);
    this.#cuts.set(stroke, { length: stroke.length, tall, pieces });
    return pieces;
  }

  /**
   * @param {Stroke[][]} groups
   * @param {Reader[]} panel @param {Task} task @param {Signal} [signal]
   * @returns {Generator<unknown, Seen[], any>} the unknown ones asked for in one batch for each network, the others
   * remembered
   */
  *look(groups, panel, task, signal) {
    const keys = groups.map((strokes) => this.#key(strokes));
    const fresh = groups.filter((_, i) => !this.#seen.has(keys[i]));
    const asked = yield* judging(fresh, panel, task, signal);
    const seen = keys.map((key) => this.#seen.get(key) ?? /** @type {Seen} */ (asked.shift()));
    this.#seen = new Map(keys.map((key, i) => [key, seen[i]]));
    return seen;
  }
}

/**
 * @param {Stroke[]} strokes  or a picture alone @param {import('./rasterize.js').Framing} framing @param {boolean} tidy
 * @returns {Raster}
 */
function seen(strokes, framing, tidy) {
  const picture = strokes[0]?.picture;
  if (!picture) return rasterize(strokes, framing, tidy);
  const filled = { ...framing, box: 0, centre: /** @type {const} */ ('box'), pen: 0, softness: 0 };
  return { ...rasterize(strokes, filled, false), ...picture.at(framing.size) };
}

/** @param {Stroke[][]} groups @param {Reader[]} panel @param {Task} task @returns {Seen[] | Promise<Seen[]>} */
export function judge(groups, panel, task) {
  return run(judging(groups, panel, task));
}

/**
 * @param {Stroke[][]} groups @param {Reader[]} panel @param {Task} task @param {Signal} [signal]
 * @returns {Generator<unknown, Seen[], any>}
 */
function* judging(groups, panel, task, signal) {
  const { classes, digits } = task;
  const rasters = rasterized(groups, panel, task);
  const all = yield* together(
    panel.map((reader, k) => {
      const images = rasters.map((those) => those[k].image);
      return ask(images, reader, signal);
    }),
  );
  const even = classes.map(() => 1 / classes.length);
  return groups.map((strokes, i) => ({
    rasters: rasters[i],
    probabilities: digits && isDot(strokes) ? panel.map(() => even) : all.map((one) => one[i]),
  }));
}

/**
 * @param {Stroke[][]} groups @param {Reader[]} panel @param {Task} task
 * @returns {Raster[][]} of each group one for each network; the same value for networks of the same framing
 */
function rasterized(groups, panel, task) {
  const framings = panel.map((reader) => reader.framing ?? task.framing);
  const keys = framings.map((framing) => JSON.stringify(framing));
  return groups.map((strokes) => {
    /** @type {Map<string, Raster>} */
    const known = new Map();
    return keys.map((key, k) => {
      const raster = known.get(key) ?? seen(strokes, framings[k], task.digits);
      known.set(key, raster);
      return raster;
    });
  });
}

/**
 * @param {Stroke[]} strokes
 * @param {Reader[]} panel  at least one
 * @param {Task} task
 * @param {Context} [context]
 * @returns {Reading | Promise<Reading>} at once, but for networks that take their time
 */
export function read(strokes, panel, task, context = {}) {
  return run(reading(strokes, panel, task, context));
}

/**
 * @param {Stroke[]} strokes @param {Reader[]} panel @param {Task} task @param {Context} context
 * @returns {Generator<unknown, Reading, any>}
 */
function* reading(strokes, panel, task, { memory = new Memory(), traced = false, signal }) {
  const ink = strokes.filter((stroke) => stroke.length > 0);
  const found = task.digits ? signs(ink) : [];
  const parts = yield* divide(ink, found, panel, { task, memory, traced, signal });
  const isLetter =
    task.digits &&
    !traced &&
    isOneSign(parts.map((part) => ({ ...part, probabilities: mean(part.seen.probabilities) })));
  const share = Math.min(parts.length > 1 ? IN_NUMBER : 1, traced ? TRACED : 1);
  const limits = panel.map(({ thresholds }) => ({
    ...thresholds,
    refuse: (isLetter ? Infinity : share) * thresholds.refuse,
  }));
  const whole = isLetter ? yield* judging([ink], panel, task, signal) : [];
  const digits = (isLetter ? [{ strokes: ink, seen: whole[0] }] : parts).map((part) => ({
    strokes: part.strokes,
    ...decided(part.seen, limits),
  }));
  const symbols = [...digits, ...(isLetter ? [] : found)].sort(
    (a, b) => middle(box(a.strokes)) - middle(box(b.strokes)),
  );
  if (task.direction === 'rtl') for (const all of [digits, symbols]) all.reverse();
  return { text: row(symbols, task), symbols, digits };
}

/** @typedef {{strokes: Stroke[], seen: Seen}} Part */
/** @typedef {{lattice: segment.Candidates, seen: Seen[], confidences: number[]}} Looked */
/**
 * @param {Stroke[]} ink @param {Sign[]} found  in it @param {Reader[]} panel
 * @param {{task: Task, memory: Memory, traced: boolean, signal?: Signal}} context
 * @returns {Generator<unknown, Part[], any>} what may be symbols, from left to right
 */
function* divide(ink, found, panel, { task, memory, traced, signal }) {
  if (task.reading === 'one') {
    return ink.length > 0 ? [{ strokes: ink, seen: (yield* memory.look([ink], panel, task, signal))[0] }] : [];
  }
  const strokes = ink.filter((stroke) => !found.some((sign) => sign.strokes[0] === stroke));
  const walls = found.map((sign) => middle(box(sign.strokes)));
  /** @param {Map<Stroke, import('./cut.js').Piece[]>} [joined] @returns {Generator<unknown, Looked, any>} */
  const look = function* (joined) {
    const lattice = segment.candidates(strokes, { joined, walls, traced, digits: task.digits });
    const groups = lattice.runs.map((run) => run.strokes);
    const seen = yield* memory.look(groups, panel, task, signal);
    return { lattice, seen, confidences: seen.map((one) => Math.max(...mean(one.probabilities))) };
  };
  const first = yield* look();
  if (!task.digits) return chosen(first);
  const joined = segment.joined(first.lattice, first.confidences);
  const pieces = new Map([...joined].map((stroke) => [stroke, memory.cut(stroke, first.lattice.tall)]));
  return chosen(joined.size > 0 ? yield* look(pieces) : first);
}

/**
 * @param {Looked} looked
 * @returns {Part[]} the runs of the best division
 */
function chosen({ lattice, seen, confidences }) {
  return segment.choose(lattice, confidences).map((i) => ({ strokes: lattice.runs[i].strokes, seen: seen[i] }));
}

/**
 * @param {Seen} seen @param {import('./decide.js').Thresholds[]} limits  of each network
 * @returns {Judgement & {raster: Raster, panel: Seeing[]}}
 */
function decided({ rasters, probabilities: all }, limits) {
  const probabilities = mean(all);
  const answer = decide(probabilities, meanThresholds(limits));
  const panel = all.map((one, i) => ({ probabilities: one, answer: decide(one, limits[i]), raster: rasters[i] }));
  return { raster: rasters[0], probabilities, answer, panel };
}
