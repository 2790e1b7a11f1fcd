/** The page that collects drawings: its parts wired to one another. */

import { ClassGrid } from './collection/class_grid.js';
import { Database } from './collection/database.js';
import { Exchange } from './collection/exchange.js';
import { Gallery } from './collection/gallery.js';
import { Samples } from './collection/samples.js';
import { Collecting, newDevice } from './collection/session.js';
import * as config from './config.js';
import { Drawing } from './drawing/drawing.js';
import { Eraser } from './drawing/eraser.js';
import { connectShortcuts, KeyboardPen } from './drawing/keyboard.js';
import { Pad } from './drawing/pointer.js';
import { showTools } from './drawing/toolbar.js';
import { areStrokes } from './geometry.js';
import * as offline from './offline.js';
import { lines, save } from './sharing/panel.js';
import { normalized, PLACES, WIDTH } from './sharing/storage.js';
import { ViewState } from './state.js';
import { draw, Palette, sharp } from './view/canvas.js';
import { element, put } from './view/dom.js';
import { connectLanguage, Texts } from './view/i18n.js';
import { connectTheme } from './view/theme.js';

/** @typedef {import('./geometry.js').Stroke} Stroke */
/** @typedef {import('./collection/exchange.js').Saving} Saving */
/** @typedef {import('./collection/samples.js').Sample} Sample */
/** @typedef {import('./collection/gallery.js').Tell} Tell */
/** @typedef {Pick<import('./config.js').Site, 'language' | 'bundle' | 'task' | 'worker'> & {target: number, save: Saving | null}} Site */
/** @typedef {{site: Site, samples: Samples, session: Collecting, drawing: Drawing, texts: Texts, canvas: HTMLCanvasElement, database: Database}} Parts */

// What a page keeps stays with its address, whatever its classes become: they are its owner's to add and to put in order.
const PAGE = location.pathname.replace(/index\.html$/, '');
const VISIT = `digitjs.collect ${PAGE}`; // the key that this device keeps the writer and the unfinished drawing under
const SHORTEST = 250; // milliseconds between two drawings: a key that is held down, or pressed twice, does not go on twice

/** @returns {{device?: string, writer?: string, asked?: string | null, draft?: Stroke[], pending?: Sample[]}} */
function recall() {
  try {
    return JSON.parse(localStorage.getItem(VISIT) ?? '') ?? {};
  } catch {
    return {}; // nothing is kept, or nothing may be
  }
}

/** @param {Parts} parts */
function keep({ site, session, drawing, canvas, database }) {
  const draft = session.isBack ? [] : normalized(drawing.strokes, canvas.offsetWidth);
  const { device, writer, chosen } = session.visit;
  const place = draft.length > 0 ? session.place : chosen; // with other classes another one might be asked for
  const kept = { device, writer, asked: place === null ? null : site.task.classes[place], draft };
  for (const pending of [database.pending, []]) {
    try {
      return localStorage.setItem(VISIT, JSON.stringify({ ...kept, pending }));
    } catch {
      // There is no room for what is on its way to the database, or nothing may be kept.
    }
  }
}

/** The strokes of the pad, as samples have them. @param {Parts} parts @returns {Stroke[]} */
function padded({ drawing, canvas }) {
  drawing.finish();
  return normalized(drawing.strokes, canvas.offsetWidth);
}

/** @param {Parts} parts @param {Stroke[]} strokes  as samples have them, to be shown on the pad */
function lay({ drawing, canvas }, strokes) {
  const factor = canvas.offsetWidth / WIDTH;
  drawing.replaceAll(strokes.map((stroke) => stroke.map(([x, y]) => [x * factor, y * factor])));
}

/** @param {Parts} parts @param {Tell} tell */
function connectPad({ drawing, canvas }, tell) {
  const palette = new Palette();
  const eraser = new Eraser(drawing);
  const pen = new KeyboardPen(canvas, drawing, eraser); // before the pad: a pointer takes over only when this pen is lifted
  new Pad(canvas, drawing, eraser);
  pen.addEventListener('pen', () => tell(pen.isDown ? 'pen_down' : 'pen_up'));
  let due = false;
  const show = () => {
    due = false;
    const context = sharp(canvas);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    draw(context, drawing.strokes, palette.colour('--pen'));
    pen.show(context, palette.colour('--warm'));
    element('canvas_box').dataset.empty = String(drawing.isEmpty);
    eraser.refresh();
    showTools({ drawing });
  };
  const request = () => {
    if (!due) requestAnimationFrame(show);
    due = true;
  };
  drawing.addEventListener('change', request);
  drawing.addEventListener('view', request);
  palette.addEventListener('change', request);
  element('undo').addEventListener('click', () => drawing.undo());
  element('redo').addEventListener('click', () => drawing.redo());
  element('clear_canvas').addEventListener('click', () => drawing.clear());
  connectShortcuts(drawing);
}

/** Next, Skip and Back, as buttons and keys. @param {Parts} parts @param {Tell} tell */
function connectSteps(parts, tell) {
  const { session, canvas } = parts;
  let last = -Infinity;
  const next = () => {
    if (session.place === null || performance.now() - last < SHORTEST) return;
    if (!session.next(padded(parts))) return tell('collect_nothing');
    last = performance.now();
    tell('');
  };
  const skip = () => {
    tell('');
    session.skip();
  };
  const back = () => {
    tell('');
    session.back(padded(parts));
  };
  element('collect_next').addEventListener('click', next);
  element('collect_skip').addEventListener('click', skip);
  element('collect_back').addEventListener('click', back);
  /** @type {Record<string, () => void>} keys that write nothing, so that no shortcut is in the way of speech input */
  const keys = { Enter: next, PageDown: skip, PageUp: back };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const does = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    const elsewhere = event.target !== canvas && event.target !== document.body;
    if (!does || elsewhere || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation(); // on the other page Enter lowers the pen, too
    if (!event.repeat) does();
  };
  document.addEventListener('keydown', press, { capture: true });
}

/** @param {Parts} parts */
function connectWriter(parts) {
  const { session, samples, canvas } = parts;
  const field = /** @type {HTMLInputElement} */ (element('writer'));
  field.addEventListener('change', () => {
    session.setWriter(field.value, padded(parts));
    field.value = session.writer;
  });
  field.addEventListener('keydown', (event) => {
    event.stopPropagation(); // its own undo is not that of the drawing
    if (event.key === 'Enter') canvas.focus({ preventScroll: true }); // which changes the field
  });
  element('next_writer').addEventListener('click', () => session.nextWriter());
  session.addEventListener('change', () => {
    if (document.activeElement !== field) field.value = session.writer;
    const names = samples.writers;
    const known = /** @type {HTMLDataListElement} */ (element('writers'));
    if (known.options.length === names.length) return;
    known.replaceChildren(...names.map((name) => new Option(name, name)));
  });
}

/** What is asked for, and how far the writer is. @param {Parts} parts @param {ClassGrid} grid */
function showSession({ site, session, texts }, grid) {
  const { place, isBack } = session;
  const name = place === null ? '' : site.task.classes[place];
  put(element('ask_class'), name);
  element('ask_class').style.setProperty('--letters', String(Math.max(1, [...name].length)));
  element('ask').dataset.done = String(place === null);
  put(element('ask_verb'), texts.say(place === null ? 'collect_done' : isBack ? 'collect_again' : 'collect_draw'));
  const { done, of } = session.share;
  const progress = /** @type {HTMLProgressElement} */ (element('collect_progress'));
  progress.max = of;
  progress.value = done;
  put(element('collect_share'), texts.say('collect_share', { done, of }));
  element('collect_back').setAttribute('aria-disabled', String(!session.canGoBack));
  for (const id of ['collect_next', 'collect_skip']) element(id).setAttribute('aria-disabled', String(place === null));
  element('next_writer').classList.toggle('button-main', place === null);
  grid.show();
}

/** @param {Texts} texts @returns {Tell} says something in a place until the next */
function teller(texts, id = 'collect_note') {
  /** @type {Parameters<Tell>} */
  let said = [''];
  const show = () => put(element(id), said[0] && texts.say(...said));
  texts.addEventListener('change', show);
  return (...words) => {
    said = words;
    element(id).textContent = ''; // the same words are announced again
    show();
  };
}

async function start() {
  const site = /** @type {Site} */ (/** @type {unknown} */ (config.read()));
  const database = new Database(PAGE);
  const state = new ViewState(PLACES, site.task);
  connectTheme(state);
  const texts = new Texts();
  const tell = teller(texts);
  let full = false;
  const keepAll = async (/** @type {Sample[]} */ changed) => {
    full = !(await database.put(changed));
    if (full) tell('collect_unkept');
  };
  const samples = new Samples(site.task, keepAll, site.save?.key);
  const kept = await database.all();
  const { device = newDevice(), writer = `${device}-1`, asked = null, draft, pending = [] } = recall();
  const late = pending.filter(({ strokes }) => areStrokes(strokes));
  samples.fill([...new Map([...(kept ?? []), ...late].map((sample) => [sample.id, sample])).values()]);
  if (late.length > 0) database.put(late);
  await connectLanguage(/** @type {any} */ (site), state, texts);
  const { classes } = site.task;
  const chosen = asked !== null && classes.includes(asked) ? classes.indexOf(asked) : null;
  const session = new Collecting(samples, { classes, target: site.target }, { device, writer, chosen });
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas'));
  const parts = { site, samples, session, drawing: new Drawing(), texts, canvas, database };
  connectPad(parts, teller(texts, 'announcement'));
  connectSteps(parts, tell);
  connectWriter(parts);
  connectCollected(parts);
  session.addEventListener('load', () => lay(parts, session.strokes));
  session.addEventListener('turn', () => {
    canvas.focus({ preventScroll: true });
    element('ask').scrollIntoView({ block: 'nearest' }); // on a phone, it is far above what was chosen
  });
  lay(parts, areStrokes(draft) && (asked === null || chosen !== null) ? draft : []);
  for (const event of ['pagehide', 'visibilitychange']) addEventListener(event, () => keep(parts), { capture: true });
  session.addEventListener('change', () => keep(parts));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && !full) samples.refresh(database); // another window may have added some
  });
  if (!kept) tell('collect_unkept');
  element('unstarted').remove();
  offline.keep(site.worker);
}

/** What was collected: counts, gallery, files. @param {Parts} parts */
function connectCollected(parts) {
  const { site, samples, session, texts, database } = parts;
  const { classes } = site.task;
  const grid = new ClassGrid(session, classes);
  const gallery = new Gallery(samples, classes, texts, teller(texts, 'gallery_note'));
  const outside = {
    download: (/** @type {object[]} */ items, /** @type {string} */ name) => save(lines(items), name),
    forget: () => database.clear(),
  };
  const exchange = new Exchange(samples, site.save, { texts, tell: teller(texts, 'exchange_note') }, outside);
  const show = () => showSession(parts, grid);
  session.addEventListener('change', show);
  texts.addEventListener('change', show);
  for (const part of [gallery, exchange]) part.show();
  session.dispatchEvent(new Event('change'));
}

start();
