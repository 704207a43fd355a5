// Common first steps with Gradio: apps whose results are not pictures, with the keyboard alone.
import { type Page } from '@playwright/test';
import { type Easel, expect, expectShown, open, prompt, result, test } from '../easel.ts';
import { gradio } from '../gradio.ts';

const origin = gradio('guide');

const settings = (page: Page) => page.getByRole('region', { name: 'Settings' });
const gallery = (page: Page) => page.getByRole('region', { name: 'Gallery' });

/** Opens Easel with an endpoint of the app as its only model. */
async function openWith(page: Page, start: (env: Record<string, string>) => Promise<Easel>, endpoint: string) {
  await open(page, await start({ EASEL_ALLOWED_ORIGINS: origin(), EASEL_MODELS: `space:${origin()}/#/${endpoint}` }));
}

/** Moves to a control in Settings like a person without a mouse, and types into it. */
async function type(page: Page, name: string, text: string) {
  if (!(await settings(page).isVisible())) {
    await page.getByRole('button', { name: /^Settings/ }).focus();
    await page.keyboard.press('Enter');
  }
  await settings(page).getByRole('spinbutton', { name }).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

/** A second of silence. */
function silence(): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + 16_000, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(16_000, 40);
  return Buffer.concat([header, Buffer.alloc(16_000)]);
}

async function generateByKey(page: Page) {
  await page.getByRole('button', { name: 'Generate', exact: true }).focus();
  await page.keyboard.press('Enter');
}

test('a sound goes in and words come out; without the sound nothing starts', async ({ page, start }) => {
  await openWith(page, start, 'transcribe');
  await generateByKey(page);
  await expect(settings(page).getByText('is required')).toBeVisible();
  await expect(result(page).getByRole('article')).toHaveCount(0);
  const file = { name: 'a.wav', mimeType: 'audio/wav', buffer: silence() };
  await settings(page).locator('input[type=file]').setInputFiles(file);
  await expect(settings(page).getByText('a.wav')).toBeVisible();
  await generateByKey(page);
  await expect(result(page)).toContainText('1.0 s at 8000 Hz');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.reload();
  await gallery(page).getByRole('listitem').getByRole('link').first().click();
  await expect(page.getByRole('dialog', { name: 'Picture' })).toContainText('1.0 s at 8000 Hz');
});

test('text becomes text', async ({ page, start }) => {
  await openWith(page, start, 'translate');
  await prompt(page).focus();
  await page.keyboard.type('Hello there');
  await page.keyboard.press('Enter');
  await expect(result(page)).toContainText('Bonjour: Hello there');
  await expect(result(page)).toContainText('Done');
  // Outside the prompt, a slash goes to the search.
  await page.getByRole('button', { name: 'Generate', exact: true }).focus();
  await page.keyboard.press('/');
  await page.keyboard.type('bonsoir');
  await expect(gallery(page)).toContainText('No picture for “bonsoir”');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('bonjour');
  await expect(gallery(page).getByRole('listitem')).toHaveCount(1);
  await expect(prompt(page)).toHaveValue('Hello there');
});

test('numbers and a choice become a number, and an error speaks of what went wrong', async ({ page, start }) => {
  await openWith(page, start, 'calculate');
  await type(page, 'First', '7');
  await type(page, 'Second', '6');
  await settings(page).getByRole('combobox', { name: 'Operation' }).selectOption('multiply');
  await generateByKey(page);
  await expect(result(page).getByText('42', { exact: true })).toBeVisible();
  await settings(page).getByRole('combobox', { name: 'Operation' }).selectOption('divide');
  await type(page, 'Second', '0');
  await generateByKey(page);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Cannot divide by zero!');
  await expect(alert).not.toContainText(/steps|charged/);
});

test('each value of a generator takes the place of the one before', async ({ page, start }) => {
  await openWith(page, start, 'count');
  await generateByKey(page);
  await expectShown(page, /^2$/);
  await expect(result(page).getByText('6', { exact: true })).toBeVisible();
  await expect(result(page).getByText('2', { exact: true })).toHaveCount(0);
  await expect(result(page)).toContainText('Done');
});

test('a gallery of two is two pictures, each with its caption', async ({ page, start }) => {
  await openWith(page, start, 'run');
  await prompt(page).focus();
  await page.keyboard.type('a fox');
  await page.keyboard.press('Enter');
  await expect(result(page).getByRole('img', { name: 'a fox (1 of 2)' })).toBeVisible();
  await expect(result(page).getByRole('img', { name: 'a fox (2 of 2)' })).toBeVisible();
  await expect(gallery(page).getByRole('listitem')).toHaveCount(1);
});
