// Notifications of a browser whose pages are closed (Web Push): switched on and off here, and shown by
// `sw.js`. The server has the address of the subscription, which is a secret.

async function current() {
  const registration = await navigator.serviceWorker.getRegistration();
  return registration?.pushManager.getSubscription();
}

const post = (address, subscription) =>
  fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(subscription),
  });

/** Whether the subscription is for this key of the server, in base64url. */
function isFor(subscription, key) {
  const bytes = new Uint8Array(subscription.options?.applicationServerKey ?? []);
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') === key;
}

/** False also where another person switched it on in this browser. */
export async function isOn() {
  const subscription = await current();
  return Boolean(subscription) && (await post('/push/known', subscription)).ok;
}

/** Throws where the person or the browser does not allow it, or the server does not answer. */
export async function turnOn() {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('not allowed');
  await navigator.serviceWorker.register('/sw.js');
  const { pushManager } = await navigator.serviceWorker.ready;
  const answer = await fetch('/push');
  if (!answer.ok) throw new Error(`/push: ${answer.status}`);
  const key = await answer.text();
  let subscription = await pushManager.getSubscription();
  if (subscription && !isFor(subscription, key)) {
    await subscription.unsubscribe();
    subscription = undefined;
  }
  subscription ||= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const kept = await post('/push', subscription);
  if (kept.ok) return;
  await subscription.unsubscribe();
  throw new Error(`/push: ${kept.status}`);
}

export async function turnOff() {
  const subscription = await current();
  if (!subscription) return;
  const forgotten = await post('/push/forget', subscription);
  if (!forgotten.ok) throw new Error(`/push/forget: ${forgotten.status}`);
  await subscription.unsubscribe();
}
