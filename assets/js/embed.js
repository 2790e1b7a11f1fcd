/** Inside somebody else's page: post the answer to it, and clear the drawing when it says so. */

import { symbol } from './api.js';

/** @typedef {import('./session.js').Session} Session */

const PAUSE = 150; // milliseconds without a change before the answer is posted

/**
 * Post `{type: 'digitjs', text, digits: [{digit, kind, probabilities}]}` to the page around this one, for other tasks than
 * digits `symbols: [{class, kind, probabilities}]` in place of them; clear the drawing when that posts `{type: 'digitjs', action: 'clear'}`.
 * @param {Session} session
 */
export function connect(session) {
  if (parent === window) return;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let posting;
  let posted = '';
  const post = () => {
    const message = answer(session.reading, session.config.task);
    const text = JSON.stringify(message);
    if (text === posted) return;
    posted = text;
    // Whoever embeds the pad may know the answer: there is nothing secret in it, so any origin may listen.
    parent.postMessage(message, '*');
  };
  session.addEventListener('reading', () => {
    clearTimeout(posting);
    posting = setTimeout(post, PAUSE);
  });
  addEventListener('message', ({ data, source }) => {
    if (source === parent && data?.type === 'digitjs' && data.action === 'clear') session.drawing.clear();
  });
}

/** @param {import('./recognition/recognize.js').Reading} reading @param {import('./config.js').Task} task */
function answer({ text, symbols, digits }, task) {
  if (!task.digits) {
    const found = symbols.map((one) => symbol(one, task));
    return {
      type: 'digitjs',
      text,
      symbols: found.map(({ class: name, kind, probabilities }) => ({ class: name, kind, probabilities })),
    };
  }
  const read = digits.map(({ answer: { digit, kind }, probabilities }) => ({ digit, kind, probabilities }));
  return { type: 'digitjs', text, digits: read };
}
