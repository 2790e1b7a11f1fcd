import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ViewState } from '../../assets/js/state.js';
import { DIGITS, task } from './tasks.js';

const PLACES = ['address', 'visit', 'device'];
const LINE = [
  [100, 50],
  [300, 50],
];
const SHEET = { strokes: [LINE], width: 500 };
const CORRECTION = { label: 7, strokes: [LINE] };

/** What is kept where: name, value, place, key, and what comes back on a canvas of 500. */
const KEPT = [
  ['shared', SHEET, 'address', 'd', [LINE]],
  ['drawing', SHEET, 'visit', 'digitjs.drawing', [LINE]],
  ['choices', { network: 'one', live: false }, 'visit', 'digitjs.choices', { network: 'one', live: false }],
  ['language', 'de', 'device', 'digitjs.language', 'de'],
  ['theme', 'dark', 'device', 'digitjs.theme', 'dark'],
  ['corrections', [CORRECTION], 'device', 'digitjs.corrections', [CORRECTION]],
];

/** What each place holds. @type {Record<string, Map<string, string>>} */
let held;
let state;

/** @param {Map<string, string>} map */
const place = (map) => ({
  getItem: (key) => map.get(key) ?? null,
  setItem: (key, text) => map.set(key, text),
  removeItem: (key) => map.delete(key),
});

const opened = (about = DIGITS) =>
  new ViewState(Object.fromEntries(PLACES.map((name) => [name, () => place(held[name])])), about);
const keys = () => Object.fromEntries(PLACES.map((name) => [name, [...held[name].keys()]]));
const NOTHING = { address: [], visit: [], device: [] };

beforeEach(() => {
  held = Object.fromEntries(PLACES.map((name) => [name, new Map()]));
  state = opened();
});

/** @param {any} found @param {any} value  the same but for the grid that strokes are kept on */
function assertClose(found, value) {
  if (typeof value === 'number') return assert.ok(Math.abs(found - value) < 0.5, `${found} is not ${value}`);
  if (typeof value !== 'object') return assert.equal(found, value);
  assert.deepEqual(Object.keys(found), Object.keys(value));
  for (const [key, one] of Object.entries(value)) assertClose(found[key], one);
}

for (const [name, value, where, key, back] of KEPT) {
  test(`${name}: kept in the ${where} alone, comes back, and is forgotten`, () => {
    assert.equal(state.recall(name, 500), undefined);
    assert.ok(state.keep(name, value));
    assert.deepEqual(keys(), { ...NOTHING, [where]: [key] });
    assertClose(opened().recall(name, 500), back);
    assert.ok(state.keep(name, null));
    assert.deepEqual(keys(), NOTHING);
  });
}

test('strokes come back in the size of the canvas they are for', () => {
  for (const name of ['shared', 'drawing']) {
    state.keep(name, SHEET);
    assertClose(state.recall(name, 1000), [LINE.map(([x, y]) => [2 * x, 2 * y])]);
  }
});

test('the address has the drawing in place of what was behind its #', () => {
  const address = new URL(state.address(SHEET, 'https://example.org/index.html?a=b#old'));
  assert.equal(address.href.split('#')[0], 'https://example.org/index.html?a=b');
  held.address.set('d', address.hash.replace('#d=', ''));
  assertClose(state.recall('shared', 500), [LINE]);
  assert.deepEqual(keys(), { ...NOTHING, address: ['d'] });
});

test('language and theme are kept at once, a drawing and choices when the page says so', () => {
  state.set({ language: 'es', theme: 'light', network: 'one', live: false, pointed: LINE });
  assert.deepEqual(keys(), { ...NOTHING, device: ['digitjs.language', 'digitjs.theme'] });
  const next = opened();
  assert.deepEqual([next.language, next.theme, next.network, next.live], ['es', 'light', '', true]);
});

test('each field that changes has its event, and no other', () => {
  const events = [];
  for (const field of ['network', 'live', 'language', 'theme', 'pointed', 'asked']) {
    state.addEventListener(field, () => events.push(field));
  }
  state.set({ network: 'one', live: true, theme: 'dark' });
  assert.deepEqual(events, ['network', 'theme']);
  state.set({ network: 'one', theme: 'dark' });
  assert.deepEqual(events, ['network', 'theme']);
});

test('what cannot be read is as good as nothing', () => {
  for (const text of ['', '{', 'null', '3', '{"width":500,"strokes":[[]]}', '{"width":0,"strokes":[]}']) {
    held.visit.set('digitjs.drawing', text);
    held.address.set('d', text);
    held.device.set('digitjs.corrections', text);
    assert.equal(state.recall('drawing', 500), null);
    assert.equal(state.recall('shared', 500), null);
    assert.deepEqual(state.corrections, []);
  }
  held.device.set('digitjs.corrections', JSON.stringify([CORRECTION, { ...CORRECTION, label: '7' }, null, 3]));
  assert.deepEqual(state.corrections, [CORRECTION]);
});

test('where the places are closed, what is chosen lasts as long as the page', () => {
  const closed = () => {
    throw new Error('denied');
  };
  state = new ViewState({ address: closed, visit: closed, device: closed }, DIGITS);
  assert.equal(state.theme, null);
  state.set({ theme: 'dark' });
  assert.equal(state.theme, 'dark');
  assert.equal(state.keep('drawing', SHEET), false);
  assert.equal(state.correct([LINE], 7, 500), false);
  assert.equal(state.labels.get(LINE), 7);
});

test('the last correction of the same strokes counts', () => {
  const other = LINE.map(([x, y]) => [x, y + 100]);
  state.correct([LINE], 1, 500);
  state.correct([other], 4, 500);
  state.correct([LINE], 7, 500);
  assert.deepEqual(
    opened().corrections.map(({ label }) => label),
    [4, 7],
  );
  assert.deepEqual([state.labels.get(LINE), state.labels.get(other)], [7, 4]);
  assertClose(state.corrections[1].strokes, [LINE.map(([x, y]) => [2 * x, 2 * y])]); // on a canvas 1,000 wide
});

test('corrections of another task are labelled by its classes, and leave those of others on this host alone', () => {
  state.correct([LINE], 7, 500);
  const letters = opened(task(['a', '\u05e9', '7']));
  assert.deepEqual(letters.corrections, []);
  letters.correct([LINE], 1, 500);
  letters.correct([LINE.toReversed()], 2, 500);
  assert.deepEqual(
    letters.corrections.map(({ label }) => label),
    ['\u05e9', '7'],
  );
  assert.equal(letters.labels.get(LINE), 1); // the place of the class
  assert.deepEqual(
    opened().corrections.map(({ label }) => label),
    [7],
  );
  letters.keep('corrections', null);
  assert.equal(opened().corrections.length, 1);
});
