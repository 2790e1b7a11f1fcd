/** The samples of a class as small pictures, to be looked over, deleted and relabelled. */

import { box, side } from '../geometry.js';
import { element, put } from '../view/dom.js';

/** @typedef {import('./samples.js').Sample} Sample */
/** @typedef {import('./samples.js').Samples} Samples */
/** @typedef {import('../view/i18n.js').Texts} Texts */
/** @typedef {(key: string, values?: Record<string, string | number>, count?: number) => void} Tell */

const MARGIN = 0.12; // of the drawing's longest side
const SVG = 'http://www.w3.org/2000/svg';

const shown = () => /** @type {HTMLSelectElement} */ (element('gallery_class'));
const label = () => /** @type {HTMLSelectElement} */ (element('gallery_label'));
const list = () => element('gallery');

export class Gallery {
  /** Ids of samples. @type {Set<string>} */
  #selected = new Set();
  /** By the id of the sample. @type {Map<string, Pick<Sample, 'label' | 'strokes'> & {item: HTMLElement}>} */
  #pictures = new Map();
  /** What the last deletion or relabelling changed, as it was. @type {Sample[]} */
  #before = [];
  #samples;
  #classes;
  #texts;
  #tell;

  /** @param {Samples} samples @param {string[]} classes @param {Texts} texts @param {Tell} tell */
  constructor(samples, classes, texts, tell) {
    this.#samples = samples;
    this.#classes = classes;
    this.#texts = texts;
    this.#tell = tell;
    for (const select of [shown(), label()]) {
      for (const name of classes) select.append(new Option(name, name));
    }
    shown().addEventListener('change', () => this.#select([]));
    list().addEventListener('click', ({ target }) => this.#toggle(target));
    element('gallery_delete').addEventListener('click', () => this.#delete());
    element('gallery_relabel').addEventListener('click', () => this.#relabel());
    element('gallery_undo').addEventListener('click', () => this.#undo());
    element('gallery_box').addEventListener('toggle', () => this.show());
    samples.addEventListener('change', () => this.show());
    texts.addEventListener('change', () => this.show());
  }

  /** Write what there is, where it is on view. */
  show() {
    const counts = this.#samples.counts();
    put(element('gallery_count'), this.#texts.count(counts.reduce((sum, count) => sum + count, 0)));
    if (!(/** @type {HTMLDetailsElement} */ (element('gallery_box')).open)) return;
    counts.forEach((count, place) => {
      const option = shown().options[place + 1]; // behind the one for all
      put(option, `${option.value} (${count})`);
    });
    const found = this.#found;
    const ids = new Set(found.map(({ id }) => id));
    this.#selected = new Set([...this.#selected].filter((id) => ids.has(id)));
    this.#fill(found);
    element('gallery_empty').hidden = found.length > 0;
    this.#showChoice();
  }

  /** The samples on view, class by class. */
  get #found() {
    const { live } = this.#samples;
    const wanted = shown().value ? [shown().value] : this.#classes;
    return wanted.flatMap((name) => live.filter(({ label }) => label === name));
  }

  /** Change as little as there is to change: there may be thousands, and the focus may be on one. @param {Sample[]} found */
  #fill(found) {
    const items = found.map((sample) => this.#item(sample));
    const wanted = new Set(items);
    for (const item of [...list().children]) {
      if (!wanted.has(/** @type {HTMLElement} */ (item))) item.remove();
    }
    let next = list().firstElementChild;
    for (const item of items) {
      if (item === next) next = next.nextElementSibling;
      else list().insertBefore(item, next);
    }
  }

  /** @param {Sample} sample @returns {HTMLElement} its picture, which is made once */
  #item(sample) {
    const { id, label, strokes } = sample;
    let known = this.#pictures.get(id);
    if (known?.label !== label || known.strokes !== strokes) {
      known = { label, strokes, item: thumbnail(sample) };
      this.#pictures.set(id, known);
    }
    const button = /** @type {HTMLElement} */ (known.item.firstElementChild);
    const pressed = String(this.#selected.has(id));
    if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
    return known.item;
  }

  /** @param {EventTarget | null} target */
  #toggle(target) {
    const button = target instanceof Element && target.closest('button');
    if (!(button instanceof HTMLElement)) return;
    const id = button.dataset.sample ?? '';
    const others = [...this.#selected].filter((one) => one !== id);
    this.#select(this.#selected.has(id) ? others : [...others, id]);
  }

  /** @param {string[]} ids */
  #select(ids) {
    this.#selected = new Set(ids);
    this.show();
  }

  #showChoice() {
    const count = this.#selected.size;
    put(element('gallery_selected'), this.#texts.say('collect_selected', { count }, count));
    for (const id of ['gallery_delete', 'gallery_relabel']) {
      element(id).setAttribute('aria-disabled', String(count === 0));
    }
    element('gallery_undo').setAttribute('aria-disabled', String(this.#before.length === 0));
  }

  #delete() {
    const count = this.#change({ deleted: true });
    if (count > 0) this.#tell('collect_deleted', { count }, count);
  }

  #relabel() {
    const count = this.#change({ label: label().value });
    if (count > 0) this.#tell('collect_relabelled', { count, label: label().value }, count);
  }

  /** @param {Partial<Pick<Sample, 'label' | 'deleted'>>} change @returns {number} how many were selected for it */
  #change(change) {
    const ids = [...this.#selected];
    if (ids.length === 0) return 0;
    this.#before = this.#samples.change(ids, change);
    this.#select([]);
    return ids.length;
  }

  #undo() {
    const count = this.#before.length;
    if (count === 0) return;
    this.#samples.put(this.#before.map((sample) => ({ ...sample, saved: false })));
    this.#before = [];
    this.#showChoice();
    this.#tell('collect_undone', { count }, count);
  }
}

/** @param {Sample} sample @returns {HTMLElement} */
function thumbnail({ id, label, writer, strokes }) {
  const item = document.createElement('li');
  const button = item.appendChild(document.createElement('button'));
  button.type = 'button';
  button.className = 'gallery-sample';
  button.dataset.sample = id;
  const picture = button.appendChild(document.createElementNS(SVG, 'svg'));
  picture.setAttribute('viewBox', frame(strokes));
  picture.setAttribute('aria-hidden', 'true');
  const path = picture.appendChild(document.createElementNS(SVG, 'path'));
  path.setAttribute('d', strokes.map(outline).join(''));
  path.setAttribute('vector-effect', 'non-scaling-stroke');
  for (const [name, text] of [
    ['label', label],
    ['writer', writer ?? '–'],
  ]) {
    const line = button.appendChild(document.createElement('span'));
    line.className = `gallery-${name}`;
    line.dir = 'auto';
    line.textContent = text;
    line.after(' ');
  }
  return item;
}

/** @param {import('../geometry.js').Stroke[]} strokes @returns {string} a square around the drawing */
function frame(strokes) {
  const around = box(strokes);
  const size = (side(around) || 1) * (1 + 2 * MARGIN);
  const [x, y] = [(around.minX + around.maxX - size) / 2, (around.minY + around.maxY - size) / 2];
  return `${x} ${y} ${size} ${size}`;
}

/** @param {import('../geometry.js').Stroke} stroke @returns {string} a path; a point is a line without length, with round ends */
const outline = (stroke) => `M${stroke.map((point) => point.join(' ')).join('L')}${stroke.length === 1 ? 'h0' : ''}`;
