/**
 * node charts.mjs --modules NODE_MODULES < networks.json > charts.json
 * Draw the report's charts as SVG, empty where nothing was measured. They hold figures and names of classes, and no words, so that one chart serves every language; the page's
 * own text stands around them. Colours are currentColor and the style sheet's classes.
 */
import { readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {{number: number, accuracy: number, validation_accuracy: number}} Epoch */
/** @typedef {{confidence: number, accuracy: number, count: number}} Bin */
/** @typedef {{epochs: Epoch[], confusion: number[][], reliability: Bin[]}} Details */
/** @typedef {{classes: string[], networks: Record<string, Details>}} Input */

const { values } = parseArgs({ options: { modules: { type: 'string' } } });
if (!values.modules) throw new Error('Usage: node charts.mjs --modules NODE_MODULES < networks.json');
const MODULES = resolve(values.modules);
module.enableCompileCache?.(join(dirname(MODULES), 'compiled'));
const require = createRequire(join(MODULES, 'anything.js'));
/** @param {string} name */
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
/** @type {typeof import('@observablehq/plot')} */
const Plot = await load('@observablehq/plot');
const { document } = (await load('linkedom')).parseHTML('<html></html>');

const WIDTH = 360; // CSS pixels; the page scales charts down, never up
const FEW = 12; // classes whose counts stand in their cells
const WIDEST = 1000; // CSS pixels of a matrix's cells, which the page scrolls where it is narrower
const [LEAST, ROOMY] = [3, 28]; // CSS pixels of a cell
const MOST = 4000; // cells that are not empty: 0.5 MB
const NAME = 11; // CSS pixels from one name to the next; of classes closer than that some have none
const LETTERS = 10; // of a name
const [LETTER, WIDE] = [11, 0.7]; // CSS pixels of a count's letters, and the width of a figure of any font as a share of that
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

/** @param {string[]} classes @returns {Partial<import('@observablehq/plot').PlotOptions>} room for a cell and a name each */
function matrix(classes) {
  const longest = Math.max(...classes.map((name) => [...short(name)].length));
  if (classes.length <= FEW && longest <= 2)
    return { ...SQUARE, marginTop: 30, x: { tickSize: 0 }, y: { tickSize: 0 } };
  const cell = Math.min(Math.max(WIDEST / classes.length, LEAST), ROOMY);
  const margin = 12 + 7 * longest;
  const named = classes.map((_, i) => i).filter((i) => i % Math.ceil(NAME / cell) === 0);
  const side = cell * classes.length + margin + 10;
  return {
    width: side,
    height: side,
    marginTop: margin,
    marginRight: 10,
    marginBottom: 10,
    marginLeft: margin,
    x: { tickSize: 0, ticks: named, tickRotate: longest > 2 ? -90 : 0 },
    y: { tickSize: 0, ticks: named },
  };
}

/** @param {string} name @returns {string} as much of it as fits beside a cell */
const short = (name) => ([...name].length > LETTERS ? `${[...name].slice(0, LETTERS - 1).join('')}…` : name);

/**
 * Each cell is an element of the page: of very many, the faintest are left out.
 * @template {{share: number}} C @param {C[]} cells @returns {C[]}
 */
const strongest = (cells) => (cells.length > MOST ? cells.sort((a, b) => b.share - a.share).slice(0, MOST) : cells);

/** @param {{count: number}[]} cells @param {number} columns @returns {number} CSS pixels of letters with which each count fits into its cell */
function letter(cells, columns) {
  const figures = Math.max(1, ...cells.map(({ count }) => `${count}`.length));
  const cell = (0.85 * (WIDTH - SQUARE.marginLeft - SQUARE.marginRight)) / columns; // without what is between them
  return Math.min(LETTER, cell / (WIDE * figures));
}

/** @param {Details} details @param {string[]} classes  labels by rows, answers by columns; the darker, the more of the row */
function confusion({ confusion }, classes) {
  const cells = confusion.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, digit) => ({ label, digit, count, share: count / total }));
  });
  const wrong = cells.reduce((most, { label, digit, share }) => (label === digit ? most : Math.max(most, share)), 0.01);
  /** @param {{label: number, digit: number, share: number}} cell */
  const shade = (cell) => (cell.label === cell.digit ? 0.12 : (0.9 * cell.share) / wrong);
  const { x, y, ...room } = matrix(classes);
  const isFew = classes.length <= FEW;
  const filled = strongest(cells.filter((cell) => cell.count > 0));
  const counted = isFew ? filled : [];
  const domain = classes.map((_, i) => i);
  const names = { label: null, domain, tickFormat: (/** @type {number} */ i) => short(classes[i]) };
  const place = { x: 'digit', y: 'label' };
  const count = {
    ...place,
    text: (/** @type {{count: number}} */ cell) => `${cell.count}`,
    fontSize: letter(counted, classes.length),
  };
  return svg({
    ...room,
    x: { ...names, ...x, axis: 'top' },
    y: { ...names, ...y },
    opacity: { type: 'identity' },
    marks: [
      isFew ? null : Plot.frame({ strokeOpacity: 0.3 }),
      Plot.cell(isFew ? cells : filled, { ...place, fill: 'currentColor', fillOpacity: shade, inset: isFew ? 0.5 : 0 }),
      Plot.text(
        counted.filter((cell) => shade(cell) < DARK),
        count,
      ),
      Plot.text(
        counted.filter((cell) => shade(cell) >= DARK),
        { ...count, fill: 'var(--paper)' },
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

/** @param {Details} details @param {string[]} classes */
function charts(details, classes) {
  return {
    accuracy: details.epochs.length > 0 ? accuracy(details) : '',
    confusion: details.confusion.flat().some((count) => count > 0) ? confusion(details, classes) : '',
    reliability: details.reliability.length > 0 ? reliability(details) : '',
  };
}

/** @type {Input} */
const { classes, networks } = JSON.parse(readFileSync(0, 'utf8'));
const all = Object.entries(networks).map(([name, details]) => [name, charts(details, classes)]);
console.log(JSON.stringify(Object.fromEntries(all)));
