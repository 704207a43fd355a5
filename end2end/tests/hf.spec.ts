// Hugging Face in the page: finding models, failover, fal's queue, the token.
import type { Page } from '@playwright/test';
import {
  type Easel,
  PICTURE,
  bytesOf,
  cancel,
  expect,
  expectAccessible,
  generate,
  open,
  prompt,
  result,
  status,
  test,
} from '../easel.ts';
import { HuggingFace, JOB, SEED, TOKEN } from '../huggingface.ts';

const model = (page: Page) => page.getByRole('combobox', { name: 'Model', exact: true });
/** The reference of the chosen model, as the form sends it. */
const reference = (page: Page) => page.locator('input[name=model]');
const list = (page: Page) => page.getByRole('listbox', { name: 'Models' });
/** The options for the Hub's models. */
const options = (page: Page) => list(page).getByRole('group', { name: 'Hugging Face' }).getByRole('option');

let face: HuggingFace;
let easel: Easel;

test.beforeEach(async ({ start, endpoint }) => {
  face = await HuggingFace.start(endpoint);
  easel = await start(face.env);
});

async function choose(page: Page, name: string) {
  await model(page).fill(name);
  await options(page).filter({ has: page.getByText(name, { exact: true }) }).click();
  await expect(reference(page)).toHaveValue(`hf:${name}`);
}

test('models are found, with their badges, and paged on', async ({ page }) => {
  await open(page, easel);
  await model(page).fill('acme');
  await expect(options(page)).toHaveCount(2);
  await expect(options(page).nth(0)).toContainText('acme/fox');
  for (const badge of ['1.2k likes', 'apache-2.0', 'gated']) {
    await expect(options(page).nth(0)).toContainText(badge);
  }
  await expect(options(page).nth(1)).toContainText('LoRA');
  const more = page.getByRole('button', { name: 'More models' });
  await more.click();
  await expect(options(page)).toHaveCount(3);
  await expect(more).toBeHidden();
});

test('a reference is taken as it is typed, and Escape takes nothing', async ({ page }) => {
  await open(page, easel);
  const title = await model(page).inputValue();
  await model(page).fill('hf:acme/fo');
  await model(page).press('Escape');
  await expect(model(page)).toHaveValue(title);
  await model(page).fill('hf:acme/fox');
  await model(page).press('Enter');
  await expect(reference(page)).toHaveValue('hf:acme/fox');
  await expect(list(page)).toBeHidden();
  await expect(model(page)).toBeFocused();
});

test('a search waits until the person has typed', async ({ page }) => {
  await open(page, easel);
  await model(page).click();
  await expect(options(page)).toHaveCount(2);
  await model(page).pressSequentially('heron', { delay: 30 });
  await expect(options(page)).toHaveCount(1);
  const searches = face.hub.requests.filter(({ url }) => url.includes('search='));
  expect(searches.map(({ url }) => url.includes('search=heron&'))).toEqual([true]);
});

test('the keyboard alone finds and chooses a model', async ({ page }) => {
  await open(page, easel);
  await model(page).focus();
  await expect(options(page)).toHaveCount(2);
  const own = list(page).getByRole('option').filter({ hasText: 'acme/fox-lora' });
  for (let presses = 0; (await own.getAttribute('aria-selected')) !== 'true'; presses += 1) {
    expect(presses).toBeLessThan(20);
    await page.keyboard.press('ArrowDown');
  }
  const active = await model(page).getAttribute('aria-activedescendant');
  await expect(own).toHaveAttribute('id', active ?? '');
  await page.keyboard.press('Enter');
  await expect(reference(page)).toHaveValue('hf:acme/fox-lora');
  await expect(list(page)).toBeHidden();
  // Enter chose a model without generating.
  await expect(cancel(page)).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(options(page)).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  // Also with typed text, which Escape would otherwise clear, which would search again.
  await model(page).fill('heron');
  await expect(options(page)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
});

test('failover is told beside the picture, and the queue leads to the very bytes', async ({ page }) => {
  await open(page, easel);
  await choose(page, 'acme/fox');
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  // A seed beyond 2^53, exact to the last digit.
  await expect(result(page)).toContainText(SEED);
  expect(await bytesOf(page, 'a red fox')).toEqual(PICTURE);
  await result(page).getByRole('link', { name: 'a red fox' }).click();
  const picture = page.getByRole('dialog', { name: 'Picture' });
  await expect(picture).toContainText('Hugging Face · fal-ai');
  const notes = picture.getByRole('list', { name: 'Notes on this run' }).getByRole('listitem');
  await expect(notes).toHaveText(['nscale is not enabled for this account; using fal-ai']);
  await picture.getByText('Attempts and log').click();
  await expectAccessible(page);

  expect(face.router.requests[0].headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(face.router.requests[0].headers['x-hf-bill-to']).toBe('acme');
  expect(face.images.requests).toHaveLength(1);
  expect(face.images.requests[0].headers.authorization).toBeUndefined();
});

test("a place in fal's queue is told, and Cancel reaches it", async ({ page }) => {
  face.hold = true;
  await open(page, easel);
  await choose(page, 'acme/fox-lora');
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(status(page)).toContainText('3rd in the queue');
  await cancel(page).click();
  await expect
    .poll(() => face.router.requests.map(({ method, url }) => `${method} ${url}`))
    .toContain(`PUT ${JOB}/cancel?_subdomain=queue`);
});

test("the steps in the log of fal's job are told", async ({ page }) => {
  face.isWorking = true;
  await open(page, easel);
  await choose(page, 'acme/fox-lora');
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(status(page)).toContainText('Painting · step 3 of 4');
  face.isWorking = false;
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
});

test('without the Hub the page says so and works', async ({ page }) => {
  face.hubIsDown = true;
  await open(page, easel);
  await model(page).focus();
  await expect(page.getByText("Offline: showing Easel's built-in list.")).toBeVisible();
  await expect(options(page).filter({ hasText: 'black-forest-labs/FLUX.1-schnell' })).toBeVisible();
  await page.keyboard.press('Escape');
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible({ timeout: 30_000 });
});

test('the connections tell whose token it is and never the token', async ({ page }) => {
  await open(page, easel);
  await page.getByRole('button', { name: 'Connections' }).click();
  const region = page.getByRole('region', { name: 'Connections' });
  const way = region.getByRole('listitem').filter({ hasText: 'Hugging Face' });
  await expect(region.getByRole('listitem').filter({ hasText: 'Replicate' })).toContainText(
    'REPLICATE_API_TOKEN',
  );
  await way.getByRole('button', { name: 'Check' }).click();
  await expect(way).toContainText('Signed in as ada (PRO)');
  await expect(way).toContainText('acme is billed');
  const content = await page.content();
  expect(content).not.toContain(TOKEN);
  expect(content).not.toContain('ada@example.org');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`what opens in the page can be read: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, easel);
    await model(page).fill('acme');
    await expect(options(page)).toHaveCount(2);
    await expect(page.getByRole('button', { name: 'More models' })).toBeVisible();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Connections' }).click();
    await expect(list(page)).toBeHidden();
    const region = page.getByRole('region', { name: 'Connections' });
    await region.getByRole('button', { name: 'Check' }).first().click();
    await expect(region).toContainText('Signed in as ada');
    await expectAccessible(page);
  });
}
