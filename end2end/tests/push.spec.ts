// Notifications while Easel is closed: switched on where a long wait is asked about, and what the
// service worker shows. The push service itself is a stub.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, generate, open, prompt, test } from '../easel.ts';

const serving = (origin: string) => ({ EASEL_ALLOWED_ORIGINS: origin, EASEL_MODELS: `hf:${origin}/models/x` });

/** The key of the example in RFC 8291. */
const KEYS = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

/** A browser with a push service, whose subscription outlives a reload. */
const withPushService = (page: Page, keys: typeof KEYS, isAllowed = true) =>
  page.addInitScript(
    ([keys, isAllowed]) => {
      const permission = { now: isAllowed && localStorage.getItem('stub') ? 'granted' : 'default' };
      class Notification extends EventTarget {
        static get permission() {
          return permission.now;
        }
        static requestPermission = async () => (permission.now = isAllowed ? 'granted' : 'denied');
      }
      Object.assign(window, { Notification });
      const subscription = () => ({
        options: {},
        toJSON: () => ({ endpoint: 'https://push.example/send/x', expirationTime: null, keys }),
        unsubscribe: async () => localStorage.removeItem('stub'),
      });
      Object.assign(PushManager.prototype, {
        getSubscription: async () => (localStorage.getItem('stub') ? subscription() : null),
        subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
          if (applicationServerKey.length !== 87) throw new Error('no key');
          localStorage.setItem('stub', 'on');
          return subscription();
        },
      });
    },
    [keys, isAllowed] as const,
  );

const question = (page: Page) => page.getByRole('group', { name: 'This takes a while.' });
const closed = (page: Page) => question(page).getByRole('checkbox', { name: 'Also when Easel is closed' });

test('a browser is told while Easel is closed, until that is switched off in the same place', async ({ page, start, endpoint }) => {
  // It is waited for throughout.
  const stub = await endpoint(() => {});
  await page.clock.install();
  await withPushService(page, KEYS);
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await page.clock.fastForward(21_000);
  await expect(closed(page)).not.toBeChecked();
  await expectAccessible(page);
  const answered = (path: string) => page.waitForResponse((response) => response.url().endsWith(path) && response.request().method() === 'POST');
  const kept = answered('/push');
  await closed(page).press(' ');
  expect((await kept).status()).toBe(204);
  await expect(closed(page)).toBeChecked();
  await expect(closed(page)).toBeFocused();

  // Who has answered is not asked again.
  await page.reload();
  const known = answered('/push/known');
  await page.clock.fastForward(21_000);
  expect((await known).status()).toBe(204);
  await expect(question(page)).toBeHidden();
  await page.evaluate(() => localStorage.removeItem('easel.push'));
  await page.reload();
  await page.clock.fastForward(21_000);
  await expect(closed(page)).toBeChecked();
  const forgotten = answered('/push/forget');
  await closed(page).press(' ');
  expect((await forgotten).status()).toBe(204);
  await expect(closed(page)).not.toBeChecked();
});

test('who may not be notified reads what to do', async ({ page, start, endpoint }) => {
  const stub = await endpoint(() => {});
  await page.clock.install();
  await withPushService(page, KEYS, false);
  await open(page, await start(serving(stub.origin)));
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await page.clock.fastForward(21_000);
  await closed(page).press(' ');
  await expect(question(page).getByRole('alert')).toContainText('Allow notifications for this address');
  await expect(closed(page)).not.toBeChecked();
  await expectAccessible(page);
});

test('a message is shown, whatever it holds', async ({ page, context, start }) => {
  const easel = await start({});
  await context.grantPermissions(['notifications'], { origin: easel.address });
  await open(page, easel);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js');
    await navigator.serviceWorker.ready;
  });
  const browser = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    browser.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const { registrationId } of registrations) resolve(registrationId);
    });
  });
  await browser.send('ServiceWorker.enable');
  const registrationId = await registered;
  const push = (data: string) => browser.send('ServiceWorker.deliverPushMessage', { origin: easel.address, registrationId, data });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag }) => `${title}|${body}|${tag}`).sort();
    });
  // A busy browser may drop what is delivered while the worker starts; a push service sends it again.
  await expect(async () => {
    await push(JSON.stringify({ title: 'Your pictures are done', body: 'a fox', tag: 'one', address: '/p/x' }));
    await push('oops');
    expect([...new Set(await shown())]).toEqual(['Easel||', 'Your pictures are done|a fox|one']);
  }).toPass();
});
