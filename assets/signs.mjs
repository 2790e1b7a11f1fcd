/** node signs.mjs < text > signs: a text as a JSON list of the signs that a reader sees. */
import { readFileSync } from 'node:fs';

const signs = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(readFileSync(0, 'utf8'))];
console.log(JSON.stringify(signs.map(({ segment }) => segment)));
