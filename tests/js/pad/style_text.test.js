import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressed } from '../../../assets/js/pad/style_text.js';

const FOLDER = new URL('https://digits.example.org/assets/');

test('addresses of a style sheet are those of files beside it', () => {
  assert.equal(addressed("src: url('own.woff2')", FOLDER), 'src: url("https://digits.example.org/assets/own.woff2")');
  assert.equal(addressed('a: url(../b.png)', FOLDER), 'a: url("https://digits.example.org/b.png")');
});

test('what holds its own content, names an element or is no address stays as it is', () => {
  for (const css of ['url("data:image/png;base64,AA")', 'url(#mask)', 'url("http://")', 'url(https://[)'])
    assert.equal(addressed(css, FOLDER), css);
  assert.equal(addressed('url("http://") url(b.png)', FOLDER), 'url("http://") url("https://digits.example.org/assets/b.png")');
});
