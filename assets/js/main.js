/** Wiring: the page's parts to one another. */

import { contract } from './api.js';
import * as config from './config.js';
import { Eraser } from './drawing/eraser.js';
import { connectShortcuts, KeyboardPen } from './drawing/keyboard.js';
import { Pad } from './drawing/pointer.js';
import { choices, connectToolbar } from './drawing/toolbar.js';
import * as embed from './embed.js';
import * as offline from './offline.js';
import { connectImport } from './picture/import.js';
import { Session } from './session.js';
import { SharingPanel } from './sharing/panel.js';
import { PLACES } from './sharing/storage.js';
import { ViewState } from './state.js';
import { Networks } from './tensorflow/loader.js';
import { Activations } from './view/activations.js';
import { draw, Palette, sharp } from './view/canvas.js';
import { element } from './view/dom.js';
import { connectLanguage, Texts } from './view/i18n.js';
import { showLoading } from './view/loading.js';
import { OwnFraming } from './view/own_framing.js';
import { PipelineSteps } from './view/pipeline_steps.js';
import { Result } from './view/result.js';
import { Saliency } from './view/saliency.js';
import { Status } from './view/status.js';
import { connectTheme } from './view/theme.js';

const UNHURRIED = 2000; // milliseconds after the page is ready: a visitor who only looks has seen it by then

/** @type {import('./session.js').Clock} */
const clock = {
  now: () => performance.now(),
  frame: (next) => requestAnimationFrame(next),
  after: (next, milliseconds) => setTimeout(next, milliseconds),
};
/** What every part may need. @typedef {{session: Session, canvas: HTMLCanvasElement, texts: Texts, palette: Palette}} Parts */

/** @param {Parts} parts @param {Result} result */
function connectDrawing({ session, canvas, texts, palette }, result) {
  const { drawing } = session;
  const eraser = new Eraser(drawing);
  const pen = new KeyboardPen(canvas, drawing, eraser); // before the pad: a pointer takes over only when this pen is lifted
  new Pad(canvas, drawing, eraser);
  pen.addEventListener('pen', () => result.announceNow(texts.say(pen.isDown ? 'pen_down' : 'pen_up')));
  session.addEventListener('frame', () => {
    const context = sharp(canvas);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    draw(context, drawing.strokes, palette.colour('--pen'));
    pen.show(context, palette.colour('--warm'));
    element('canvas_box').dataset.empty = String(drawing.isEmpty);
    eraser.refresh();
  });
  connectToolbar(session);
  connectShortcuts(drawing);
}

/** @param {Parts} parts @param {Result} result */
function connectResult({ session, texts, palette }, result) {
  const { drawing, state } = session;
  const refresh = () => session.refresh();
  palette.addEventListener('change', refresh);
  texts.addEventListener('change', refresh);
  element('chart_box').addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('[data-part="all"]')) state.set({ wide: !state.wide });
  });
  const framing = new OwnFraming(texts);
  const showProgress = () => showLoading(session.loading, texts);
  session.addEventListener('loading', showProgress);
  texts.addEventListener('change', showProgress);
  session.addEventListener('reading', () => {
    const { asked, chosen, reading } = session;
    const waiting = !state.live && !asked && !drawing.isEmpty;
    const view = { chosen, asked, waiting, moving: drawing.isDrawing, wide: state.wide };
    const networks = session.infos(state.network);
    const sentence = result.show(reading, networks, view);
    framing.show(networks[0]);
    if (!drawing.isDrawing) result.announce(drawing.isEmpty && !asked ? '' : sentence);
  });
}

/** What only the full page has. @param {Parts} parts */
function connectPage({ session, canvas, texts, palette }) {
  const { drawing, state, config } = session;
  const { task } = config;
  const refresh = () => session.refresh();
  const status = new Status(texts);
  const steps = new PipelineSteps(palette, canvas, task);
  const activations = new Activations(texts, palette);
  const saliency = new Saliency(state, texts, palette, task);
  const inside = /** @type {HTMLDetailsElement} */ (element('inside'));
  steps.addEventListener('visible', refresh);
  inside.addEventListener('toggle', refresh);
  element('digits').addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-place]');
    if (button instanceof HTMLElement) session.point(Number(button.dataset.place));
  });
  session.addEventListener('reading', () => {
    const { digit } = session;
    steps.show(digit, session.infos(state.network)[0], drawing.isDrawing);
    element('inside_empty').hidden = digit !== undefined;
    element('inside_content').hidden = !(digit && inside.open);
    saliency.hide();
    if (!digit || !inside.open) return; // not visible
    activations.show(digit, session.readers);
    saliency.show(digit, session.readers);
  });
  session.addEventListener('frame', () => {
    if (!drawing.isDrawing) status.refresh(drawing.strokes);
  });
  connectImport(session, canvas, status);
  return new SharingPanel(session, canvas, texts, status);
}

/**
 * Draw what was there before the reload, or what the address holds, and keep it for the next.
 * @param {Parts} parts @param {SharingPanel} panel
 */
function restore({ session, canvas }, panel) {
  const { drawing, state } = session;
  drawing.replaceAll(state.recall('drawing', canvas.offsetWidth) ?? []);
  panel.openShared(); // undo brings back what was there
  const keep = () => {
    const sheet = { strokes: drawing.written, width: canvas.offsetWidth };
    state.keep('drawing', sheet.strokes.length > 0 ? sheet : null);
    state.keep('choices', { network: state.network, live: state.live });
  };
  addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', keep); // a page in the background may be ended without pagehide
}

async function start() {
  const site = config.read();
  const embedded = document.querySelector('[data-page="embed"]') !== null;
  const state = new ViewState(PLACES, site.task);
  const session = new Session(site, state, { networks: new Networks(site), clock });
  globalThis.digitjs = contract(session);
  connectTheme(state);
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas'));
  const [texts, palette] = [new Texts(), new Palette()];
  await connectLanguage(site, state, texts);
  const parts = { session, canvas, texts, palette };
  const result = new Result(texts, palette, site.task);
  connectResult(parts, result);
  const { network, live } = choices((embedded ? null : state.recall('choices')) ?? {});
  state.set({ live });
  session.select(network); // its files come while the rest is wired
  if (embedded) embed.connect(session);
  connectDrawing(parts, result);
  if (!embedded) restore(parts, connectPage(parts));
  /** What makes drawing and answers fast, before the first stroke. */
  const prepare = () => {
    texts.prepare();
    return session.networks.accelerate();
  };
  canvas.addEventListener('pointerenter', prepare, { once: true });
  element('unstarted').remove();
  /** What the visitor does not wait for. */
  const settle = async () => {
    await prepare();
    if (!embedded) offline.keep(site.worker);
  };
  session.ready.then(() => setTimeout(settle, UNHURRIED)).catch(() => {}); // loading reports it
}

start();
