// Keeps the page that says that Easel cannot be reached, with its style, and nothing else: no answer of
// Easel's, no picture and no prompt. All requests go to the server as if this were not here.

const CACHE = 'easel-shell-1';
const OFFLINE = '/offline';

/** The page of today, in the language of today, and what it names. */
async function keepShell() {
  const page = await fetch(OFFLINE, { cache: 'reload' });
  if (!page.ok) throw new Error(`${OFFLINE}: ${page.status}`);
  const html = await page.clone().text();
  const names = [...html.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|svg))"/g)].map(([, name]) => name);
  const cache = await caches.open(CACHE);
  await cache.addAll([...new Set(names)]);
  await cache.put(OFFLINE, page);
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

const kept = (request) => caches.match(request, { cacheName: CACHE, ignoreVary: true });

self.addEventListener('install', (event) => {
  // A new release is not held back by pages of the one before: it has no answers of theirs.
  self.skipWaiting();
  event.waitUntil(keepShell());
});

self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));

// The app began, perhaps in another language or after a new release.
self.addEventListener('message', (event) => event.waitUntil(keepShell().catch(() => {})));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => kept(OFFLINE)));
  } else if (['style', 'image'].includes(request.destination) && /\.(css|svg)$/.test(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(async () => (await kept(request)) ?? Response.error()));
  }
});
