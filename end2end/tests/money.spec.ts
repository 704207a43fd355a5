// Costs: an owner sets prices and budgets, and people see them before and after each run.
import type { Page } from '@playwright/test';
import { type Easel, expect, expectAccessible, generate, prompt, result, test } from '../easel.ts';
import { comeIn, expectToFit, home, invite, make, ownersLink, phone } from '../people.ts';

const ELSEWHERE = { LEPTOS_SITE_ADDR: '0.0.0.0:0', EASEL_MODELS: 'demo', EASEL_DEMO_COLD_START: 'off' };

const cost = (page: Page) => page.locator('#cost');

async function setPrice(page: Page, easel: Easel, model: string, amount: string, unit: string) {
  await page.goto(`${home(easel)}/money`);
  await page.getByLabel('Model', { exact: true }).fill(model);
  await page.getByLabel('Price', { exact: true }).fill(amount);
  await page.getByLabel('Paid for', { exact: true }).selectOption(unit);
  await page.getByRole('button', { name: 'Enter price', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Saved.');
}

test('the owner sets a price and a budget, and the second person sees the cost, and is told when it is spent', async ({ page, browser, start, problems }) => {
  test.slow();
  const easel = await start(ELSEWHERE);
  await comeIn(page, await ownersLink(easel), 'Ana');
  const link = await invite(page, easel, 'maker');
  // The money page is reached from the studio.
  await page.goto(home(easel));
  await page.getByRole('button', { name: 'Connections', exact: true }).click();
  await page.getByRole('link', { name: 'Money', exact: true }).click();
  await expect(page.getByText('Nothing is limited.')).toBeVisible();
  await expectAccessible(page);
  await setPrice(page, easel, 'demo', '0.05', 'image');

  const [context, other] = await phone(browser, { colorScheme: 'dark' });
  await comeIn(other, link, 'Bo');
  await page.goto(`${home(easel)}/money`);
  await page.getByLabel('For', { exact: true }).selectOption({ label: 'Bo' });
  await page.getByLabel('Money, in USD', { exact: true }).fill('0.10');
  await page.getByRole('button', { name: 'Set budget', exact: true }).click();
  await expect(page.getByText('$0.00 of $0.10 · a month')).toBeVisible();
  await expectAccessible(page);
  await expectToFit(page);

  // Before a run, for the chosen number of pictures.
  await other.goto(home(easel));
  await expect(cost(other)).toHaveText('≈ $0.05');
  await expect(generate(other)).toHaveAccessibleDescription('≈ $0.05');
  await other.getByLabel('Number of pictures', { exact: true }).selectOption('3');
  await expect(cost(other)).toHaveText('≈ $0.15 · more than is left of the budget');
  await other.getByLabel('Number of pictures', { exact: true }).selectOption('1');
  await expect(cost(other)).toHaveText('≈ $0.05');
  await expectAccessible(other);
  await expectToFit(other);

  // After a run, on the card and in the details.
  await make(other, 'a quiet harbour');
  await expect(result(other)).toContainText('$0.05');
  await result(other).getByRole('link', { name: 'a quiet harbour' }).click();
  await expect(other.getByRole('definition').filter({ hasText: '$0.05' })).toBeVisible();
  await other.keyboard.press('Escape');

  // The budget covers one more run.
  await make(other, 'a lighthouse at dusk');
  await other.reload();
  await expect(cost(other)).toHaveText('≈ $0.05 · more than is left of the budget');
  await prompt(other).fill('a fox');
  await generate(other).click();
  const alert = other.getByRole('alert').filter({ hasText: 'Your budget of 0.10 USD a month is used up' });
  await expect(alert).toContainText('The owner of this Easel can raise it under “Money”.');
  await expectAccessible(other);
  await expectToFit(other);

  // Others see their own expenses and cannot change anything.
  await other.goto(`${home(easel)}/money`);
  await expect(other.getByText('$0.10 of $0.10 · a month · used up')).toBeVisible();
  await expect(other.getByRole('button')).toHaveCount(0);
  await expectAccessible(other);
  await expectToFit(other);

  // After the owner raises the budget, runs start again.
  await page.getByLabel('For', { exact: true }).selectOption({ label: 'Bo' });
  await page.getByLabel('Money, in USD', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Set budget', exact: true }).click();
  await page.getByRole('link', { name: 'Person', exact: true }).click();
  await expect(page.getByText('$0.10 · 2 generations')).toBeVisible();
  await expectAccessible(page);
  await other.goto(home(easel));
  await make(other, 'a hare');
  await context.close();
  expect(problems.splice(0).every((problem) => problem.includes('status of 402 '))).toBe(true);
});

test('alone on a machine, a budget warns and stops the one who sits there', async ({ page, start, problems }) => {
  const easel = await start({ EASEL_MODELS: 'demo', EASEL_DEMO_COLD_START: 'off' });
  await page.goto(easel.address);
  await expect(cost(page)).toBeEmpty();
  await page.goto(`${easel.address}/money`);
  await page.getByLabel('Generations', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Set budget', exact: true }).click();
  await expect(page.getByText('0 of 1 generation · a month')).toBeVisible();
  await page.goto(easel.address);
  await make(page, 'a fox');
  await page.reload();
  await expect(cost(page)).toHaveText('free · more than is left of the budget');
  await prompt(page).fill('a hare');
  await generate(page).click();
  await expect(page.getByRole('alert')).toContainText('The budget of 1 generation a month for everybody here is used up');
  expect(problems.splice(0).every((problem) => problem.includes('status of 402 '))).toBe(true);
  await page.goto(`${easel.address}/money`);
  await page.getByRole('button', { name: 'Remove the budget: Everybody together', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Removed.');
});
