import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');
/** @param {string} folder @param {string} ending */
const all = (folder, ending) =>
  readdirSync(new URL(folder, ROOT))
    .filter((file) => file.endsWith(ending))
    .map((file) => read(folder + file))
    .join('\n');

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

test('every text that a template or a script asks for exists', () => {
  const templates = all('site_templates/', '.html').replaceAll('{{ own }}', '_own');
  const scripts = all('assets/js/', '.js');
  const asked = [
    ...templates.matchAll(/(?:text\.|data-text="|data-label=")(\w+)/g),
    ...scripts.matchAll(/say\(\s*'(\w+)'/g),
    ...scripts.matchAll(/note\([^,]+,[^,]+,\s*'(\w+)'/g),
    ...scripts.matchAll(/new Refused\('(\w+)'/g),
  ].map(([, key]) => key);
  assert.ok(asked.length > 50);
  assert.deepEqual(
    asked.filter((key) => !(key in english) && !key.endsWith('_')),
    [],
  );
});
