/** Leave the main thread to the browser for a moment. */

const LATEST = 300; // milliseconds: pages in the background are never painted

/** @returns {Promise<void>} after what else waits; not throttled, as timers are */
export function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** @returns {Promise<void>} when the page has been painted as it is now */
export function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => pause().then(resolve));
    setTimeout(resolve, LATEST);
  });
}
