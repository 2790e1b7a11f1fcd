/** Keep the site for times without a network: over http(s) only. */
import { fetches } from './load_script.js';

/** @param {string | undefined} worker  address of the service worker */
export async function keep(worker) {
  if (!worker || !fetches() || !('serviceWorker' in navigator)) return;
  try {
    const kept = await navigator.serviceWorker.register(worker);
    kept.active?.postMessage('complete'); // with what the host did not deliver before
    if (kept.active) await kept.update(); // the browser itself takes its time to look for a new build
  } catch {
    // Private windows and odd hosts refuse: the page works as before, with the network on.
  }
}
