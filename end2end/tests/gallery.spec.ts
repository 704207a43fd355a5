import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { type Answer, type Easel, type Endpoint, expect, generate, open, png, prompt, result, test } from '../easel.ts';
import { fillGallery } from '../filled.ts';
import { picture } from '../picture.ts';

const gallery = (page: Page) => page.getByRole('region', { name: 'Gallery' });
const viewer = (page: Page) => page.getByRole('dialog', { name: 'Picture' });

async function make(page: Page, words: string) {
  await prompt(page).fill(words);
  await generate(page).click();
  await expect(gallery(page).getByRole('img', { name: words })).toBeVisible({ timeout: 30_000 });
  await expect(result(page).getByRole('img', { name: words })).toBeVisible();
}

test('a picture comes into the gallery of every tab and stays over a reload', async ({ page, context, start }) => {
  const easel = await start();
  await open(page, easel);
  const other = await context.newPage();
  await open(other, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  // It is there before it is done.
  await expect(gallery(other).getByText('a red fox')).toBeVisible();
  for (const tab of [page, other]) {
    await expect(gallery(tab).getByRole('img', { name: 'a red fox' })).toBeVisible({ timeout: 30_000 });
  }
  await other.reload();
  await expect(gallery(other).getByRole('img', { name: 'a red fox' })).toBeVisible();

  await make(page, 'a blue whale');
  await expect(gallery(other).getByRole('img')).toHaveCount(2);
  const names = gallery(other).getByRole('img').evaluateAll((images) => images.map((image) => image.getAttribute('alt')));
  expect(await names).toEqual(['a blue whale', 'a red fox']);
});

test('the viewer goes with the keys and fills the form', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  await make(page, 'a blue whale');
  await gallery(page).getByRole('img', { name: 'a blue whale' }).click();
  const picture = (name: string) => viewer(page).getByRole('img', { name });
  await expect(picture('a blue whale')).toBeVisible();
  await expect(viewer(page).getByText('Seed', { exact: true })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(picture('a red fox')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(picture('a blue whale')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(viewer(page)).toBeHidden();

  await gallery(page).getByRole('img', { name: 'a red fox' }).click();
  await viewer(page).getByRole('button', { name: 'Reuse inputs' }).click();
  await expect(viewer(page)).toBeHidden();
  await expect(prompt(page)).toHaveValue('a red fox');

  await gallery(page).getByRole('img', { name: 'a red fox' }).click();
  await viewer(page).getByRole('button', { name: 'same seed' }).click();
  await expect(gallery(page).getByRole('img', { name: 'a red fox' })).toHaveCount(2, { timeout: 30_000 });
  const sources = gallery(page).getByRole('img', { name: 'a red fox' }).evaluateAll((images) => images.map((image) => image.getAttribute('src')));
  // The same seed paints the same picture, which is kept once.
  expect(new Set(await sources).size).toBe(1);
});

test('a star is a filter, and a delete can be undone', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  await make(page, 'a blue whale');
  await gallery(page).getByRole('img', { name: 'a red fox' }).click();
  await viewer(page).getByRole('button', { name: 'Star' }).click();
  await expect(viewer(page).getByRole('button', { name: 'Star' })).toHaveAttribute('aria-pressed', 'true');
  await viewer(page).getByRole('button', { name: 'Close' }).click();
  await gallery(page).getByRole('checkbox', { name: 'Starred' }).check();
  await expect(gallery(page).getByRole('img')).toHaveCount(1);
  await gallery(page).getByRole('checkbox', { name: 'Starred' }).uncheck();
  await expect(gallery(page).getByRole('img')).toHaveCount(2);
  await gallery(page).getByRole('searchbox', { name: 'Search' }).fill('wha');
  await expect(gallery(page).getByRole('img')).toHaveCount(1);
  await gallery(page).getByRole('searchbox', { name: 'Search' }).fill('');
  await expect(gallery(page).getByRole('img')).toHaveCount(2);

  await gallery(page).getByRole('img', { name: 'a red fox' }).click();
  await viewer(page).getByRole('button', { name: 'Delete' }).click();
  await expect(viewer(page)).toBeHidden();
  await expect(gallery(page).getByRole('img', { name: 'a red fox' })).toHaveCount(0);
  await gallery(page).getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await expect(gallery(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
});

test('a tab whose picture was deleted starts anew', async ({ page, start, endpoint, problems }) => {
  const easel = await startQuick(start, endpoint);
  await open(page, easel);
  await make(page, 'a red fox');
  await gallery(page).getByRole('img', { name: 'a red fox' }).click();
  await viewer(page).getByRole('button', { name: 'Delete' }).click();
  await expect(gallery(page).getByRole('img', { name: 'a red fox' })).toHaveCount(0);
  await page.reload();
  // The tab asks for it once, in vain, and then no more.
  await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
  await expect(page.getByText('there is no such generation')).toHaveCount(0);
  expect(problems.splice(0)).toHaveLength(1);
  await make(page, 'a blue whale');
});

test('a tab that is looked at again has one stream of changes', async ({ page, start }) => {
  const [streams, opened] = [new Set(), new Set()];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/gallery/events')) [streams, opened].forEach((set) => set.add(request));
  });
  for (const end of ['requestfailed', 'requestfinished'] as const) page.on(end, (request) => streams.delete(request));
  await open(page, await start());
  for (const _ of [1, 2, 3]) await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(() => opened.size).toBe(4);
  await expect.poll(() => streams.size).toBe(1);
});

test('a link shows the picture to a guest until it is taken back', async ({ page, browser, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  await gallery(page).getByRole('img', { name: 'a red fox' }).click();
  await viewer(page).getByRole('button', { name: 'Make a link' }).click();
  const link = await viewer(page).getByRole('link', { name: 'Open the link' }).getAttribute('href');

  const guest = await (await browser.newContext()).newPage();
  await guest.goto(easel.address + link);
  await expect(guest.getByRole('img', { name: 'A shared picture' })).toBeVisible();
  await expect(guest.getByText('a red fox')).toHaveCount(0);
  await viewer(page).getByRole('button', { name: 'Show the inputs too' }).click();
  await expect(viewer(page).getByRole('button', { name: 'Hide the inputs' })).toBeVisible();
  await guest.reload();
  await expect(guest.getByRole('img', { name: 'a red fox' })).toBeVisible();
  await guest.goto(easel.address);
  await expect(gallery(guest).getByRole('img')).toHaveCount(0);

  await viewer(page).getByRole('button', { name: 'Take the link back' }).click();
  await expect(viewer(page).getByRole('button', { name: 'Make a link' })).toBeVisible();
  expect((await guest.goto(easel.address + link))?.status()).toBe(404);
});

test('a downloaded picture that is dropped on the page fills the form', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  const download = page.waitForEvent('download');
  await result(page).getByRole('link', { name: 'Download' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^a-red-fox-.*\.png$/);
  const path = await file.path();

  await prompt(page).fill('something else');
  await gallery(page).getByLabel('Read a picture’s inputs').setInputFiles(path);
  await expect(prompt(page)).toHaveValue('a red fox');

  await prompt(page).fill('something else');
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'fox.png', { type: 'image/png' }));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, readFileSync(path).toString('base64'));
  await expect(prompt(page)).toHaveValue('a red fox');
});

test('a long gallery scrolls to its end and keeps few tiles in the page', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await fillGallery(page, easel, 1_500);
  await page.reload();
  const tiles = gallery(page).getByRole('listitem');
  await expect(tiles.first()).toContainText('picture 1499');
  let most = 0;
  await expect(async () => {
    await page.mouse.wheel(0, 4_000);
    most = Math.max(most, await tiles.count());
    await expect(gallery(page).getByText('picture 0', { exact: true })).toBeInViewport({ timeout: 50 });
  }).toPass({ timeout: 45_000 });
  expect(most).toBeLessThan(900);

  await page.evaluate(() => scrollTo(0, 0));
  await expect(gallery(page).getByText('picture 1499', { exact: true })).toBeVisible();
});

/** A server whose model answers at once, each time with another picture. */
async function startQuick(
  start: (env?: Record<string, string>) => Promise<Easel>,
  endpoint: (answer: Answer) => Promise<Endpoint>,
) {
  let made = 0;
  const stub = await endpoint((_, response) => png(response, picture(400, 400, (made += 1))));
  return start({ EASEL_ALLOWED_ORIGINS: stub.origin, EASEL_MODELS: `hf:${stub.origin}/models/x` });
}

test('what is made meanwhile comes into a filtered gallery if it matches', async ({ page, context, start, endpoint }) => {
  const easel = await startQuick(start, endpoint);
  await open(page, easel);
  const other = await context.newPage();
  await open(other, easel);
  await make(page, 'a red fox');
  await gallery(other).getByRole('searchbox', { name: 'Search' }).fill('fox');
  await expect(gallery(other).getByRole('img')).toHaveCount(1);
  await make(page, 'a blue whale');
  await make(page, 'a grey fox');
  await expect(gallery(other).getByRole('img', { name: 'a grey fox' })).toBeVisible();
  await expect(gallery(other).getByRole('listitem')).toHaveCount(2);

  await gallery(other).getByRole('searchbox', { name: 'Search' }).fill('');
  await expect(gallery(other).getByRole('listitem')).toHaveCount(3);
  await gallery(other).getByRole('checkbox', { name: 'Starred' }).check();
  await expect(gallery(other).getByText('Nothing matches.')).toBeVisible();
  await gallery(page).getByRole('img', { name: 'a red fox' }).click();
  await viewer(page).getByRole('button', { name: 'Star' }).click();
  await expect(gallery(other).getByRole('img', { name: 'a red fox' })).toBeVisible();
  await expect(gallery(other).getByText('Nothing matches.')).toBeHidden();
  await viewer(page).getByRole('button', { name: 'Star' }).click();
  await expect(gallery(other).getByText('Nothing matches.')).toBeVisible();
});

test('rows stay full when a picture comes or goes', async ({ page, context, start, endpoint }) => {
  const easel = await startQuick(start, endpoint);
  await open(page, easel);
  await fillGallery(page, easel, 130);
  const other = await context.newPage();
  await open(other, easel);
  await page.reload();
  const tiles = gallery(page).getByRole('listitem');
  // All of them are so near that they are there at once.
  await page.mouse.wheel(0, 2_000);
  await expect(tiles).toHaveCount(130);
  const named = gallery(page).getByRole('button', { name: 'picture 129', exact: true });
  // Without a scroll to it: all pages stay near.
  await named.evaluate((button: HTMLElement) => button.focus({ preventScroll: true }));

  const expectFull = async (count: number) => {
    await expect(tiles).toHaveCount(count);
    const tops = await tiles.evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().top));
    const lengths = [...new Set(tops)].map((row) => tops.filter((top) => top === row).length);
    expect(lengths.slice(0, -1).every((length) => length === lengths[0]), String(lengths)).toBe(true);
    const ids = await tiles.evaluateAll((tiles) => tiles.map((tile) => tile.id));
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  };
  await make(other, 'a red fox');
  await expect(gallery(page).getByRole('img', { name: 'a red fox' })).toHaveCount(1);
  await expectFull(131);
  await expect(named).toBeFocused();

  await gallery(other).getByRole('button', { name: 'picture 127', exact: true }).click();
  await viewer(other).getByRole('button', { name: 'Delete' }).click();
  await expectFull(130);
  await gallery(other).getByRole('button', { name: 'Undo' }).click();
  await expectFull(131);
  await expect(named).toBeFocused();
});

/** One finger on the screen, from the middle of `target`. */
async function drag(page: Page, target: Locator, by: { x: number; y: number }) {
  const { x, y, width, height } = (await target.boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  const at = (part: number) => ({ x: x + width / 2 + by.x * part, y: y + height / 2 + by.y * part });
  await touch('touchStart', [at(0)]);
  for (let step = 1; step <= 10; step += 1) await touch('touchMove', [at(step / 10)]);
  await touch('touchEnd', []);
  await session.detach();
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('a finger goes sideways to the next picture and up to what is below', async ({ page, start, endpoint }) => {
    const easel = await startQuick(start, endpoint);
    await open(page, easel);
    for (const words of ['a red fox', 'a blue whale', 'a green frog']) await make(page, words);
    await gallery(page).getByRole('img', { name: 'a blue whale' }).tap();
    const shown = viewer(page).getByRole('img');
    await expect(shown).toHaveAccessibleName('a blue whale');
    await drag(page, shown, { x: -120, y: 20 });
    await expect(shown).toHaveAccessibleName('a red fox');
    await drag(page, shown, { x: 120, y: -20 });
    await expect(shown).toHaveAccessibleName('a blue whale');
    await drag(page, shown, { x: 120, y: 0 });
    await expect(shown).toHaveAccessibleName('a green frog');

    // It goes far enough sideways to be taken for the other way.
    const { y } = (await shown.boundingBox())!;
    await drag(page, shown, { x: 60, y: -150 });
    await expect.poll(async () => (await shown.boundingBox())!.y).toBeLessThan(y - 50);
    await expect(shown).toHaveAccessibleName('a green frog');
    await viewer(page).getByRole('button', { name: 'Close' }).tap();
    await expect(viewer(page)).toBeHidden();
  });
});
