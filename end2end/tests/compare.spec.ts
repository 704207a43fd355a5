// Comparisons and grids: started from the prompt bar, viewed on their own page.
import type { Page } from '@playwright/test';
import { type Answer, choose, type Endpoint, expect, expectAccessible, generate, json, open, png, prompt, test } from '../easel.ts';
import { picture } from '../picture.ts';

/** An endpoint whose models do what their names say; `waiting` contains the responses to send later. */
const scripted = () => {
  const waiting: (() => void)[] = [];
  let isCold = true;
  const answer: Answer = (request, response) => {
    // Requests for the schema get a 404.
    if (request.method !== 'POST') return json(response, 404, {});
    if (request.url!.includes('broken')) return json(response, 500, { error: 'out of paint' });
    if (request.url!.includes('cold') && isCold) {
      isCold = false;
      return json(response, 503, { error: 'Model is loading', estimated_time: 1 });
    }
    const colour = request.url!.includes('quick') ? 1 : 2;
    const done = () => png(response, picture(60, 40, colour));
    if (request.url!.includes('stuck')) waiting.push(done);
    else done();
  };
  return { waiting, answer };
};

const models = (stub: Endpoint, ...names: string[]) => names.map((name) => `hf:${stub.origin}/models/${name}`);
const bar = (page: Page) => page.getByRole('group', { name: 'Compare models' });
const cell = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
const told = (page: Page) => page.getByRole('main').getByRole('status');

/** The page of the series, which opens when it has begun; until then there is the form's own status. */
const begun = (page: Page) => expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/);

/** Opens the bar and adds all models; the first is chosen already. */
async function compare(page: Page, references: string[]) {
  await page.getByRole('checkbox', { name: 'Compare', exact: true }).press(' ');
  await expect(bar(page).getByRole('listitem')).toHaveCount(1);
  for (const [index, reference] of references.slice(1).entries()) {
    await choose(page, reference);
    await expect(bar(page).getByRole('listitem')).toHaveCount(index + 2);
  }
}

test('a comparison of six tells each truthfully, and comes back after a reload', async ({ page, start, endpoint }) => {
  const stub = await endpoint(scripted().answer);
  const six = models(stub, 'quick', 'broken', 'cold', 'stuck', 'other');
  const easel = await start({ EASEL_ALLOWED_ORIGINS: stub.origin, EASEL_MODELS: six.join(), EASEL_DEMO_COLD_START: 'off' });
  await open(page, easel);
  await prompt(page).fill('a fox in the snow');
  await compare(page, [...six, 'demo']);
  await expect(page.getByText('Generate starts 6 pictures.')).toBeVisible();
  await expectAccessible(page);
  await generate(page).click();
  await begun(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('a fox in the snow');

  const quick = page.getByRole('article').filter({ hasText: 'quick' });
  await expect(quick.getByRole('img', { name: /^a fox in the snow · / })).toBeVisible();
  const broken = page.getByRole('article').filter({ hasText: 'broken' });
  await expect(broken).toContainText('out of paint');
  const cold = page.getByRole('article').filter({ hasText: 'cold' });
  await expect(cold.getByRole('img')).toBeVisible({ timeout: 30_000 });
  const stuck = page.getByRole('article').filter({ hasText: 'stuck' });
  await page.reload();
  await expect(stuck.getByRole('button', { name: /^Cancel / })).toBeVisible();
  await expect(quick.getByRole('img')).toBeVisible();
  await stuck.getByRole('button', { name: /^Cancel / }).click();
  await expect(stuck).toContainText('Cancelled');
  await expect(told(page)).toHaveText('All have ended', { timeout: 30_000 });
  await expect(page.getByRole('article').filter({ has: page.getByRole('img') })).toHaveCount(4);
  await expectAccessible(page);
  await expect.poll(() => stub.closed).toBe(1);

  // The list links to it, and its pictures are in the gallery.
  await page.getByRole('link', { name: 'Comparisons and grids' }).click();
  await page.getByRole('link', { name: 'a fox in the snow' }).click();
  await expect(broken).toContainText('out of paint');
  await page.getByRole('link', { name: 'Easel' }).first().click();
  await expect(page.getByRole('region', { name: 'Gallery' }).getByRole('img', { name: 'a fox in the snow' })).toHaveCount(4);
});

test('two pictures lie side by side, behind a slider, and blink', async ({ page, start, endpoint }) => {
  const stub = await endpoint(scripted().answer);
  const two = models(stub, 'quick', 'other');
  const easel = await start({ EASEL_ALLOWED_ORIGINS: stub.origin, EASEL_MODELS: two.join() });
  await open(page, easel);
  await prompt(page).fill('a heron');
  await compare(page, two);
  await prompt(page).press('Enter');
  await begun(page);
  await expect(told(page)).toHaveText('All have ended');
  const pair = page.getByRole('region', { name: 'Two at a time' });
  await expect(pair.getByRole('img')).toHaveCount(2);
  const second = pair.getByRole('img').nth(1);
  await pair.getByText('Slider', { exact: true }).click();
  await pair.getByRole('slider', { name: 'Where one ends and the other begins' }).fill('25');
  await expect(second).toHaveCSS('clip-path', 'inset(0px 0px 0px 25%)');
  await pair.getByText('Blink', { exact: true }).click();
  await expect(second).toBeHidden();
  await expect(second).toBeVisible();
  await pair.getByRole('button', { name: 'Show the other one' }).click();
  await expectAccessible(page);

  // It can be shared, and the link revoked.
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const link = await page.getByRole('link', { name: /open/i }).getAttribute('href');
  const guest = await page.context().browser()!.newPage();
  await guest.goto(easel.address + link);
  await expect(guest.getByRole('img', { name: /quick/ }).first()).toBeVisible();
  await expect(guest.getByText('a heron')).toHaveCount(0);
  await expect(guest.getByRole('button', { name: 'Best' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Share the prompt too' }).click();
  await guest.reload();
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('a heron');
  await guest.close();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as one picture' }).click();
  expect((await saved).suggestedFilename()).toBe('a heron.png');
});

test('a blind comparison shows no name until the best is chosen', async ({ page, start, endpoint }) => {
  const { waiting, answer } = scripted();
  const stub = await endpoint(answer);
  const two = models(stub, 'quick', 'stuck');
  const easel = await start({ EASEL_ALLOWED_ORIGINS: stub.origin, EASEL_MODELS: two.join() });
  await open(page, easel);
  await prompt(page).fill('a heron');
  await compare(page, two);
  await page.getByRole('checkbox', { name: 'Hide their names until I have chosen the best' }).check();
  await generate(page).click();
  await begun(page);
  await expect(told(page)).toHaveText('1 of 2 have ended');
  const isHidden = async () => expect(await page.content()).not.toMatch(/quick|stuck|\/p\/|127\.0\.0\.1/);
  await isHidden();
  await expect(page.getByRole('main').getByRole('img')).toHaveCount(0);
  waiting.forEach((done) => done());
  await expect(cell(page, 'Picture A').getByRole('img', { name: 'a heron · Picture A' })).toBeVisible();
  await isHidden();
  await cell(page, 'Picture B').getByRole('button', { name: 'Picture B is the best' }).click();
  await expect(told(page)).toContainText('was found the best');
  await expect(page.getByRole('region', { name: 'Wins so far' }).getByRole('row')).toHaveCount(3);
  await expect(page.getByRole('article').filter({ hasText: 'quick' })).toHaveCount(1);
});

test('a grid has headed rows and columns and is cancelled as a whole', async ({ page, start, endpoint }) => {
  const { waiting, answer } = scripted();
  const stub = await endpoint(answer);
  const [stuck] = models(stub, 'stuck');
  const easel = await start({ EASEL_ALLOWED_ORIGINS: stub.origin, EASEL_MODELS: `demo,${stuck}`, EASEL_DEMO_COLD_START: 'off' });
  await open(page, easel);
  await prompt(page).fill('a {red|blue} fox');
  await page.getByRole('checkbox', { name: 'Compare', exact: true }).press(' ');
  await expect(page.getByText('Generate starts 2 pictures.')).toBeVisible();
  await page.getByRole('combobox', { name: 'Input from column to column' }).selectOption({ label: 'Steps' });
  await page.getByRole('textbox', { name: 'Its values from column to column' }).fill('2, 4, 6');
  await expect(page.getByText('Generate starts 6 pictures.')).toBeVisible();
  await generate(page).click();
  await begun(page);
  const table = page.getByRole('table');
  await expect(table.getByRole('columnheader')).toHaveText(['Steps 2', 'Steps 4', 'Steps 6']);
  await expect(table.getByRole('rowheader')).toHaveText(['a red fox', 'a blue fox']);
  await expect(told(page)).toHaveText('All have ended', { timeout: 60_000 });
  await expect(table.getByRole('img')).toHaveCount(6);
  await expectAccessible(page);

  await page.goto(easel.address);
  await choose(page, stuck);
  await prompt(page).fill('{a|b|c|d|e|f} fox');
  await page.getByRole('checkbox', { name: 'Compare', exact: true }).press(' ');
  await expect(page.getByText('Generate starts 6 pictures.')).toBeVisible();
  await generate(page).click();
  await begun(page);
  await expect.poll(() => waiting.length).toBe(3);
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await expect(told(page)).toHaveText('All have ended');
  await expect(page.getByRole('article').filter({ hasText: 'Cancelled' })).toHaveCount(6);
  expect(waiting.length).toBe(3);
});

test('on a phone it fits', async ({ browser, start }) => {
  const easel = await start({ EASEL_DEMO_COLD_START: 'off' });
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await open(page, easel);
  await prompt(page).fill('a {red|blue} fox');
  await page.getByRole('checkbox', { name: 'Compare', exact: true }).press(' ');
  await expect(page.getByText('Generate starts 2 pictures.')).toBeVisible();
  await expectAccessible(page);
  await generate(page).click();
  await begun(page);
  await expect(told(page)).toHaveText('All have ended', { timeout: 30_000 });
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(width[0]).toBeLessThanOrEqual(width[1]);
  await expectAccessible(page);
  await context.close();
});
