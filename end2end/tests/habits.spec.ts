// Saved habits of a model, a spare model when the first does not begin or is slow, and the
// installed app while its server is unreachable.
import type { Page } from '@playwright/test';
import { type Answer, choose, expect, expectAccessible, generate, json, open, png, prompt, result, test } from '../easel.ts';
import { picture } from '../picture.ts';

/** An endpoint whose models do what their names say; `waiting` contains the responses to send later. */
const scripted = () => {
  const waiting: (() => void)[] = [];
  const state = { isSlow: false };
  const answer: Answer = (request, response) => {
    if (request.method !== 'POST') return json(response, 404, {});
    if (request.url!.includes('full')) return json(response, 429, { error: 'Too many requests' });
    const done = () => png(response, picture(60, 40, request.url!.includes('quick') ? 1 : 2));
    if (state.isSlow) waiting.push(done);
    else setTimeout(done, request.url!.includes('usual') ? 3_200 : 0);
  };
  return { waiting, answer, state };
};

const panel = (page: Page) => page.getByRole('checkbox', { name: 'Compare', exact: true });

test('a model starts with what is always wanted of it', async ({ page, start }) => {
  const easel = await start({ EASEL_DEMO_COLD_START: 'off' });
  await open(page, easel);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('spinbutton', { name: 'Steps' }).fill('7');
  await page.keyboard.press('Escape');
  await panel(page).press(' ');
  await page.getByRole('button', { name: 'Keep what is set now' }).click();
  await expect(page.getByText('it starts with Steps 7.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Keep what is set now' })).toBeFocused();
  await expectAccessible(page);
  // Another tab does not share this form's state, but has the saved habit.
  const tab = await page.context().newPage();
  await open(tab, easel);
  await tab.getByRole('button', { name: 'Settings' }).click();
  await expect(tab.getByRole('spinbutton', { name: 'Steps' })).toHaveValue('7');
  await page.getByRole('button', { name: 'Forget', exact: true }).click();
  await expect(page.getByText('Nothing is kept yet.')).toBeVisible();
});

test('the card says which model took the place of the first', async ({ page, start, endpoint }) => {
  const stub = await endpoint(scripted().answer);
  const [full, quick] = ['full', 'quick'].map((name) => `hf:${stub.origin}/models/${name}`);
  const easel = await start({ EASEL_ALLOWED_ORIGINS: stub.origin, EASEL_MODELS: `${full},${quick}` });
  await open(page, easel);
  await panel(page).press(' ');
  await page.getByLabel('Try instead').selectOption({ value: quick });
  await expect(page.getByLabel('Try instead')).toHaveValue(quick);
  await panel(page).press(' ');
  await prompt(page).fill('a fox');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'a fox' })).toBeVisible({ timeout: 60_000 });
  await expect(result(page)).toContainText('as the first did not start');
});

test('after twice the usual time another model is offered, and takes its place', async ({ page, start, endpoint }) => {
  test.setTimeout(120_000);
  const { answer, state, waiting } = scripted();
  const stub = await endpoint(answer);
  const [usual, quick] = ['usual', 'quick'].map((name) => `hf:${stub.origin}/models/${name}`);
  const easel = await start({ EASEL_ALLOWED_ORIGINS: stub.origin, EASEL_MODELS: `${usual},${quick}`, HF_AUTH_KEY: 'hf_' + 'a'.repeat(34) });
  await open(page, easel);
  for (const words of ['one', 'two', 'three']) {
    await prompt(page).fill(words);
    await generate(page).click();
    await expect(result(page).getByRole('img', { name: words })).toBeVisible({ timeout: 30_000 });
  }
  state.isSlow = true;
  await prompt(page).fill('four');
  await generate(page).click();
  const other = result(page).getByRole('button', { name: /^Stop it, use .*quick/ });
  await expect(other).toBeVisible({ timeout: 30_000 });
  await expect(result(page)).toContainText('This takes twice as long as usual.');
  await expectAccessible(page);
  await other.focus();
  state.isSlow = false;
  await page.keyboard.press('Enter');
  await expect(result(page).getByRole('img', { name: 'four' })).toBeVisible({ timeout: 30_000 });
  await expect(result(page)).toContainText('as the first took too long');
  await expect(other).toBeHidden();
  expect(waiting).toHaveLength(1);
});

test('an app says itself that its server is away, and keeps no answer', async ({ page, start }) => {
  const easel = await start({ EASEL_DEMO_COLD_START: 'off' });
  await page.goto(`${easel.address}/?app`);
  await page.waitForFunction(async () => (await caches.keys()).length > 0 && Boolean(navigator.serviceWorker.controller));
  const kept = await page.evaluate(async () => {
    const keys = await (await caches.open('easel-shell-1')).keys();
    return keys.map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/offline');
  expect(kept.every((path) => path === '/offline' || /\.(css|svg)$/.test(path))).toBe(true);
  await easel.stop();
  await page.goto(`${easel.address}/`).catch(() => {});
  await expect(page.getByRole('heading', { name: 'Easel cannot be reached' })).toBeVisible();
});
