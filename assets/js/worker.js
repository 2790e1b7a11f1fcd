/**
 * The service worker: one build's files, kept together. A page comes from the network where there is one, so a new build
 * is seen at the next visit; everything it names carries a hash in its address, so old and new never mix. Without a
 * network the last whole build answers.
 */

/** @typedef {{version: string, files: string[]}} Build */
/** @typedef {{waitUntil: (done: Promise<unknown>) => void}} Lasting */
/** @typedef {Lasting & {request: Request, respondWith: (answer: Promise<Response>) => void}} Asked */

/** @type {Build} set by service-worker.js, which is rendered with every build */
const build = /** @type {any} */ (globalThis).digitjsBuild;
const PREFIX = `digitjs ${/** @type {any} */ (globalThis).registration.scope} `;
const NAME = PREFIX + build.version;
const HASHED = /\.[0-9a-f]{10}\.|\?v=/; // the same address is the same content for ever
const PATIENCE = 4000; // milliseconds for a page to begin to arrive before the kept one is shown
const BROKEN = 500; // the status from which on the host has a problem, not the address

addEventListener('install', (event) => {
  /** @type {Lasting} */ (/** @type {any} */ (event)).waitUntil(keep());
});

/** All or nothing: one missing file, or one of another build, and this build is not kept. */
async function keep() {
  const cache = await caches.open(NAME);
  await Promise.all(
    build.files.map(async (file) => {
      const known = HASHED.test(file) ? await caches.match(file) : undefined; // the last build had it too
      await cache.put(file, known ?? (await fetched(file)));
    }),
  );
}

/** @param {string} file @returns {Promise<Response>} of this build, whole */
async function fetched(file) {
  const answer = await fetch(file, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  if (answer.headers.get('Content-Type')?.startsWith('text/html')) {
    const named = (await answer.clone().text()).matchAll(/(?:src|href)="(assets\/[^"]+)"/g);
    for (const [, part] of named) if (!build.files.includes(part)) throw new Error(`${file} names ${part}`);
  }
  // Hosts that leave ".html" out of addresses redirect, and a browser refuses a redirected answer to a navigation.
  return answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer;
}

addEventListener('activate', (event) => {
  // Only now has the last page of the old build been closed.
  /** @type {Lasting} */ (/** @type {any} */ (event)).waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)),
        ),
      ),
  );
});

addEventListener('fetch', (event) => {
  const { request, respondWith } = /** @type {Asked} */ (/** @type {any} */ (event));
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  respondWith.call(event, request.mode === 'navigate' ? page(request) : part(request));
});

/** @param {Request} request @returns {Promise<Response>} */
async function page(request) {
  const cache = await caches.open(NAME);
  const { origin, pathname } = new URL(request.url);
  const kept = (await cache.match(origin + pathname)) ?? (await cache.match(`${origin}${pathname}.html`));
  const patience = new AbortController();
  const waiting = kept && setTimeout(() => patience.abort(), PATIENCE);
  try {
    // A host's redirect is the browser's to follow: the address shall change with it.
    const answer = await fetch(request.url, { cache: 'no-cache', redirect: 'manual', signal: patience.signal });
    return kept && answer.status >= BROKEN ? kept : answer;
  } catch (reason) {
    if (kept) return kept;
    throw reason;
  } finally {
    clearTimeout(waiting);
  }
}

/** @param {Request} request @returns {Promise<Response>} */
async function part(request) {
  const cache = await caches.open(NAME);
  return (await cache.match(request)) ?? fetch(request);
}
