/** The page's texts, in the language that is chosen, and figures as that language writes them. */

import { provided } from '../load_script.js';

/** @typedef {import('../config.js').Site} Site */
/** @typedef {import('../state.js').ViewState} ViewState */
/** @typedef {Record<string, string | Record<string, string>>} Catalogue  a plural's forms by the category of its count */

const RENDERED = 'en'; // the language whose figures every page is rendered with

/** @param {string} language  a code @returns {Catalogue | undefined} once its script has run */
const catalogueOf = (language) => globalThis.digitjsText?.[language];

/** Dispatches `change` when it speaks another language. */
export class Texts extends EventTarget {
  /** @type {Catalogue} */
  #catalogue = {};
  #language = RENDERED;
  /** @type {Map<string, Intl.NumberFormat>} making one takes longer than a network's answer */
  #percents = new Map();

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]  what stands for {name} in the text
   * @param {number} [count]  that chooses a plural's form
   */
  say(key, values = {}, count = 0) {
    if (!(key in this.#catalogue)) console.error(`There is no text "${key}" in ${this.#language}`);
    const found = this.#catalogue[key] ?? key;
    const form = typeof found === 'string' ? found : found[this.#category(count)] || found.other;
    const text = form.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
    // Articles of digits, before the one that sounds otherwise; the texts of other tasks have none.
    if (this.#language === 'en') return text.replace(/\b(a) 8\b/gi, '$1n 8');
    return text.replace(/\bo 8\b/g, 'u 8'); // Spanish; no German
  }

  /** @param {number} count @returns {string} of CLDR: one, few, other */
  #category = (count) => new Intl.PluralRules(this.#language).select(count);

  /**
   * @param {number} value  0 to 1
   * @param {number} [digits]
   */
  percent(value, digits = 0) {
    const key = `${this.#language} ${digits}`;
    let format = this.#percents.get(key);
    if (!format) {
      const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      format = new Intl.NumberFormat(this.#language, { style: 'percent', ...places });
      this.#percents.set(key, format);
    }
    return format.format(value);
  }

  /** @param {number} value  which never reads 100 %: no network is that certain */
  probability(value) {
    return value > 0.99 ? this.percent(Math.min(value, 0.999), 1) : this.percent(value);
  }

  /** Make the formatters of answers, before the first answer waits for them. */
  prepare() {
    this.probability(0.5);
    this.probability(1);
  }

  /** @param {number} value  a whole number; the first formatter takes a browser 18 ms, and these need none */
  count(value) {
    return value < 1000 ? String(value) : new Intl.NumberFormat(this.#language).format(value);
  }

  /** @param {string} english  figures as Python writes them: 1,234, 99.57%, 0.97 – 0.99 @returns {string} */
  #figures(english) {
    return english.replace(/\d[\d,]*(?:\.(\d+))?(%?)/g, (found, fraction = '', sign) => {
      const value = Number(found.replace(/[,%]/g, ''));
      if (sign) return this.percent(value / 100, fraction.length);
      const places = { minimumFractionDigits: fraction.length, maximumFractionDigits: fraction.length };
      return new Intl.NumberFormat(this.#language, places).format(value);
    });
  }

  /** @param {string} language  the code of one whose catalogue is here */
  speak(language) {
    this.#catalogue = catalogueOf(language) ?? {};
    this.#language = language;
    if (document.documentElement.lang !== language || language !== RENDERED) this.#fill();
    this.dispatchEvent(new Event('change'));
  }

  /** Write the catalogue's texts over those the page was rendered with. */
  #fill() {
    document.documentElement.lang = this.#language;
    document.documentElement.dir = String(this.#catalogue.direction ?? 'ltr');
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-text]'))) {
      place.textContent = this.say(place.dataset.text ?? '');
    }
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-label]'))) {
      place.setAttribute('aria-label', this.say(place.dataset.label ?? ''));
      if (place.title) place.title = this.say(place.dataset.label ?? '');
    }
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-figures]'))) {
      place.dataset.figures ||= place.textContent ?? '';
      place.textContent = this.#figures(place.dataset.figures);
    }
    for (const place of /** @type {NodeListOf<HTMLImageElement>} */ (document.querySelectorAll('[data-alt]'))) {
      place.alt = this.say(place.dataset.alt ?? '', /** @type {Record<string, string>} */ (place.dataset));
    }
  }
}

/**
 * Speak the visitor's language from now on, or else the site's own. While a catalogue is on its way, and where it does not
 * arrive, the page stays in the language before.
 * @param {Site} config @param {ViewState} state @param {Texts} texts
 * @throws {import('../load_script.js').Undelivered} there are no texts at all
 */
export async function connectLanguage(config, state, texts) {
  // The embedded pad has neither of them.
  const selector = /** @type {HTMLSelectElement | null} */ (document.getElementById('select_language'));
  const problem = document.getElementById('language_problem');
  /** @param {string} language */
  const fetched = (language) => provided(() => catalogueOf(language), config.bundle.texts[language]);
  let turns = 0;
  /** @param {string} wanted @returns {Promise<boolean>} whether it is spoken now */
  const choose = async (wanted) => {
    const turn = ++turns;
    await fetched(wanted).catch(() => {});
    if (turn !== turns) return false; // another one was chosen meanwhile
    const arrived = catalogueOf(wanted) !== undefined;
    if (arrived) texts.speak(wanted);
    if (problem) problem.hidden = arrived;
    if (selector) selector.value = document.documentElement.lang;
    return arrived;
  };
  selector?.addEventListener('change', async () => {
    const wanted = selector.value;
    if (await choose(wanted)) state.set({ language: wanted });
  });
  const { language } = state;
  const wanted = language && Object.hasOwn(config.bundle.texts, language) ? language : config.language;
  if (selector) selector.value = wanted;
  if (catalogueOf(wanted)) return texts.speak(wanted);
  await fetched(config.language); // here already, unless the host has not delivered it
  texts.speak(config.language);
  choose(wanted);
}
