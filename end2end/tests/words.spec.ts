// Saved texts and shortcuts: styles, saved and earlier prompts; key presses outside text controls.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, generate, open, prompt, result, test } from '../easel.ts';

const DEMO = { EASEL_DEMO_COLD_START: 'off' };

const panel = (page: Page) => page.getByRole('checkbox', { name: 'Words', exact: true });

async function make(page: Page, words: string) {
  await prompt(page).fill(words);
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: words })).toBeVisible({ timeout: 30_000 });
}

test('styles, kept prompts and earlier prompts come into the box', async ({ page, start }) => {
  const easel = await start(DEMO);
  await open(page, easel);
  await make(page, 'a lighthouse at dawn');
  await prompt(page).fill('a fox');
  await panel(page).press(' ');
  const styles = page.getByRole('region', { name: 'Styles' });
  const oil = styles.getByRole('button', { name: 'Oil painting', exact: true });
  await oil.click();
  await expect(prompt(page)).toHaveValue('oil painting of a fox, thick brush strokes, rich colours, canvas texture');
  await expect(oil).toHaveAttribute('aria-pressed', 'true');
  await oil.click();
  await expect(prompt(page)).toHaveValue('a fox');
  await expectAccessible(page);

  await page.getByRole('textbox', { name: 'Name for this prompt' }).fill('My fox');
  await page.getByRole('textbox', { name: 'Name for this prompt' }).press('Enter');
  const kept = page.getByRole('region', { name: 'Kept prompts' });
  await expect(kept.getByRole('button', { name: 'My fox', exact: true })).toBeVisible();
  await styles.getByText('A style of your own').click();
  await styles.getByLabel('Name', { exact: true }).fill('Mine');
  await styles.getByLabel('Before the prompt').fill('tiny ');
  await styles.getByRole('button', { name: 'Keep this style' }).click();
  await styles.getByRole('button', { name: 'Mine', exact: true }).click();
  await expect(prompt(page)).toHaveValue('tiny a fox');

  // Everything survives a reload, and a search finds it.
  await page.reload();
  await panel(page).press(' ');
  await page.getByRole('searchbox', { name: 'Search words' }).fill('lighthouse');
  const earlier = page.getByRole('region', { name: 'Earlier prompts' });
  await earlier.getByRole('button', { name: 'a lighthouse at dawn' }).click();
  await expect(prompt(page)).toHaveValue('a lighthouse at dawn');
  await expect(styles.getByRole('button', { name: 'Oil painting', exact: true })).toBeHidden();
  await page.getByRole('searchbox', { name: 'Search words' }).fill('');
  await kept.getByRole('button', { name: 'My fox', exact: true }).click();
  await expect(prompt(page)).toHaveValue('a fox');
  await kept.getByRole('button', { name: 'Forget My fox' }).click();
  await expect(kept.getByRole('button', { name: 'My fox', exact: true })).toHaveCount(0);
});

test('keys act on the picture with the focus, and on nothing while somebody types', async ({ page, start }) => {
  const easel = await start(DEMO);
  await open(page, easel);
  for (const words of ['a fox', 'a heron']) await make(page, words);
  await page.reload();
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await prompt(page).fill('why?');
  await expect(sheet).toBeHidden();
  await prompt(page).fill('');
  await prompt(page).blur();
  await page.keyboard.press('?');
  await expect(sheet).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  const gallery = page.getByRole('region', { name: 'Gallery' });
  const link = (name: string) => gallery.getByRole('link', { name, exact: true });
  await page.keyboard.press('g');
  await expect(link('a heron')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(link('a fox')).toBeFocused();
  await page.keyboard.press('s');
  await expect(gallery.getByRole('button', { name: /Star.*a fox/ })).toHaveAttribute('aria-pressed', 'true');
  const saved = page.waitForEvent('download');
  await link('a fox').focus();
  await page.keyboard.press('d');
  expect((await saved).suggestedFilename()).toContain('fox');
  await link('a fox').focus();
  await page.keyboard.press('e');
  await expect(prompt(page)).toHaveValue('a fox');
  await expect(prompt(page)).toBeFocused();
  await page.keyboard.type('?cg');
  await expect(prompt(page)).toHaveValue('a fox?cg');
  await prompt(page).blur();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.press('1');
  await page.getByRole('searchbox', { name: 'Search' }).fill('');
  await page.getByRole('searchbox', { name: 'Search' }).blur();
  await page.keyboard.press('2');
  await expect(page.getByRole('dialog', { name: 'Picture' })).toBeVisible();
  await page.keyboard.press('c');
  await expect(page.getByRole('group', { name: 'Compare models' })).toBeVisible();
});

test('an address brings a prompt and a picture into the form', async ({ page, start }) => {
  const easel = await start(DEMO);
  await open(page, easel);
  await make(page, 'a fox');
  await page.goto(`${easel.address}/?prompt=a+shared+heron&model=demo`);
  await expect(prompt(page)).toHaveValue('a shared heron');
  const manifest = await (await page.request.get(`${easel.address}/manifest.json`)).json();
  for (const { src } of manifest.icons) expect((await page.request.get(easel.address + src)).status()).toBe(200);
  await page.getByRole('region', { name: 'Gallery' }).getByRole('link', { name: 'a fox' }).click();
  await page.getByRole('link', { name: 'Models for it' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Use this picture');
  await expectAccessible(page);
});
