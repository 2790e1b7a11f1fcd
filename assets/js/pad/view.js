/** A drawing pad on view: its elements in a shadow tree, and what connects them to the drawing and to the networks. */

import { Eraser } from '../drawing/eraser.js';
import { connectShortcuts, KeyboardPen } from '../drawing/keyboard.js';
import { Pad } from '../drawing/pointer.js';
import { provided } from '../load_script.js';
import { draw, Palette, sharp } from '../view/canvas.js';
import { element } from '../view/dom.js';
import { Texts } from '../view/i18n.js';
import { showLoading } from '../view/loading.js';
import { Result } from '../view/result.js';
import { markup } from './markup.js';
import { site } from './shared.js';

/** @typedef {import('../session.js').Session} Session */

export class PadView {
  #stop = new AbortController();
  #session;
  #root;
  #page;
  #texts;
  #palette;
  #result;

  /** @param {ShadowRoot} root  its content is replaced @param {Session} session @param {() => void} again  after a failure */
  constructor(root, session, again) {
    const { scheme, page, rest } = markup();
    root.replaceChildren(scheme, page, ...rest);
    this.#session = session;
    this.#root = root;
    this.#page = page;
    this.#texts = new Texts(page);
    this.#palette = new Palette(page.children[0]);
    this.#result = new Result(this.#texts, this.#palette, session.config.task, root);
    this.#connectScheme(scheme);
    this.#connectDrawing();
    this.#connectTools(again);
  }

  get #signal() {
    return this.#stop.signal;
  }

  /** Leave session and window: the shadow tree is removed from its page, or another takes its place. */
  end() {
    this.#stop.abort();
  }

  /** @param {boolean} disabled */
  disable(disabled) {
    this.#page.inert = disabled;
  }

  /**
   * Say everything in a language, and show the answers from then on.
   * @param {string} language  one that the site has
   * @throws {import('../load_script.js').Undelivered}
   */
  async speak(language) {
    const isFirst = this.#page.lang === '';
    await provided(() => globalThis.digitjsText?.[language], site.bundle.texts[language]);
    if (this.#signal.aborted) return;
    this.#texts.speak(language);
    if (isFirst) this.#connectResult();
    this.#session.refresh();
  }

  /** Light or dark as the element around has it: a sample's colour tells, and its transition when that changes. @param {HTMLElement} sample */
  #connectScheme(sample) {
    const show = () => {
      this.#page.dataset.theme = getComputedStyle(sample).color === 'rgb(0, 0, 0)' ? 'light' : 'dark';
    };
    sample.addEventListener('transitionrun', show);
    show();
  }

  #connectDrawing() {
    const { drawing } = this.#session;
    const canvas = /** @type {HTMLCanvasElement} */ (element('canvas', this.#root));
    const eraser = new Eraser(drawing, null);
    const pen = new KeyboardPen(canvas, drawing, eraser); // before the pad: a pointer takes over only when this pen is lifted
    new Pad(canvas, drawing, eraser, this.#signal);
    pen.addEventListener('pen', () => this.#result.announceNow(this.#texts.say(pen.isDown ? 'pen_down' : 'pen_up')));
    const show = () => {
      const context = sharp(canvas);
      context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
      draw(context, drawing.strokes, this.#palette.colour('--pen'));
      pen.show(context, this.#palette.colour('--warm'));
      element('canvas_box', this.#root).dataset.empty = String(drawing.isEmpty);
      element('undo', this.#root).setAttribute('aria-disabled', String(!drawing.canUndo));
      element('predict_canvas', this.#root).hidden = this.#session.state.live;
    };
    this.#session.addEventListener('frame', show, { signal: this.#signal });
    this.#palette.addEventListener('change', () => this.#session.refresh());
    connectShortcuts(drawing, this.#page);
  }

  /** @param {() => void} again */
  #connectTools(again) {
    const session = this.#session;
    const { drawing } = session;
    const tools = {
      undo: () => drawing.undo(),
      clear_canvas: () => drawing.clear(),
      predict_canvas: () => session.predict(),
      try_again: again,
    };
    for (const [id, does] of Object.entries(tools)) element(id, this.#root).addEventListener('click', does);
  }

  #connectResult() {
    const session = this.#session;
    const { drawing, state } = session;
    const showProgress = () => showLoading(session.loading, this.#texts, this.#root);
    const show = () => {
      const { asked, chosen, reading } = session;
      const waiting = !state.live && !asked && !drawing.isEmpty;
      const view = { chosen, asked, waiting, moving: drawing.isDrawing, wide: false };
      const sentence = this.#result.show(reading, session.config.networks, view);
      if (!drawing.isDrawing) this.#result.announce(drawing.isEmpty && !asked ? '' : sentence);
    };
    session.addEventListener('loading', showProgress, { signal: this.#signal });
    session.addEventListener('reading', show, { signal: this.#signal });
    this.#texts.addEventListener('change', showProgress);
    showProgress();
    show();
  }
}
