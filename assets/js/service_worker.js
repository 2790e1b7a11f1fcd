/**
 * The service worker: one build's files, kept together. A page comes from the network where there is one, so a new build
 * is seen at the next visit; everything it names carries a hash in its address, so old and new never mix. Without a
 * network the last whole build answers.
 */

/** @typedef {import('./config.js').SiteFile} SiteFile */
/** @typedef {import('./config.js').NetworkInfo} NetworkInfo */
/** @typedef {{version: string, needed: SiteFile[], models: NetworkInfo[], optional: SiteFile[]}} Build */
/** @typedef {{waitUntil: (done: Promise<unknown>) => void}} Lasting */
/** @typedef {Lasting & {request: Request, respondWith: (answer: Promise<Response>) => void}} Asked */

/** @type {Build} set by service-worker.js, which is rendered with every build */
const build = /** @type {any} */ (globalThis).digitjsBuild;
const PREFIX = `digitjs ${/** @type {any} */ (globalThis).registration.scope} `;
const NAME = PREFIX + build.version;
const PATIENCE = 4000; // milliseconds for a page to begin to arrive before the kept one is shown
const BROKEN = 500; // the status from which on the host has a problem, not the address

addEventListener('install', (event) => {
  /** @type {Lasting} */ (/** @type {any} */ (event)).waitUntil(keep());
});

addEventListener('message', (event) => {
  /** @type {Lasting} */ (/** @type {any} */ (event)).waitUntil(keep().catch(() => {})); // tried again at the next visit
});

/** A build is kept when its first network can answer without the host; what else does not arrive may follow later. */
async function keep() {
  const cache = await caches.open(NAME);
  /** @param {SiteFile[]} files */
  const all = async (files) => (await Promise.all(files.map((file) => add(cache, file)))).every(Boolean);
  const [needed, first] = await Promise.all([
    all(build.needed),
    ...build.models.map(async ({ files, script }) => (await all(files)) || add(cache, script)),
    all(build.optional),
  ]);
  if (!needed || !first) throw new Error('The host does not deliver every file that an answer needs.');
}

/** @param {Cache} cache @param {SiteFile} file @returns {Promise<boolean>} whether it is kept */
async function add(cache, { address, integrity }) {
  if (await cache.match(address)) return true;
  const known = integrity ? await caches.match(address) : undefined; // the last build may have had it too
  const usable = known && (await intact(known, integrity));
  const answer = usable ? known : await fetch(address, { cache: 'no-cache' }).catch(() => undefined);
  if (!answer?.ok || !(await intact(answer, integrity))) return false;
  // Hosts that leave ".html" out of addresses redirect, and a browser refuses a redirected answer to a navigation.
  const kept = answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer;
  return cache.put(address, kept).then(
    () => true,
    () => false, // no room
  );
}

/**
 * Whether the host sent what was built. It may add to pages, so these count by the files they name.
 * @param {Response} answer @param {string} integrity  empty for a page
 */
async function intact(answer, integrity) {
  const content = await answer.clone().arrayBuffer();
  if (integrity) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
    return integrity === `sha256-${btoa(String.fromCharCode(...digest))}`;
  }
  const named = [...new TextDecoder().decode(content).matchAll(/(?:src|href)=["']?(assets\/[^"'\s>]+)/g)];
  return (
    named.length > 0 &&
    named.every(([, part]) => [...build.needed, ...build.optional].some((file) => file.address === part))
  );
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
  const kept = request.cache === 'reload' ? undefined : await (await caches.open(NAME)).match(request);
  return kept ?? fetch(request);
}
