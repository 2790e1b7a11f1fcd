/**
 * node charts.mjs --modules NODE_MODULES < networks.json > charts.json
 * Draw the report's charts as SVG. They hold figures and no words, so that one chart serves every language; the page's
 * own text stands around them. Colours are currentColor and the style sheet's classes.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {{number: number, accuracy: number, validation_accuracy: number}} Epoch */
/** @typedef {{confidence: number, accuracy: number, count: number}} Bin */
/** @typedef {{epochs: Epoch[], confusion: number[][], reliability: Bin[]}} Details */

const { values } = parseArgs({ options: { modules: { type: 'string' } } });
if (!values.modules) throw new Error('Usage: node charts.mjs --modules NODE_MODULES < networks.json');
const require = createRequire(join(resolve(values.modules), 'anything.js'));
/** @param {string} name */
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
/** @type {typeof import('@observablehq/plot')} */
const Plot = await load('@observablehq/plot');
const { document } = (await load('linkedom')).parseHTML('<html></html>');

const WIDTH = 360; // CSS pixels; the page scales charts down, never up
const DARK = 0.5; // of the ink: from here on, numbers on it are paper
const SQUARE = { width: WIDTH, height: WIDTH, marginTop: 10, marginRight: 10, marginBottom: 30, marginLeft: 40 };

/** @param {import('@observablehq/plot').PlotOptions} options */
function svg(options) {
  const chart = Plot.plot({ document, ...options });
  chart.querySelector('style')?.remove(); // the site's policy allows no inline style
  chart.setAttribute('aria-hidden', 'true'); // the figure around it has the words, the table below it the numbers
  return chart.outerHTML;
}

/** @param {Details} details  accuracy by epoch: while training, and on the validation digits */
function accuracy({ epochs }) {
  return svg({
    ...SQUARE,
    height: WIDTH * 0.7,
    x: { label: null, ticks: Math.min(epochs.length, 10), tickFormat: 'd' },
    y: { label: null, grid: true, percent: true },
    marks: [
      Plot.lineY(epochs, { x: 'number', y: 'accuracy', className: 'line-training', strokeDasharray: '3 3' }),
      Plot.lineY(epochs, { x: 'number', y: 'validation_accuracy', className: 'line-validation', strokeWidth: 2 }),
    ],
  });
}

/** @param {Details} details  labels by rows, answers by columns; the darker, the more of the row */
function confusion({ confusion }) {
  const cells = confusion.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, digit) => ({ label, digit, count, share: count / total }));
  });
  const wrong = Math.max(0.01, ...cells.filter((cell) => cell.label !== cell.digit).map((cell) => cell.share));
  /** @param {{label: number, digit: number, share: number}} cell */
  const shade = (cell) => (cell.label === cell.digit ? 0.12 : (0.9 * cell.share) / wrong);
  const counted = cells.filter((cell) => cell.count > 0);
  const place = { x: 'digit', y: 'label' };
  return svg({
    ...SQUARE,
    marginTop: 30,
    x: { label: null, axis: 'top', tickSize: 0 },
    y: { label: null, tickSize: 0 },
    opacity: { type: 'identity' },
    marks: [
      Plot.cell(cells, { ...place, fill: 'currentColor', fillOpacity: shade, inset: 0.5 }),
      Plot.text(
        counted.filter((cell) => shade(cell) < DARK),
        { ...place, text: 'count' },
      ),
      Plot.text(
        counted.filter((cell) => shade(cell) >= DARK),
        { ...place, text: 'count', fill: 'var(--paper)' },
      ),
    ],
  });
}

/** @param {Details} details  how often an answer of a confidence is right; on the diagonal, as often as it says */
function reliability({ reliability }) {
  return svg({
    ...SQUARE,
    r: { range: [2, 10] },
    x: { label: null, domain: [0, 100], percent: true },
    y: { label: null, domain: [0, 100], percent: true, grid: true },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { strokeOpacity: 0.5, strokeDasharray: '3 3' },
      ),
      Plot.line(reliability, { x: 'confidence', y: 'accuracy' }),
      Plot.dot(reliability, { x: 'confidence', y: 'accuracy', r: 'count', fill: 'currentColor' }),
    ],
  });
}

/** @type {Record<string, Details>} */
const networks = JSON.parse(readFileSync(0, 'utf8'));
const charts = Object.entries(networks).map(([name, details]) => [
  name,
  { accuracy: accuracy(details), confusion: confusion(details), reliability: reliability(details) },
]);
console.log(JSON.stringify(Object.fromEntries(charts)));
