import type { Locator, Page } from '@playwright/test';
import { type Answer, type Easel, type Endpoint, expect, generate, open, png, prompt, test } from '../easel.ts';
import { fillGallery } from '../filled.ts';
import { picture } from '../picture.ts';

const gallery = (page: Page) => page.getByRole('region', { name: 'Gallery' });
const viewer = (page: Page) => page.getByRole('dialog', { name: 'Picture' });
const tile = (page: Page, name: string) => gallery(page).getByRole('img', { name, exact: true });
const shown = (page: Page, name: string) => viewer(page).getByRole('button').getByRole('img', { name, exact: true });
const act = (page: Page, name: string) => viewer(page).getByRole('button', { name, exact: true });

async function make(page: Page, words: string) {
  await prompt(page).fill(words);
  await generate(page).click();
  await expect(tile(page, words).first()).toBeVisible({ timeout: 30_000 });
}

test('a picture comes into the gallery of every tab and stays over a reload', async ({ page, context, start }) => {
  const easel = await start();
  await open(page, easel);
  const other = await context.newPage();
  await open(other, easel);
  await make(page, 'a red fox');
  await expect(tile(other, 'a red fox')).toBeVisible({ timeout: 30_000 });
  await other.reload();
  await expect(tile(other, 'a red fox')).toBeVisible();

  await make(page, 'a blue whale');
  await expect(gallery(other).getByRole('listitem')).toHaveCount(2);
  const names = gallery(other).getByRole('link').getByRole('img').evaluateAll((images) => images.map((image) => image.getAttribute('alt')));
  expect(await names).toEqual(['a blue whale', 'a red fox']);
  await expect(gallery(other).getByRole('heading', { name: 'Today' })).toContainText('2 pictures');
});

test('the viewer has an address, goes with the keys, and Back closes it', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  await make(page, 'a blue whale');
  const home = page.url();
  await tile(page, 'a blue whale').click();
  await expect(shown(page, 'a blue whale')).toBeVisible();
  await expect(page).toHaveURL(/\/p\/[0-9a-f-]+$/);
  await expect(viewer(page).getByText('Seed', { exact: true })).toBeVisible();
  await act(page, 'Star').focus();
  await page.keyboard.press('ArrowRight');
  await expect(shown(page, 'a red fox')).toBeVisible();
  await expect(act(page, 'Star')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(shown(page, 'a blue whale')).toBeVisible();
  await page.keyboard.press('End');
  await expect(shown(page, 'a red fox')).toBeVisible();
  await page.goBack();
  await expect(viewer(page)).toBeHidden();
  await expect(page).toHaveURL(home);
  await expect(gallery(page).getByRole('link', { name: 'a red fox' })).toBeFocused();
  await page.goForward();
  await expect(shown(page, 'a red fox')).toBeVisible();
  await page.reload();
  await expect(shown(page, 'a red fox')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(viewer(page)).toBeHidden();
  await expect(page).toHaveURL(home);
});

test('an address of a picture shows it without script', async ({ page, browser, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  const path = await gallery(page).getByRole('link', { name: 'a red fox' }).getAttribute('href');
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(easel.address + path);
  await expect(shown(plain, 'a red fox')).toBeVisible();
  await viewer(plain).getByRole('link', { name: 'Close' }).click();
  await expect(viewer(plain)).toBeHidden();
  await gallery(plain).getByRole('searchbox', { name: 'Search' }).fill('zzzz');
  await gallery(plain).getByRole('button', { name: 'Search' }).click();
  await expect(gallery(plain).getByText('No picture for “zzzz”.')).toBeVisible();
  await context.close();
});

test('a picture can be made again and again', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  await tile(page, 'a red fox').click();
  await act(page, 'Edit and run').click();
  await expect(viewer(page)).toBeHidden();
  await expect(prompt(page)).toHaveValue('a red fox');

  await tile(page, 'a red fox').click();
  await act(page, 'Same seed').click();
  await expect(tile(page, 'a red fox')).toHaveCount(2, { timeout: 30_000 });
  const sources = tile(page, 'a red fox').evaluateAll((images) => images.map((image) => image.getAttribute('src')));
  // The same seed paints the same picture, which is stored once.
  expect(new Set(await sources).size).toBe(1);
});

test('a star is a filter with an address, and a delete can be undone', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  await make(page, 'a blue whale');
  await tile(page, 'a red fox').click();
  await act(page, 'Star').click();
  await expect(act(page, 'Star')).toHaveAttribute('aria-pressed', 'true');
  await viewer(page).getByRole('link', { name: 'Close' }).click();
  const tiles = gallery(page).getByRole('listitem');
  await gallery(page).getByText('Starred', { exact: true }).click();
  await expect(tiles).toHaveCount(1);
  await expect(page).toHaveURL(/starred=on/);
  await page.reload();
  await expect(tiles).toHaveCount(1);
  await gallery(page).getByText('All', { exact: true }).click();
  await expect(tiles).toHaveCount(2);
  await generate(page).focus();
  await page.keyboard.press('/');
  await expect(gallery(page).getByRole('searchbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.type('wha');
  await expect(tiles).toHaveCount(1);
  await expect(page).toHaveURL(/search=wha/);
  await page.keyboard.type('zz');
  await gallery(page).getByRole('link', { name: 'Clear search' }).click();
  await expect(tiles).toHaveCount(2);

  await tile(page, 'a red fox').click();
  await expect(shown(page, 'a red fox')).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(viewer(page)).toBeHidden();
  await expect(tile(page, 'a red fox')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(tile(page, 'a red fox')).toBeVisible();
  await expect(gallery(page).getByRole('link', { name: 'a red fox' })).toBeFocused();
});

test('several pictures are starred, downloaded and deleted at once', async ({ page, start, endpoint }) => {
  const easel = await startQuick(start, endpoint);
  await open(page, easel);
  for (const words of ['one', 'two', 'three', 'four']) await make(page, words);
  await gallery(page).getByRole('button', { name: 'Select', exact: true }).click();
  await gallery(page).getByRole('checkbox', { name: 'Select three' }).check();
  await gallery(page).getByRole('checkbox', { name: 'Select one' }).click({ modifiers: ['Shift'] });
  await expect(gallery(page).getByText('3 selected')).toBeVisible();
  const download = page.waitForEvent('download');
  await gallery(page).getByRole('button', { name: 'Download zip' }).click();
  expect((await download).suggestedFilename()).toBe('easel.zip');
  await gallery(page).getByRole('button', { name: 'Delete' }).click();
  await expect(gallery(page).getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(gallery(page).getByRole('listitem')).toHaveCount(4);

  await gallery(page).getByRole('button', { name: 'Select', exact: true }).click();
  await tile(page, 'two').click();
  await expect(gallery(page).getByText('1 selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(gallery(page).getByText('1 selected')).toBeHidden();
});

test('pictures are put into a collection, found there and taken out again', async ({ page, start, endpoint }) => {
  const easel = await startQuick(start, endpoint);
  await open(page, easel);
  for (const words of ['one', 'two', 'three']) await make(page, words);
  await gallery(page).getByRole('button', { name: 'Select', exact: true }).click();
  await tile(page, 'one').click();
  await tile(page, 'three').click();
  await gallery(page).getByRole('combobox', { name: 'Collection' }).fill('Foxes & co');
  await page.keyboard.press('Enter');
  await gallery(page).getByRole('navigation', { name: 'Collections' }).getByRole('link', { name: 'Foxes & co' }).click();
  const tiles = gallery(page).getByRole('listitem');
  await expect(tiles).toHaveCount(2);
  await tile(page, 'one').click();
  await act(page, 'take out').click();
  await page.keyboard.press('Escape');
  await expect(tiles).toHaveCount(1);
  await gallery(page).getByRole('link', { name: 'Foxes & co' }).click();
  await expect(tiles).toHaveCount(3);
});

test('a link shows the picture to a guest until it is taken back', async ({ page, browser, start }) => {
  const easel = await start();
  await open(page, easel);
  await make(page, 'a red fox');
  await tile(page, 'a red fox').click();
  await act(page, 'Share').click();
  const link = await viewer(page).getByRole('link', { name: 'Open the link' }).getAttribute('href');

  const guest = await (await browser.newContext()).newPage();
  await guest.goto(easel.address + link);
  await expect(guest).toHaveTitle('A shared picture · Easel');
  await expect(guest.getByRole('img', { name: 'A shared picture' })).toBeVisible();
  await expect(guest.getByText('a red fox')).toHaveCount(0);
  await act(page, 'Include prompt and settings').click();
  await expect(act(page, 'Leave prompt and settings out')).toBeVisible();
  await guest.reload();
  await expect(guest.getByRole('img', { name: 'a red fox' })).toBeVisible();
  await guest.goto(easel.address);
  await expect(gallery(guest).getByRole('listitem')).toHaveCount(0);

  await act(page, 'Stop sharing').click();
  await expect(act(page, 'Share')).toBeVisible();
  expect((await guest.goto(easel.address + link))?.status()).toBe(404);
});

test('a long gallery scrolls to its end and keeps few tiles in the page', async ({ page, start }) => {
  test.slow();
  const easel = await start();
  await open(page, easel);
  await fillGallery(page, easel, 1_500, [{ bytes: picture(160, 120, 1), width: 160, height: 120 }]);
  await page.reload();
  const tiles = gallery(page).getByRole('listitem');
  await expect(tiles.first()).toContainText('picture 1499');
  let most = 0;
  await expect(async () => {
    await page.mouse.wheel(0, 4_000);
    most = Math.max(most, await tiles.count());
    await expect(gallery(page).getByRole('link', { name: 'picture 0', exact: true })).toBeInViewport({ timeout: 50 });
  }).toPass({ timeout: 120_000, intervals: [100] });
  expect(most).toBeLessThan(900);

  await page.evaluate(() => scrollTo(0, 0));
  await expect(gallery(page).getByRole('link', { name: 'picture 1499', exact: true })).toBeVisible();
});

/** A server whose model responds immediately, each time with a different picture. */
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
  const tiles = gallery(other).getByRole('listitem');
  await expect(tiles).toHaveCount(1);
  await make(page, 'a blue whale');
  await make(page, 'a grey fox');
  await expect(tile(other, 'a grey fox')).toBeVisible();
  await expect(tiles).toHaveCount(2);

  await gallery(other).getByRole('searchbox', { name: 'Search' }).fill('');
  await expect(tiles).toHaveCount(3);
  await gallery(other).getByText('Starred', { exact: true }).click();
  await expect(gallery(other).getByText('No picture matches.')).toBeVisible();
  await tile(page, 'a red fox').click();
  await act(page, 'Star').click();
  await expect(tile(other, 'a red fox')).toBeVisible();
  await act(page, 'Star').click();
  await expect(gallery(other).getByText('No picture matches.')).toBeVisible();
});

test('the focus stays when pictures come and go', async ({ page, context, start, endpoint }) => {
  const easel = await startQuick(start, endpoint);
  await open(page, easel);
  await make(page, 'one');
  await make(page, 'two');
  const other = await context.newPage();
  await open(other, easel);
  const link = gallery(page).getByRole('link', { name: 'one', exact: true });
  await link.focus();
  await make(other, 'three');
  await expect(tile(page, 'three')).toBeVisible();
  await expect(link).toBeFocused();
  await tile(other, 'two').click();
  await act(other, 'Delete').click();
  await expect(tile(page, 'two')).toHaveCount(0);
  await expect(link).toBeFocused();
});

/** Drags one finger across the screen, from the middle of `target`. */
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

  test('a finger goes sideways to the next picture and down to close', async ({ page, start, endpoint }) => {
    const easel = await startQuick(start, endpoint);
    await open(page, easel);
    for (const words of ['a red fox', 'a blue whale', 'a green frog']) await make(page, words);
    await tile(page, 'a blue whale').tap();
    await expect(shown(page, 'a blue whale')).toBeVisible();
    await drag(page, shown(page, 'a blue whale'), { x: -120, y: 20 });
    await expect(shown(page, 'a red fox')).toBeVisible();
    await drag(page, shown(page, 'a red fox'), { x: 120, y: -20 });
    await expect(shown(page, 'a blue whale')).toBeVisible();
    await drag(page, shown(page, 'a blue whale'), { x: 20, y: 160 });
    await expect(viewer(page)).toBeHidden();
  });
});
