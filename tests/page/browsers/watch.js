/** First script of a watched page: keeps what a browser would write to its console as an error. */
(() => {
  /** @type {string[]} */
  const errors = [];
  Object.assign(globalThis, { digitjsErrors: errors });
  const failed = (/** @type {Event} */ event) => {
    const what = event instanceof ErrorEvent ? event.message : /** @type {HTMLElement} */ (event.target).outerHTML;
    errors.push(`failed: ${what}`);
  };
  addEventListener('error', failed, true); // captured, because what is not loaded does not bubble
  addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
  addEventListener('securitypolicyviolation', (event) =>
    errors.push(`${event.violatedDirective}: ${event.blockedURI}`),
  );
  const told = console.error;
  console.error = (...all) => {
    errors.push(all.join(' '));
    told(...all);
  };
})();
