import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');
/** @param {string} folder @param {string} ending @returns {string[]} the content of its files */
const all = (folder, ending) =>
  readdirSync(new URL(folder, ROOT), { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => read(folder + file));

const english = JSON.parse(read('assets/text/en.json'));
const languages = readdirSync(new URL('assets/text/', ROOT)).map((file) => file.replace('.json', ''));

/** @param {string} text */
const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

test('there are three languages at least', () => assert.ok(languages.length >= 3));

/** @param {string | Record<string, string>} text @returns {string[]} its forms, one where it is no plural */
const forms = (text) => (typeof text === 'string' ? [text] : Object.values(text));

/** Places that are filled in when a site is rendered: languages need not use the same ones. */
const RENDERED = ['{noun}', '{Noun}', '{nouns}', '{Nouns}', '{a_noun}'];

/** @param {string | Record<string, string>} text */
const open = (text) =>
  places(typeof text === 'string' ? text : text.other).filter((place) => !RENDERED.includes(place));

for (const language of languages) {
  const catalogue = JSON.parse(read(`assets/text/${language}.json`));

  test(`${language}: every text is there, with the same places to fill`, () => {
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(catalogue)) {
      for (const form of forms(text)) assert.notEqual(form, '', key);
      assert.deepEqual(open(text), open(english[key]), key);
    }
  });

  test(`${language}: a plural has the forms that the language tells apart`, () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, text] of Object.entries(catalogue)) {
      if (typeof text === 'string') continue;
      assert.ok('other' in text, key);
      assert.deepEqual(
        Object.keys(text).filter((category) => !pluralCategories.includes(category)),
        [],
        key,
      );
    }
  });

  test(`${language}: what is said about other tasks names no digit, no number and no MNIST`, () => {
    const wrong = /\b(digits?|numbers?|ziffern?|zahl(en)?|cifras?|números?|mnist)\b/i;
    for (const [key, text] of Object.entries(catalogue)) {
      const base = key.replace(/@.*/, '');
      const isSaid =
        `${base}@task` in catalogue ? /@(task|one|row|picture|drawing|dataset)$/.test(key) : !key.endsWith('@own');
      if (isSaid) for (const form of forms(text)) assert.doesNotMatch(form.replace(/\{\w+\}/g, ''), wrong, key);
    }
  });
}

/** @param {string} prefix @param {string} endings  what follows it, separated by spaces; - for nothing @returns {string[]} */
const keys = (prefix, endings) => endings.split(' ').map((ending) => prefix + ending.replace('-', ''));

const KINDS = 'digit unsure refused';
const CHARTS = 'curves confusion reliability';

/** Keys that are put together while a page is made or shown, by the source that does it. @type {Record<string, string[]>} */
const BUILT = {
  'report_{{ column }}': keys(
    'report_',
    'epoch training validation validation_loss label confidence right answers recipe file bytes package version truth said times share tested',
  ),
  'report_{{ key }}': keys(
    'report_',
    'accuracy cross parts interval loss shifted scaled rotated thickened calibration calibration_validation ' +
      'refused unsure no_digit parameters size',
  ),
  'report_{{ kind }}': keys('report_', CHARTS),
  'report_{{ kind }}_text': CHARTS.split(' ').map((chart) => `report_${chart}_text`),
  'report_{{ table.key }}': keys('report_', `${CHARTS} recipe files versions pairs classes`),
  'framing ? own : key': keys(
    '',
    'journey_framed_text journey_seen_title journey_seen_text own_framed_text own_seen_title own_seen_text',
  ),
  'page_{{ name }}': [], // what owners call their own pages
  direction: [], // of a language that is written from right to left; texts.py adds it
  'answer.kind': keys('', KINDS),
  '`short_${answer.kind}`': keys('short_', KINDS),
  'empty(asked, waiting)': ['press_predict', 'nothing_drawn', 'invitation'],
  'await why(file)': keys('picture_', 'heic damaged unknown'),
  'isRefused ? found.refused : taken': [], // what the calls of bring, refused and Refused name
  key: [], // what the calls of note name
  "''": [], // nothing more is said
  '...said': [], // what the calls of tell name
  'one.key': [],
  "place.dataset.text ?? ''": [], // what the templates name
  "place.dataset.label ?? ''": [],
  "place.dataset.alt ?? ''": [],
};

/** The calls that take a key, and which argument it is. */
const TAKES = { say: 0, tell: 0, note: 2, bring: 1, refused: 0, Refused: 0 };

/** @param {string} source  from a call's opening bracket on @param {number} index @returns {string} that argument */
function argument(source, index) {
  const found = [''];
  let depth = 0;
  for (const letter of source) {
    if ('([{'.includes(letter) && depth++ === 0) continue;
    if (')]}'.includes(letter) && --depth === 0) break;
    if (letter === ',' && depth === 1) found.push('');
    else found[found.length - 1] += letter;
  }
  return (found[index] ?? '').trim();
}

/** The keys, whichever variants they have. */
const known = new Set(Object.keys(english).map((key) => key.replace(/@.*/, '')));

/** What the sources name texts by: a key, or how one is put together. */
const named = [
  ...all('assets/js/', '.js').flatMap((source) =>
    [...source.matchAll(/(?<!function )\b(say|tell|note|bring|refused|Refused)(?=\()/g)].flatMap((call) => {
      const given = argument(source.slice(call.index + call[0].length), TAKES[call[1]]);
      const literals = [...given.matchAll(/(?<=^|[?:] )'(\w+)'/g)].map(([, key]) => key); // one, or a choice of two
      return literals.length > 0 ? literals : [given];
    }),
  ),
  ...all('site_templates/', '.html').flatMap((source) => [
    ...[...source.matchAll(/data-(?:text|label|alt)="((?:\{\{.*?\}\}|[^"])+)"/g)].map(([, name]) => name),
    ...[...source.matchAll(/\btext\.(\w+)/g)].map(([, name]) => name), // text[…] fails by itself where a key is missing
  ]),
  ...[...read('digitjs/site/render.py').matchAll(/\["(\w+)"\]/g)].map(([, name]) => name),
];

test('every text that a source names is in the catalogues', () => {
  assert.ok(named.length > 150);
  const missing = [...new Set(named)].flatMap((name) => BUILT[name] ?? [name]).filter((key) => !known.has(key));
  assert.deepEqual(missing, []);
});

test('every text in the catalogues is named by a source', () => {
  const used = new Set(named.flatMap((name) => BUILT[name] ?? [name]));
  assert.deepEqual(
    [...known].filter((key) => !used.has(key)),
    [],
  );
});

test('every list of keys above is still put together somewhere', () => {
  assert.deepEqual(
    Object.keys(BUILT).filter((source) => !named.includes(source)),
    [],
  );
});
