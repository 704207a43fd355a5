import { type Page } from '@playwright/test';
import { type Answer, cancel, expect, generate, open, PICTURE, png, prompt, result, status, test } from '../easel.ts';

const wall = (page: Page) => page.getByRole('region', { name: 'Gallery' });

const serving = (origin: string) => ({ EASEL_ALLOWED_ORIGINS: origin, EASEL_MODELS: `hf:${origin}/models/x` });

test('a lost connection is called that, and the picture comes when it is back', async ({ page, start, endpoint, context }) => {
  let answer = () => {};
  const stub = await endpoint((_, response) => (answer = () => png(response, PICTURE)));
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await context.setOffline(true);
  await generate(page).click();
  await expect(result(page)).toContainText('Connection lost');
  await expect(result(page)).not.toContainText('Loading the model');
  await context.setOffline(false);
  await expect.poll(() => stub.posts).toBe(1);
  await context.setOffline(true);
  answer();
  await context.setOffline(false);
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
  expect(stub.posts).toBe(1);
});

test('a connection that is lost stays so until the server is heard of', async ({ page, start, endpoint, context, problems }) => {
  const stub = await endpoint((_, response) => png(response, PICTURE));
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await context.setOffline(true);
  await generate(page).click();
  await expect(result(page)).toContainText('Connection lost');
  const shown = (words?: 'anew') =>
    page.evaluate((words) => {
      const { shown } = window as unknown as { shown: Set<string> };
      const all = [...shown];
      if (words) shown.clear();
      return all.join('\n');
    }, words);
  await shown('anew');
  // Each asks the server, in vain.
  for (let round = 0; round < 3; round += 1) await result(page).getByRole('button', { name: 'Retry now' }).click();
  await expect(result(page)).toContainText('Connection lost');
  expect(await shown()).not.toContain('Starting');
  await cancel(page).click();
  await expect(result(page)).toContainText('Cancel is sent when the connection is back');
  expect(await shown()).not.toContain('Cancelling');
  await context.setOffline(false);
  await expect(result(page)).not.toContainText('when the connection is back');
  // The server knows nothing of what never reached it, and the browser lists that.
  problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes('/api/act')));
});

test('a cancel that did not get through is not called done, and is delivered later', async ({ page, start, endpoint, context }) => {
  const stub = await endpoint(() => {});
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => stub.posts).toBe(1);
  await context.setOffline(true);
  await cancel(page).click();
  await expect(result(page)).toContainText('Cancel is sent when the connection is back');
  await expect(result(page)).not.toContainText('Cancelled');
  expect(stub.closed).toBe(0);
  await context.setOffline(false);
  await expect.poll(() => stub.closed).toBe(1);
  await expect(status(page)).toContainText('Cancelled');
});

test('times are those of the server, also after a reload', async ({ page, start, endpoint }) => {
  const slow: Answer = (_, response) => void setTimeout(() => png(response, PICTURE), 3_000);
  const stub = await endpoint(slow);
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => stub.posts).toBe(1);
  await page.reload();
  const card = page.getByRole('article', { name: 'a red fox' });
  const took = card.getByText(/· (?:[3-9]|\d\d)\.\d s/);
  const words = await took.textContent();
  await page.reload();
  await expect(took).toHaveText(words!);
});

test('what was made here comes on the wall, also while the stream is away', async ({ page, start, endpoint, problems }) => {
  const stub = await endpoint((_, response) => png(response, PICTURE));
  await page.route('**/api/events?*', (route) => route.abort());
  await open(page, await start(serving(stub.origin)));
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(wall(page).getByRole('listitem')).toHaveCount(1);
  // The browser lists each refused stream.
  problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes('/api/events')));
});

test('a stream that is late is not left before the next is there', async ({ page, context, start, endpoint }) => {
  const stub = await endpoint(() => {});
  const easel = await start(serving(stub.origin));
  const streams: (() => Promise<void>)[] = [];
  await page.route('**/api/events?*', (route) => void streams.push(() => route.continue()));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => streams.length).toBe(2);
  const isThere = page.waitForResponse('**/api/events?*');
  await streams[0]();
  await isThere;
  const other = await context.newPage();
  await open(other, easel);
  await prompt(other).fill('a blue fox');
  await generate(other).click();
  await expect(result(page).getByRole('article', { name: 'a blue fox' })).toBeVisible();
});

test('what a model usually takes is told before and while one waits', async ({ page, start, endpoint }) => {
  let isHeld = false;
  const stub = await endpoint((_, response) => {
    if (!isHeld) setTimeout(() => png(response, PICTURE), 3_200);
  });
  await open(page, await start(serving(stub.origin)));
  await prompt(page).fill('a red fox');
  await page.getByRole('combobox', { name: 'Number of pictures' }).selectOption('×3');
  await generate(page).click();
  await expect(wall(page).getByRole('listitem')).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Model', exact: true }).click();
  await expect(page.getByRole('option').first()).toContainText('usually 3 s');
  await page.keyboard.press('Escape');

  isHeld = true;
  await page.getByRole('combobox', { name: 'Number of pictures' }).selectOption('×1');
  await prompt(page).fill('a slow fox');
  await generate(page).click();
  const card = page.getByRole('article', { name: 'a slow fox' });
  await expect(card).toContainText('longer than the usual 3 s');
  await card.getByRole('button', { name: 'Cancel' }).click();
  await expect(card).toContainText('Cancelled');
});

test('who waits long is asked whether a notification may come, and gets it while looking elsewhere', async ({ page, start, endpoint }) => {
  let answer = () => {};
  const stub = await endpoint((_, response) => (answer = () => png(response, PICTURE)));
  await page.clock.install();
  await page.addInitScript(() => {
    const told: string[] = [];
    const permission = { now: 'default' };
    class Notification extends EventTarget {
      static get permission() {
        return permission.now;
      }
      static requestPermission = async () => (permission.now = 'granted');
      constructor(words: string) {
        super();
        told.push(words);
      }
    }
    Object.assign(window, { Notification, told });
  });
  await open(page, await start(serving(stub.origin)));
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => stub.posts).toBe(1);
  const question = page.getByRole('group', { name: 'This takes a while.' });
  await expect(question).toHaveCount(0);
  await page.clock.fastForward(21_000);
  await question.getByRole('button', { name: 'Tell me when it is done' }).click();
  await expect(question).toBeHidden();
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true }));
  answer();
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  await expect.poll(told).toEqual(['Your pictures are done']);
});
