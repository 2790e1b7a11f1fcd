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

for (const language of languages) {
  test(`${language}: every text is there, with the same places to fill`, () => {
    const catalogue = JSON.parse(read(`assets/text/${language}.json`));
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(catalogue)) {
      assert.notEqual(text, '', key);
      assert.deepEqual(places(text), places(english[key]), key);
    }
  });
}

/** @param {string} prefix @param {string} endings  what follows it, separated by spaces; - for nothing @returns {string[]} */
const keys = (prefix, endings) => endings.split(' ').map((ending) => prefix + ending.replace('-', ''));

const KINDS = 'digit unsure refused';
const CHARTS = 'curves confusion reliability';

/** Keys that are put together while a page is made or shown, by the source that does it. @type {Record<string, string[]>} */
const BUILT = {
  'card_accuracy{{ own }}': keys('card_accuracy', '- _own'),
  'examples{{ own }}': keys('examples', '- _own'),
  'journey_framed_text{{ own }}': keys('journey_framed_text', '- _own'),
  'networks_lead{{ own }}': keys('networks_lead', '- _own'),
  'report_{{ column }}': keys(
    'report_',
    'epoch training validation validation_loss label confidence right answers recipe file bytes package version',
  ),
  'report_{{ key }}{{ own if key == "accuracy" }}': keys(
    'report_',
    'accuracy accuracy_own interval loss shifted scaled rotated thickened calibration calibration_validation ' +
      'refused unsure no_digit parameters size',
  ),
  'report_{{ kind }}': keys('report_', CHARTS),
  'report_{{ kind }}_text': CHARTS.split(' ').map((chart) => `report_${chart}_text`),
  'report_{{ table.key }}': keys('report_', `${CHARTS} recipe files versions`),
  kind: keys('', KINDS),
  '`short_${kind}`': keys('short_', KINDS),
  'empty(asked, waiting)': ['press_predict', 'nothing_drawn', 'invitation'],
  '`example_taken${own}`': keys('example_taken', '- _own'),
  'await why(file)': keys('picture_', 'heic damaged unknown'),
  'isRefused ? found.refused : taken': [], // what the calls of bring, refused and Refused name
  key: [], // what the calls of note name
  'one.key': [],
  "place.dataset.text ?? ''": [], // what the templates name
  "place.dataset.label ?? ''": [],
  "place.dataset.alt ?? ''": [],
};

/** The calls that take a key, and which argument it is. */
const TAKES = { say: 0, note: 2, bring: 1, refused: 0, Refused: 0 };

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

/** What the sources name texts by: a key, or how one is put together. */
const named = [
  ...all('assets/js/', '.js').flatMap((source) =>
    [...source.matchAll(/(?<!function )\b(say|note|bring|refused|Refused)(?=\()/g)].flatMap((call) => {
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
  const missing = [...new Set(named)].flatMap((name) => BUILT[name] ?? [name]).filter((key) => !(key in english));
  assert.deepEqual(missing, []);
});

test('every text in the catalogues is named by a source', () => {
  const used = new Set(named.flatMap((name) => BUILT[name] ?? [name]));
  assert.deepEqual(
    Object.keys(english).filter((key) => !used.has(key)),
    [],
  );
});

test('every list of keys above is still put together somewhere', () => {
  assert.deepEqual(
    Object.keys(BUILT).filter((source) => !named.includes(source)),
    [],
  );
});
