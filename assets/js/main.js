/** Wiring: the page's elements to what they do. */
import { contract } from './contract.js';
import * as ink from './ink.js';
import { Pad } from './pad.js';
import { Page } from './page.js';
import * as site from './site.js';
import * as text from './text.js';
import * as theme from './theme.js';
import * as verdict from './verdict.js';

const { element } = site;

/** @param {Page} page @param {HTMLCanvasElement} canvas */
function showInk(page, canvas) {
  const context = ink.sharp(canvas);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  ink.draw(context, page.drawing.strokes, ink.colour(canvas, '--pen'));
  element('canvas_box').dataset.empty = String(page.drawing.isEmpty);
  /** @type {HTMLButtonElement} */ (element('clear_canvas')).disabled = page.drawing.isEmpty;
}

/** @param {import('./page.js').Loading} loading */
function showLoading(loading) {
  element('loading_box').hidden = loading.state !== 'loading';
  element('problem_box').hidden = loading.state !== 'failed';
  if (loading.state === 'loading') /** @type {HTMLProgressElement} */ (element('loading')).value = loading.fraction;
  if (loading.state !== 'failed') return;
  const reason = loading.reason instanceof Error ? loading.reason.message : String(loading.reason);
  element('problem').textContent = text.say('problem', { reason });
}

/** @param {Page} page */
function connectResult(page) {
  let chosen = 0;
  let digits = 0;
  page.onreading = (reading, asked) => {
    // A new digit of a number is the one to look at, until the visitor points at another.
    if (reading.digits.length !== digits) chosen = Math.max(reading.digits.length - 1, 0);
    digits = reading.digits.length;
    const said = verdict.show(reading, page.infos(page.selected), { chosen, asked });
    verdict.announce(page.drawing.isEmpty && !asked ? '' : said);
  };
  element('digits').addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-place]');
    if (!(button instanceof HTMLElement)) return;
    chosen = Number(button.dataset.place);
    page.refresh();
  });
}

/** @param {Page} page */
function connectControls(page) {
  const selector = /** @type {HTMLSelectElement} */ (element('select_model'));
  selector.addEventListener('change', () => page.select(selector.value));
  element('clear_canvas').addEventListener('click', () => page.drawing.clear());
  element('predict_canvas').addEventListener('click', () => page.predict());
  element('try_again').addEventListener('click', () => page.select(page.selected));
}

async function start() {
  const config = site.read();
  const page = new Page(config);
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas'));
  globalThis.digitjs = contract(page);
  await text.use(config, text.chosen(config));
  page.onframe = () => showInk(page, canvas);
  page.onloading = showLoading;
  connectResult(page);
  connectControls(page);
  theme.connect(() => page.refresh());
  new Pad(canvas, page.drawing);
  page.select(/** @type {HTMLSelectElement} */ (element('select_model')).value);
}

start();
