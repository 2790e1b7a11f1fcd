/** Wiring: the page's parts to one another. */

import { contract } from './api.js';
import * as site from './config.js';
import { connectShortcuts, KeyboardPen } from './drawing/keyboard.js';
import { Pad } from './drawing/pointer.js';
import * as tools from './drawing/toolbar.js';
import * as embed from './embed.js';
import { Undelivered } from './load_script.js';
import * as offline from './offline.js';
import * as bring from './picture/import.js';
import { Page } from './session.js';
import * as takeaway from './sharing/panel.js';
import * as storage from './sharing/storage.js';
import * as ink from './view/canvas.js';
import { element } from './view/dom.js';
import * as text from './view/i18n.js';
import * as inside from './view/inside.js';
import * as language from './view/language.js';
import * as journey from './view/pipeline_steps.js';
import * as verdict from './view/result.js';
import * as notes from './view/status.js';
import * as theme from './view/theme.js';

const UNHURRIED = 2000; // milliseconds after the page is ready: a visitor who only looks has seen it by then
const embedded = document.querySelector('[data-page="embed"]') !== null;

/** @type {import('./session.js').Loading} */
let loading = { state: 'ready' };

function showLoading() {
  element('loading_box').hidden = loading.state !== 'loading';
  element('problem_box').hidden = loading.state !== 'failed';
  if (loading.state === 'loading') /** @type {HTMLProgressElement} */ (element('loading')).value = loading.fraction;
  if (loading.state !== 'failed') return;
  element('problem').textContent = text.say('problem', { reason: said(loading.reason) });
}

/** @param {unknown} reason */
function said(reason) {
  if (reason instanceof Undelivered) return text.say('undelivered', { file: reason.file });
  return reason instanceof Error ? reason.message : String(reason);
}

/** @param {Page} page @param {HTMLCanvasElement} canvas */
function connectSheet(page, canvas) {
  const { drawing } = page;
  const pen = new KeyboardPen(canvas, drawing); // before the pad: a pointer takes over only when this pen is lifted
  pen.onpen = (down) => verdict.tell(text.say(down ? 'pen_down' : 'pen_up'));
  tools.connect(page, new Pad(canvas, drawing), pen);
  connectShortcuts(drawing);
  page.onframe = () => {
    const context = ink.sharp(canvas);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    ink.draw(context, drawing.strokes, ink.colour('--pen'));
    pen.show(context, ink.colour('--warm'));
    element('canvas_box').dataset.empty = String(drawing.isEmpty);
    tools.show(page);
    if (embedded || drawing.isDrawing) return;
    takeaway.show(page);
    notes.refresh(drawing.strokes);
  };
}

/** @param {Page} page @param {HTMLCanvasElement} canvas */
function connectResult(page, canvas) {
  const choice = chooser(page);
  page.onreading = (reading, asked) => {
    const infos = page.infos(page.selected);
    const chosen = choice.of(reading);
    const moving = page.drawing.isDrawing;
    const waiting = !page.live && !asked && !page.drawing.isEmpty;
    const said = verdict.show(reading, infos, { chosen, asked, waiting, moving });
    if (!moving) verdict.announce(page.drawing.isEmpty && !asked ? '' : said);
    if (embedded) return embed.tell(reading);
    const digit = reading.digits[chosen];
    const { title, layers } = infos[0];
    journey.show(digit, canvas, { title, layers, drawing: moving });
    const titles = infos.map((info) => info.title);
    inside.show(digit, page.readers, titles);
    if (moving) return;
    takeaway.show(page);
    takeaway.suggest(digit);
  };
  if (embedded) return embed.listen(page);
  journey.connect(() => page.refresh());
  inside.connect();
  takeaway.connect(page, canvas, () => page.last.digits[choice.of(page.last)]);
  bring.connect(page, canvas);
}

/**
 * Which digit of a number the bars are about: the last, until the visitor points at another one.
 * @param {Page} page
 */
function chooser(page) {
  /** @type {import('./geometry.js').Stroke | undefined} of the digit that was pointed at */
  let pointed;
  document.getElementById('digits')?.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-place]');
    if (!(button instanceof HTMLElement)) return;
    pointed = page.last.digits[Number(button.dataset.place)]?.strokes[0];
    page.refresh();
  });
  return {
    /** @param {import('./recognition/recognize.js').Reading} reading */
    of({ digits }) {
      const found = digits.findIndex(({ strokes }) => pointed && strokes.includes(pointed));
      return found >= 0 ? found : Math.max(digits.length - 1, 0);
    },
  };
}

/**
 * Draw what was there before the reload, or what the address holds.
 * @param {Page} page @param {HTMLCanvasElement} canvas
 */
function restore(page, canvas) {
  const { drawing } = page;
  drawing.replaceAll(storage.keptDrawing(canvas.offsetWidth));
  takeaway.openShared(page, canvas); // undo brings back what was there
  const keep = () => {
    storage.keepDrawing(drawing.strokes, canvas.offsetWidth);
    storage.keepChoices({ network: page.selected, live: page.live });
  };
  addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', keep); // a page in the background may end without a word
}

/** Somebody is about to draw. @param {Page} page */
function hurry(page) {
  text.prepare();
  return page.hurry();
}

/** What may wait until nobody does. @param {Page} page */
async function settle(page) {
  await hurry(page);
  if (!embedded) offline.keep(page.config.worker);
}

async function start() {
  const config = site.read();
  const page = new Page(config);
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas'));
  globalThis.digitjs = contract(page);
  theme.connect();
  ink.connect(() => page.refresh());
  await language.connect(config, () => {
    if (!embedded) takeaway.showCorrections();
    showLoading();
    page.refresh();
  });
  page.onloading = (now) => {
    loading = now;
    showLoading();
  };
  if (!embedded) tools.recall(storage.keptChoices());
  page.select(/** @type {HTMLSelectElement} */ (element('select_model')).value); // its files come while the rest is wired
  connectResult(page, canvas);
  connectSheet(page, canvas);
  if (!embedded) restore(page, canvas);
  canvas.addEventListener('pointerenter', () => hurry(page), { once: true });
  element('unstarted').remove();
  page.ready.then(() => setTimeout(() => settle(page), UNHURRIED)).catch(() => {});
}

start();
