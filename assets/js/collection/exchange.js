/** The samples on their way out and in: the owner's file, files that visitors save and open, and their deletion. */

import { element, put } from '../view/dom.js';
import { requests } from './requests.js';

/** @typedef {import('./samples.js').Samples} Samples */
/** @typedef {import('../view/i18n.js').Texts} Texts */
/** @typedef {import('./gallery.js').Tell} Tell */
/** @typedef {{address: string, token: string, file: string, key: string}} Saving  the server that writes the owner's file */
/** @typedef {{contents: {drawings: number, classes: number, writers: number}, removed: string[]}} Saved  its answer */
/**
 * @typedef {object} Outside  what the page's other parts do
 * @property {(lines: object[], name: string) => void} download
 * @property {() => Promise<unknown>} forget  what this browser keeps
 */

const NAME = 'collected.jsonl';
const LARGEST = 1 << 27; // bytes of a file

/** @param {string} id */
const button = (id) => /** @type {HTMLElement | null} */ (document.getElementById(id));

export class Exchange {
  #samples;
  #saving;
  #texts;
  #tell;
  #outside;
  #busy = false;

  /**
   * @param {Samples} samples @param {Saving | null} saving
   * @param {{texts: Texts, tell: Tell}} view @param {Outside} outside
   */
  constructor(samples, saving, { texts, tell }, outside) {
    this.#samples = samples;
    this.#saving = saving;
    this.#texts = texts;
    this.#tell = tell;
    this.#outside = outside;
    button('collect_save')?.addEventListener('click', () => this.#save());
    element('collect_export').addEventListener('click', () => this.#export());
    element('collect_forget').addEventListener('click', () => this.#forget());
    const files = /** @type {HTMLInputElement} */ (element('collect_import'));
    files.addEventListener('change', () => this.#import(files));
    samples.addEventListener('change', () => this.show());
    texts.addEventListener('change', () => this.show());
  }

  show() {
    const { live, unsaved } = this.#samples;
    const kinds = this.#samples.counts().filter((count) => count > 0).length;
    const values = { count: this.#texts.count(live.length), kinds, writers: this.#samples.writers.length };
    put(element('collect_held'), this.#texts.say('collect_held', values, live.length));
    element('collect_export').setAttribute('aria-disabled', String(live.length === 0));
    element('collect_forget').setAttribute('aria-disabled', String(!this.#holdsAny));
    const save = button('collect_save');
    if (!save) return;
    put(save, this.#texts.say('collect_save', { file: this.#saving?.file ?? '' }));
    save.setAttribute('aria-disabled', String(unsaved.length === 0));
    const pending = { count: this.#texts.count(unsaved.length), file: this.#saving?.file ?? '' };
    put(
      element('collect_pending'),
      this.#texts.say(unsaved.length > 0 ? 'collect_pending' : 'collect_all_saved', pending, unsaved.length),
    );
  }

  /** What one request cannot bring keeps the others' drawings out no longer. */
  async #save() {
    if (!this.#saving || this.#busy || this.#samples.unsaved.length === 0) return;
    this.#busy = true;
    let contents = { drawings: 0, classes: 0, writers: 0 };
    let dropped = 0;
    let failure = '';
    for (const { samples, body } of requests(this.#samples.news)) {
      try {
        const saved = await this.#send(body, this.#saving);
        contents = saved.contents;
        this.#samples.markSaved(samples);
        dropped += this.#samples.drop(saved.removed);
      } catch (reason) {
        failure ||= reason instanceof Error ? reason.message : String(reason);
      }
    }
    this.#busy = false;
    if (failure) return this.#tell('collect_save_failed', { reason: failure });
    const values = { count: this.#texts.count(contents.drawings), file: this.#saving.file };
    if (dropped > 0) return this.#tell('collect_saved_less', { ...values, dropped }, contents.drawings);
    this.#tell('collect_saved', { ...values, kinds: contents.classes }, contents.drawings);
  }

  /** @param {string} body @param {Saving} saving @returns {Promise<Saved>} */
  async #send(body, { address, token }) {
    const answer = await fetch(address, { method: 'POST', headers: { 'X-Digitjs-Token': token }, body });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.error ?? answer.statusText);
    return said;
  }

  #export() {
    const { live } = this.#samples;
    if (live.length > 0) this.#outside.download(this.#samples.lines(live), NAME);
  }

  /** @param {HTMLInputElement} files */
  async #import(files) {
    const found = { added: 0, known: 0, left: 0 };
    for (const file of files.files ?? []) {
      if (file.size > LARGEST) {
        found.left += 1;
        continue;
      }
      const { added, known, foreign, malformed } = this.#samples.import(await file.text());
      found.added += added;
      found.known += known;
      found.left += foreign + malformed;
    }
    files.value = ''; // the same file may be chosen again
    this.#tell(found.left > 0 ? 'collect_imported_some' : 'collect_imported', found, found.added);
  }

  /** Deletions that the owner's file does not know of among it. */
  get #holdsAny() {
    return this.#samples.kept > 0 || this.#samples.unsaved.length > 0;
  }

  async #forget() {
    if (!this.#holdsAny) return;
    const { kept } = this.#samples;
    const question = this.#texts.say('collect_forget_question', { count: this.#texts.count(kept) }, kept);
    if (!confirm(question)) return;
    await this.#outside.forget();
    this.#samples.forget();
    this.#tell('collect_forgotten');
  }
}
