/** Of `digitjs serve` alone, and in no file of a site: loads a page again when its site has changed, and shows what went wrong. */
{
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const shown = new URL(script.src).search.slice(1);
  const box = document.createElement('pre');
  box.setAttribute('role', 'alert');
  // The policy of the pages allows no style attribute; these properties are none.
  Object.assign(box.style, {
    position: 'fixed',
    inset: 'auto 0 0 0',
    zIndex: '9',
    maxHeight: '60vh',
    margin: '0',
    padding: '1rem',
    overflow: 'auto',
    background: '#7a1010',
    color: '#ffffff',
    font: '0.875rem/1.5 monospace',
    whiteSpace: 'pre-wrap',
  });
  new EventSource('/_digitjs/events').addEventListener('message', ({ data }) => {
    const { number, message } = JSON.parse(data);
    if (number !== shown) return location.reload();
    box.textContent = message;
    if (message) document.body.append(box);
    else box.remove();
  });
}
