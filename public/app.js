// Easel as an app on a phone or a desktop, which begins at an address of its own: it says so itself when
// the server cannot be reached. A page in a browser has the browser's words for that, and does not load
// this.

if ('serviceWorker' in navigator) {
  await navigator.serviceWorker.register('/sw.js');
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage('begun');
}
