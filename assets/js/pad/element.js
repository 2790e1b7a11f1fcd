/** <draw-pad>: a drawing area that reads what is drawn in it, in anybody's page. draw-pad.d.ts describes it. */

import { copied, symbol } from '../api.js';
import { read } from '../recognition/recognize.js';
import { ALL, Session } from '../session.js';
import { ViewState } from '../state.js';
import { clock } from '../view/clock.js';
import { loading, names, narrowed } from './choice.js';
import { networks, site, style } from './shared.js';
import { PadView } from './view.js';

/** @typedef {import('./draw-pad').Reading} Reading */
/** @typedef {import('./draw-pad').Stroke} Stroke */

const PAUSE = 150; // milliseconds without a change before an answer is told
const PROPERTIES = /** @type {const} */ (['networks', 'classes', 'live', 'name', 'strokes']);
const NOWHERE = { getItem: () => null, setItem: () => {}, removeItem: () => {} }; // what lies there is the page's own
const PLACES = { address: () => NOWHERE, visit: () => NOWHERE, device: () => NOWHERE };

/** @param {string | string[] | null | undefined} value */
const listed = (value) => (Array.isArray(value) ? value.map(String) : names(value ?? null));

/** @implements {Pick<import('./draw-pad').DrawPadElement, 'ready' | 'reading' | 'value' | 'clear' | 'undo' | 'redo' | 'predict'>} */
export class DrawPad extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ['networks', 'classes', 'live', 'lang'];
  #internals = this.attachInternals();
  #root = this.attachShadow({ mode: 'open', delegatesFocus: true });
  /** @type {import('./choice.js').Choice} */
  #choice = { networks: [], classes: [] };
  #disabled = false;
  /** @type {Session | undefined} */
  #made;
  /** @type {PadView | undefined} */
  #view;
  /** @type {unknown} why the choice is impossible */
  #wrong;
  #connect = () => {};
  /** @type {Promise<void>} */
  #connected = new Promise((resolve) => {
    this.#connect = resolve;
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;
  #told = '';

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [style];
    this.#internals.role = 'group';
  }

  connectedCallback() {
    // What was set before the script had run lies in front of the properties that belong here.
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (/** @type {any} */ (this)[name]);
      /** @type {any} */ (this)[name] = value;
    }
    this.#show();
    this.#connect();
  }

  disconnectedCallback() {
    this.#view?.end();
    this.#view = undefined;
  }

  /** @param {string} name @param {string | null} _before @param {string | null} value */
  attributeChangedCallback(name, _before, value) {
    if (name === 'live') this.#session.state.set({ live: value !== 'false' });
    else if (name === 'lang') this.#speak();
    else this.#choose({ [name]: names(value) });
  }

  /** @param {boolean} disabled */
  formDisabledCallback(disabled) {
    this.#disabled = disabled;
    this.#view?.disable(disabled);
  }

  formResetCallback() {
    this.clear();
  }

  get name() {
    return this.getAttribute('name') ?? '';
  }

  set name(name) {
    this.setAttribute('name', name);
  }

  get form() {
    return this.#internals.form;
  }

  /** @returns {string[]} */
  get networks() {
    return this.#session.config.networks.map(({ name }) => name);
  }

  /** @param {string | string[] | null | undefined} wanted */
  set networks(wanted) {
    this.#choose({ networks: listed(wanted) });
  }

  /** @returns {string[]} */
  get classes() {
    return [...this.#session.config.task.classes];
  }

  /** @param {string | string[] | null | undefined} wanted */
  set classes(wanted) {
    this.#choose({ classes: listed(wanted) });
  }

  get live() {
    return this.getAttribute('live') !== 'false';
  }

  set live(live) {
    this.setAttribute('live', String(live));
  }

  /** @returns {Stroke[]} */
  get strokes() {
    return structuredClone(this.#session.drawing.written);
  }

  set strokes(strokes) {
    this.#session.drawing.replace(copied(strokes ?? [])); // as frameworks take a property away
  }

  /** @returns {Reading} */
  get reading() {
    return this.#published(this.#session.reading);
  }

  get value() {
    return this.#session.reading.text;
  }

  /** @returns {Promise<void>} */
  get ready() {
    return this.#connected.then(() => {
      if (this.#wrong) throw this.#wrong;
      return this.#session.ready;
    });
  }

  clear() {
    this.#session.drawing.clear();
  }

  undo() {
    this.#session.drawing.undo();
  }

  redo() {
    this.#session.drawing.redo();
  }

  /** @returns {Promise<Reading>} */
  async predict() {
    await this.ready;
    const session = this.#session;
    session.predict();
    return this.#published(await read(session.drawing.strokes, session.readers, session.config.task));
  }

  /** Made when it is first needed: a property may be set before the element is on a page. */
  get #session() {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make() {
    this.#wrong = undefined;
    /** @type {ReturnType<typeof narrowed>} */
    let narrow = { site, places: null };
    try {
      narrow = narrowed(site, this.#choice);
    } catch (reason) {
      this.#wrong = reason;
    }
    const state = new ViewState(PLACES, narrow.site.task);
    state.set({ live: this.live });
    const session = new Session(narrow.site, state, { networks: loading(networks, narrow.places), clock });
    session.addEventListener('reading', () => this.#heard(session));
    if (this.#wrong) session.loading = { state: 'failed', reason: this.#wrong };
    return session;
  }

  /** @param {Partial<import('./choice.js').Choice>} changed */
  #choose(changed) {
    const wanted = { ...this.#choice, ...changed };
    if (JSON.stringify(wanted) === JSON.stringify(this.#choice)) return;
    this.#choice = wanted;
    this.#renew();
  }

  /** Begin again with the drawing that is there. */
  #renew() {
    const drawn = this.#made?.drawing.written;
    this.#made = undefined;
    if (drawn) this.#session.drawing.replaceAll(drawn);
    if (this.isConnected && this.#view) this.#show();
  }

  #show() {
    this.#view?.end();
    const session = this.#session;
    this.#view = new PadView(this.#root, session, () => this.#renew());
    this.#view.disable(this.#disabled);
    this.#speak();
    if (!this.#wrong && session.state.network === '') {
      session.select(session.config.networks.length > 1 ? ALL : session.config.networks[0].name);
    }
    session.refresh();
    const later = (/** @type {string} */ what, /** @type {unknown} */ detail) => {
      if (session === this.#made) this.#dispatch(what, detail);
    };
    this.ready.then(
      () => later('ready', undefined),
      (reason) => later('error', { message: String(reason?.message ?? reason) }),
    );
  }

  #speak() {
    const wanted = /** @type {HTMLElement | null} */ (this.closest('[lang]'))?.lang ?? '';
    const language = [wanted, wanted.split('-')[0]].find((code) => Object.hasOwn(site.bundle.texts, code));
    this.#view?.speak(language ?? site.language).catch(({ message }) => this.#dispatch('error', { message }));
  }

  /** @param {Session} session */
  #heard(session) {
    if (session !== this.#made) return;
    this.#internals.setFormValue(session.reading.text);
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => {
      const { reading } = this;
      const text = JSON.stringify(reading);
      if (text === this.#told || (this.#told === '' && reading.symbols.length === 0)) return;
      this.#told = text;
      this.#dispatch('reading', reading);
    }, PAUSE);
  }

  /** @param {import('../recognition/recognize.js').Reading} reading @returns {Reading} */
  #published({ text, symbols }) {
    return { text, symbols: symbols.map((one) => symbol(one, this.#session.config.task)) };
  }

  /** @param {string} what @param {unknown} detail */
  #dispatch(what, detail) {
    this.dispatchEvent(new CustomEvent(`draw-pad-${what}`, { detail, bubbles: true, composed: true }));
  }
}
