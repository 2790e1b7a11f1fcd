/** Leave the main thread to the browser for a moment. */

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
