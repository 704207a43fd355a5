// Where the focus goes when what had it closes, is replaced or disappears, and keys that are held.
import type { Page } from '@playwright/test';
import { type Answer, expect, generate, json, open, PICTURE, png, prompt, result, test } from '../easel.ts';

const wall = (page: Page) => page.getByRole('region', { name: 'Gallery' });
const settings = (page: Page) => page.getByRole('region', { name: 'Settings', exact: true });
const opener = (page: Page) => page.getByRole('button', { name: 'Settings', exact: true });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

const DEMO = { EASEL_MODELS: 'demo', EASEL_DEMO_COLD_START: 'off' };
const serving = (origin: string) => ({ EASEL_ALLOWED_ORIGINS: origin, EASEL_MODELS: `hf:${origin}/models/x` });

/** The page has loaded the script that looks after the focus. */
async function ready(page: Page) {
  const script = page.waitForResponse('**/focus.js');
  await prompt(page).focus();
  await script;
}

/** Holds a key, as its repeats tell the page. */
async function hold(page: Page, key: string, times: number) {
  for (let time = 0; time < times; time += 1) await page.keyboard.down(key);
  await page.keyboard.up(key);
}

async function make(page: Page, words: string) {
  await prompt(page).fill(words);
  await generate(page).click();
  await expect(wall(page).getByRole('link', { name: words })).toBeVisible();
}

test('an Enter that is held begins one run', async ({ page, start, endpoint }) => {
  const waiting: (() => void)[] = [];
  const stub = await endpoint((_, response) => void waiting.push(() => png(response, PICTURE)));
  await open(page, await start(serving(stub.origin)));
  await prompt(page).fill('a red fox');
  await page.getByRole('combobox', { name: 'Number of pictures' }).selectOption('×2');
  await prompt(page).focus();
  for (let round = 0; round < 4; round += 1) {
    await page.keyboard.down('Enter');
    // Longer than a double click.
    await page.waitForFunction((since) => performance.now() - since > 300, await page.evaluate(() => performance.now()));
  }
  await page.keyboard.up('Enter');
  await expect(result(page).getByRole('article')).toHaveCount(1);
  // On the button too.
  await generate(page).focus();
  await page.keyboard.down('Enter');
  await page.waitForFunction((since) => performance.now() - since > 800, await page.evaluate(() => performance.now()));
  await hold(page, 'Enter', 3);
  await expect(result(page).getByRole('article')).toHaveCount(2);
  await expect.poll(() => stub.posts).toBe(4);
  for (const answer of waiting) answer();
  // Lines are typed as ever.
  await prompt(page).fill('');
  await page.keyboard.down('Shift');
  await hold(page, 'Enter', 3);
  await page.keyboard.up('Shift');
  await expect(prompt(page)).toHaveValue('\n\n\n');
});

test('an Enter that is held begins one comparison', async ({ page, start }) => {
  const begun: string[] = [];
  page.on('request', (request) => void (request.method() === 'POST' && new URL(request.url()).pathname === '/series' && begun.push(request.url())));
  await open(page, await start(DEMO));
  await page.getByRole('checkbox', { name: 'Compare', exact: true }).press(' ');
  await page.getByLabel('Input from column to column', { exact: true }).selectOption({ label: 'Steps' });
  await page.getByLabel('Its values from column to column', { exact: true }).fill('1, 2');
  await expect(page.getByText('2 pictures')).toBeVisible();
  await prompt(page).fill('a red fox');
  await hold(page, 'Enter', 5);
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/);
  expect(begun).toHaveLength(1);
});

test('Settings give the focus back to what opened them, and Escape closes them', async ({ page, start }) => {
  await open(page, await start(DEMO));
  await ready(page);
  await opener(page).click();
  await expect(settings(page)).toBeVisible();
  // The focus is still on the button.
  await page.keyboard.press('Escape');
  await expect(settings(page)).toBeHidden();
  await expect(opener(page)).toBeFocused();

  await page.keyboard.press('Enter');
  await page.getByRole('spinbutton', { name: 'Steps' }).focus();
  await page.keyboard.press('Escape');
  await expect(settings(page)).toBeHidden();
  await expect(opener(page)).toBeFocused();

  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Close settings', exact: true }).click();
  await expect(settings(page)).toBeHidden();
  await expect(opener(page)).toBeFocused();
});

test('the sheet of connections and the menu give the focus back', async ({ page, start }) => {
  await open(page, await start(DEMO));
  await ready(page);
  for (const name of ['Connections', 'More']) {
    const button = page.getByRole('button', { name, exact: true });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await expect(button).toBeFocused();
  }
});

test('after another try the new card has the focus', async ({ page, start, endpoint }) => {
  let isBroken = true;
  const answer: Answer = (_, response) => (isBroken ? json(response, 500, { error: 'out of paint' }) : png(response, PICTURE));
  const stub = await endpoint(answer);
  await open(page, await start(serving(stub.origin)));
  await ready(page);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  const again = result(page).getByRole('button', { name: 'Try again' });
  await again.focus();
  isBroken = false;
  await page.keyboard.press('Enter');
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
  await expect(result(page).getByRole('article')).toHaveCount(1);
  await expect(result(page).getByRole('figure')).toBeFocused();
});

test('a card stays while its request cannot be run again', async ({ page, context, start, endpoint }) => {
  const stub = await endpoint((_, response) => json(response, 500, { error: 'out of paint' }));
  await open(page, await start(serving(stub.origin)));
  await prompt(page).fill('a red fox');
  await generate(page).click();
  const again = result(page).getByRole('button', { name: 'Try again' });
  await expect(again).toBeVisible();
  await page.reload();
  await expect(again).toBeVisible();
  await context.setOffline(true);
  await again.click();
  await expect(page.getByText('Easel cannot be reached').first()).toBeVisible();
  await expect(again).toBeVisible();
  await context.setOffline(false);
});

test('what another tab deletes passes the focus to its neighbour', async ({ page, context, start }) => {
  const easel = await start(DEMO);
  await open(page, easel);
  await ready(page);
  for (const words of ['a red fox', 'a blue fox', 'a green fox']) await make(page, words);
  const other = await context.newPage();
  await open(other, easel);
  await wall(page).getByRole('link', { name: 'a blue fox' }).focus();
  const remove = async (words: string) => {
    await wall(other).getByRole('link', { name: words }).click();
    await other.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(wall(page).getByRole('link', { name: words })).toHaveCount(0);
  };
  await remove('a blue fox');
  await expect(wall(page).getByRole('link', { name: 'a red fox' })).toBeFocused();
  await remove('a red fox');
  await expect(wall(page).getByRole('link', { name: 'a green fox' })).toBeFocused();
  await remove('a green fox');
  await expect.poll(() => focused(page)).not.toBe('BODY');
});

test('a message with the focus that goes away leaves it in the page', async ({ page, start }) => {
  await page.clock.install();
  await open(page, await start(DEMO));
  await ready(page);
  await make(page, 'a red fox');
  await wall(page).getByRole('link', { name: 'a red fox' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.clock.fastForward(11_000);
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await expect.poll(() => focused(page)).not.toBe('BODY');
});

test('who clicks beside everything has the focus nowhere', async ({ page, start }) => {
  await open(page, await start(DEMO));
  await ready(page);
  await make(page, 'a red fox');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await make(page, 'a blue fox').catch(() => {});
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.getByRole('heading', { name: 'Gallery' }).click();
  expect(await focused(page)).toBe('BODY');
});

