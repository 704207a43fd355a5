import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { cancel, expect, expectAccessible, expectShown, generate, open, prompt, result, status, test } from '../easel.ts';

const DOCS = join(import.meta.dirname, '../../docs');

/** Takes a screenshot for the README, on request. */
async function picture(page: Page, name: string) {
  if (process.env.EASEL_SCREENSHOTS) await page.screenshot({ path: join(DOCS, `${name}.png`) });
}

/** Opens the Settings sheet. */
const openSettings = (page: Page) => page.getByRole('button', { name: 'Settings', exact: true }).click();

test('without script the form generates and the wall shows what came of it', async ({ browser, start }) => {
  const easel = await start();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(easel.address);
  await prompt(page).fill('a red fox');
  await expect(page.locator('noscript').getByRole('combobox', { name: 'Model' })).toHaveValue('demo');
  await generate(page).click();
  // The page reloads itself while something runs.
  const gallery = page.getByRole('region', { name: 'Gallery' });
  await expect(gallery.getByRole('img', { name: 'a red fox' })).toBeVisible({ timeout: 30_000 });
  await context.close();
});

test('a first visit ends in a picture, with no account', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await openSettings(page);
  await expect(page.getByText('it is not an AI model')).toBeVisible();
  await page.keyboard.press('Escape');
  await picture(page, 'empty');
  // A click on an example runs it.
  await page.getByRole('button', { name: /lighthouse/ }).click();
  await expect(prompt(page)).toHaveValue(/lighthouse/);
  await expectShown(page, /Loading the model · try 1 of 20/);
  await picture(page, 'loading');
  await expectShown(page, /step (9|1\d) of 20/);
  await picture(page, 'painting');
  const image = result(page).getByRole('img', { name: /lighthouse/ });
  await expect(image).toBeVisible();
  await expect(image).toHaveJSProperty('naturalWidth', 1024);
  await expect(status(page)).toContainText('Done');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).first().click();
  expect((await download).suggestedFilename()).toMatch(/lighthouse.*\.png$/);
  await picture(page, 'done');
  await expectAccessible(page);
});

test('the same seed gives the same picture', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await prompt(page).fill('hills');
  await openSettings(page);
  for (const [name, value] of [['Width', '256'], ['Height', '320'], ['Steps', '2']]) {
    await page.getByLabel(name, { exact: true }).fill(value);
  }
  const digests = [];
  const images = result(page).getByRole('img', { name: 'hills' });
  for (const count of [1, 2]) {
    await generate(page).click();
    await expect(images).toHaveCount(count, { timeout: 30_000 });
    const image = images.first();
    await expect(image).toHaveJSProperty('naturalHeight', 320);
    digests.push(
      await image.evaluate(async (image: HTMLImageElement) => {
        const bytes = await (await fetch(image.src)).arrayBuffer();
        return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
      }),
    );
    await page.getByRole('button', { name: 'Keep the last' }).click();
    await expect(page.getByLabel('Seed', { exact: true })).not.toHaveValue('');
  }
  expect(digests[1]).toBe(digests[0]);
});

test('who types while the fields are drawn again types over what was selected', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await openSettings(page);
  const [width, height] = ['Width', 'Height'].map((name) => page.getByLabel(name, { exact: true }));
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/api/draw', async (route) => {
    await held;
    await route.continue();
  });
  await width.fill('256');
  const asked = page.waitForRequest('**/api/draw');
  await width.press('Tab');
  await asked;
  await height.focus();
  await height.press('ControlOrMeta+a');
  const drawn = page.waitForResponse('**/api/draw');
  go();
  await drawn;
  await expect(page.getByText(/^0\.\d\d MP$/)).toBeVisible();
  await page.keyboard.type('320');
  await expect(height).toBeFocused();
  await expect(height).toHaveValue('320');
  await expect(width).toHaveValue('256');
});

test('an input out of bounds is marked and tied to its error', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await generate(page).click();
  await expect(prompt(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(prompt(page)).toHaveAccessibleDescription('Type what the picture should show.');
  await prompt(page).fill('hills');
  await openSettings(page);
  const width = page.getByLabel('Width', { exact: true });
  await width.fill('9');
  await generate(page).click();
  await expect(width).toHaveAttribute('aria-invalid', 'true');
  await expect(width).toHaveAccessibleDescription(/must be from 256 to/);
  await expect(cancel(page)).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the keyboard alone is enough', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  while (!(await prompt(page).evaluate((element) => element === document.activeElement))) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('a night');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('by the sea');
  await expect(prompt(page)).toHaveValue('a night\nby the sea');
  await page.keyboard.press('Enter');
  await expect(cancel(page)).toBeVisible();
  for (let tabs = 0; tabs < 15 && !(await cancel(page).evaluate((button) => button === document.activeElement)); tabs += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(cancel(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(status(page)).toContainText('Cancelled');
});

for (const [name, width, height, colorScheme] of [
  ['small phone', 320, 568, 'light'],
  ['phone', 390, 844, 'light'],
  ['phone-dark', 390, 844, 'dark'],
  ['desktop-dark', 1280, 800, 'dark'],
  ['wide', 1920, 1080, 'light'],
] as const) {
  test(`nothing overflows and all can be read: ${name}`, async ({ page, start }) => {
    const easel = await start();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, easel);
    await expectAccessible(page);
    await prompt(page).fill('a harbour at night');
    await generate(page).click();
    await expect(result(page).getByRole('img', { name: 'a harbour at night' })).toBeVisible({ timeout: 30_000 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    // No control of the bar covers another one.
    const bar = page.getByRole('form', { name: 'Request' });
    const labels = ['Add a picture', 'Compare', 'Words'].map((title) => bar.getByTitle(title, { exact: true }));
    const model = bar.getByRole('combobox', { name: 'Model', exact: true });
    for (const control of [model, bar.getByRole('button', { name: /^Settings/ }), generate(page), ...labels]) {
      await control.click({ trial: true });
    }
    if (name.endsWith('dark')) await picture(page, name);
    await expectAccessible(page);
  });
}

test('a press beside the box for the model reaches what it meets, whether the list is open or not', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  const model = page.getByRole('combobox', { name: 'Model', exact: true });
  const list = page.getByRole('listbox', { name: 'Models' });
  const settings = page.getByRole('region', { name: 'Settings' });
  const button = page.getByRole('button', { name: /^Settings/ });
  await model.click();
  await expect(list).toBeVisible();
  await button.click();
  await expect(settings).toBeVisible();
  await expect(list).toBeHidden();
  await button.click();
  await expect(settings).toBeHidden();
  await model.click();
  await list.getByRole('option', { name: /Demo/ }).first().click();
  await expect(model).toBeFocused();
  await button.click();
  await expect(settings).toBeVisible();
});
