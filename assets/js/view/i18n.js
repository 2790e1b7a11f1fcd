/** The page's words, in the language that is chosen. */

/** @typedef {import('../config.js').Site} Site */
/** @typedef {Record<string, string>} Catalogue */

const KEY = 'digitjs.language';
const RENDERED = 'en'; // the language whose figures every page is rendered with

/** @type {Catalogue} */
let catalogue = {};
let language = 'en';
/** @type {Map<string, Intl.NumberFormat>} making one takes longer than a network's answer */
const percents = new Map();

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]  what stands for {name} in the text
 */
export function say(key, values = {}) {
  if (!(key in catalogue)) console.error(`There is no text "${key}" in ${language}`);
  const text = (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  return language === 'en' ? text.replace(/\b(a) 8\b/gi, '$1n 8') : text.replace(/\bo 8\b/g, 'u 8'); // Spanish; no German
}

/**
 * @param {number} value  0 to 1
 * @param {number} [digits]
 */
export function percent(value, digits = 0) {
  const key = `${language} ${digits}`;
  let format = percents.get(key);
  if (!format) {
    const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    format = new Intl.NumberFormat(language, { style: 'percent', ...places });
    percents.set(key, format);
  }
  return format.format(value);
}

/** Make the formatters of answers, before the first answer waits for them. */
export function prepare() {
  chance(0.5);
  chance(1);
}

/** @param {number} probability  which never reads 100 %: no network is that sure */
export function chance(probability) {
  return probability > 0.99 ? percent(Math.min(probability, 0.999), 1) : percent(probability);
}

/** @param {number} value  a whole number; the first formatter takes a browser 18 ms, and these need none */
export function count(value) {
  return value < 1000 ? String(value) : new Intl.NumberFormat(language).format(value);
}

/** @param {string} english  figures as Python writes them: 1,234, 99.57%, 0.97 – 0.99 @returns {string} */
function figures(english) {
  return english.replace(/\d[\d,]*(?:\.(\d+))?(%?)/g, (found, fraction = '', sign) => {
    const value = Number(found.replace(/[,%]/g, ''));
    if (sign) return percent(value / 100, fraction.length);
    const places = { minimumFractionDigits: fraction.length, maximumFractionDigits: fraction.length };
    return new Intl.NumberFormat(language, places).format(value);
  });
}

/** @param {Site} config @returns {string} the visitor's choice, or else the site's language */
export function chosen(config) {
  const stored = remembered();
  return stored && Object.hasOwn(config.texts, stored) ? stored : config.language;
}

/** @param {string} wanted  a language code @returns {boolean} whether its catalogue is here */
export const has = (wanted) => globalThis.digitjsText?.[wanted] !== undefined;

/** @param {string} wanted  the code of a language whose catalogue is here */
export function speak(wanted) {
  catalogue = globalThis.digitjsText?.[wanted] ?? {};
  language = wanted;
  if (document.documentElement.lang !== wanted || wanted !== RENDERED) fill();
}

/** @param {string} wanted */
export function remember(wanted) {
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // Storage is closed to this page: the choice lasts as long as the visit.
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Write the words of the catalogue over those the page was rendered with. */
function fill() {
  document.documentElement.lang = language;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-text]'))) {
    place.textContent = say(place.dataset.text ?? '');
  }
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-label]'))) {
    place.setAttribute('aria-label', say(place.dataset.label ?? ''));
    if (place.title) place.title = say(place.dataset.label ?? '');
  }
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-figures]'))) {
    place.dataset.figures ||= place.textContent ?? '';
    place.textContent = figures(place.dataset.figures);
  }
  for (const place of /** @type {NodeListOf<HTMLImageElement>} */ (document.querySelectorAll('[data-alt]'))) {
    place.alt = say(place.dataset.alt ?? '', /** @type {Record<string, string>} */ (place.dataset));
  }
}
