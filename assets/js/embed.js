/** Inside somebody else's page: tell it the answer, and draw what it sends. */

/** @typedef {import('./session.js').Page} Page */
/** @typedef {import('./recognition/recognize.js').Reading} Reading */

const PAUSE = 150; // milliseconds without a change before the answer is told

/** @type {ReturnType<typeof setTimeout> | undefined} */
let telling;
let told = '';

/**
 * Post `{type: 'digitjs', text, digits: [{digit, kind, probabilities}]}` to the page around this one.
 * @param {Reading} reading
 */
export function tell({ text, digits }) {
  if (parent === window) return;
  clearTimeout(telling);
  telling = setTimeout(() => {
    const read = digits.map(({ answer, probabilities }) => ({ digit: answer.digit, kind: answer.kind, probabilities }));
    const message = { type: 'digitjs', text, digits: read };
    const news = JSON.stringify(message);
    if (news === told) return;
    told = news;
    // Whoever embeds the pad may know the answer: there is nothing secret in it, so any origin may listen.
    parent.postMessage(message, '*');
  }, PAUSE);
}

/** @param {Page} page  clears and answers when the page around says `{type: 'digitjs', action: 'clear'}` */
export function listen({ drawing }) {
  addEventListener('message', ({ data, source }) => {
    if (source === parent && data?.type === 'digitjs' && data.action === 'clear') drawing.clear();
  });
}
