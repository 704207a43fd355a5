// Keeps the page that says that Easel cannot be reached, with its style, and nothing else: no answer of
// Easel's, no picture and no prompt. All requests go to the server as if this were not here. Shows what
// the server tells a browser whose pages are closed.

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

/** Browsers take the permission away from who is told and shows nothing. */
self.addEventListener('push', (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    // It is shown without words of its own.
  }
  const { title = 'Easel', body, tag, address } = told;
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon: '/icon-192.png', data: { address } }));
});

/** Shows the page at the address of a notification, which is one of this server's. */
async function show(address) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = address ? pages.find(({ url }) => new URL(url).pathname === address) : pages[0];
  return page ? page.focus() : self.clients.openWindow(address ?? '/');
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { address } = event.notification.data ?? {};
  event.waitUntil(show(/^\/[pc]\/[\w-]+$/.test(address) ? address : undefined));
});
