// People with names, on a server that others can reach: the owner signs in by the printed link, others by invitations.
import type { Page } from '@playwright/test';
import { type Easel, expect, expectAccessible, generate, prompt, test } from '../easel.ts';
import { PASSWORD, comeIn, expectToFit, home, invite, make, ownersLink, phone } from '../people.ts';

const ELSEWHERE = { LEPTOS_SITE_ADDR: '0.0.0.0:0', EASEL_MODELS: 'demo', EASEL_DEMO_COLD_START: 'off' };

/** The gallery's pictures with this name, after a reload. */
async function inGallery(page: Page, easel: Easel, words: string) {
  await page.goto(home(easel));
  return page.getByRole('region', { name: 'Gallery' }).getByRole('img', { name: words });
}

/** Browsers list error responses; the page itself reports these. */
async function expectRefusals(problems: string[], statuses: number[]) {
  await expect.poll(() => problems.length).toBe(statuses.length);
  const told = problems.splice(0);
  statuses.forEach((status, at) => expect(told[at]).toContain(`status of ${status} `));
}

test('the owner comes by the printed link, invites by phone, and each has a gallery', async ({ page, browser, start, problems }) => {
  const easel = await start(ELSEWHERE);
  // Without a name nobody gets in, and the page says how to get the first one.
  await page.goto(home(easel));
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByText('Nobody owns this Easel yet.')).toBeVisible();
  await expectAccessible(page);

  await comeIn(page, await ownersLink(easel), 'Ana');
  await make(page, 'a lighthouse at dusk');
  const link = await invite(page, easel, 'maker');
  await expectAccessible(page);
  await expectToFit(page);

  const [context, other] = await phone(browser, { colorScheme: 'dark' });
  await comeIn(other, link, 'Bo');
  await make(other, 'a quiet harbour');
  await expect(await inGallery(other, easel, 'a quiet harbour')).toBeVisible();
  await expect(await inGallery(other, easel, 'a lighthouse at dusk')).toHaveCount(0);
  await expect(await inGallery(page, easel, 'a lighthouse at dusk')).toBeVisible();
  await expect(await inGallery(page, easel, 'a quiet harbour')).toHaveCount(0);
  // The account page, on a phone in dark mode.
  await other.getByRole('button', { name: 'Connections', exact: true }).click();
  await other.getByRole('link', { name: 'People', exact: true }).click();
  await expect(other.getByText('You are Bo, maker.')).toBeVisible();
  await expectAccessible(other);
  await expectToFit(other);

  // After signing out, signing in with the same name leads to the same gallery.
  await other.getByRole('button', { name: 'Sign out everywhere', exact: true }).click();
  await expect(other).toHaveURL(/\/sign-in$/);
  await expectAccessible(other);
  await expectToFit(other);
  await other.goto(home(easel));
  await expect(other).toHaveURL(/\/sign-in$/);
  await other.getByLabel('Name', { exact: true }).fill('bo');
  await other.getByLabel('Password', { exact: true }).fill('not that one');
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(other.getByRole('alert')).toHaveText('Name or password is wrong.');
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(await inGallery(other, easel, 'a quiet harbour')).toBeVisible();
  await context.close();

  // A link works for one person.
  await page.goto(link);
  await expect(page.getByText('This link no longer works')).toBeVisible();
  await expectRefusals(problems, [404]);
});

test('a viewer looks, and is told whom to ask', async ({ page, browser, start }) => {
  const easel = await start(ELSEWHERE);
  await comeIn(page, await ownersLink(easel), 'Ana');
  const [context, viewer] = await phone(browser);
  await comeIn(viewer, await invite(page, easel, 'viewer'), 'Vi');
  await expect(generate(viewer)).toBeEnabled();
  await prompt(viewer).fill('a fox');
  await generate(viewer).click();
  const alert = viewer.getByRole('alert').filter({ hasText: 'You may look here' });
  await expect(alert).toContainText('Ask the owner of this Easel to let you make pictures.');
  await expect(await inGallery(viewer, easel, 'a fox')).toHaveCount(0);

  // After the owner changes the role, it works.
  await page.goto(`${home(easel)}/people`);
  await page.getByLabel('Role of Vi', { exact: true }).selectOption('maker');
  await page.getByRole('button', { name: 'Set the role of Vi', exact: true }).click();
  await expectAccessible(page);
  await viewer.goto(home(easel));
  await make(viewer, 'a hare');
  await context.close();
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('coming in, signing out and the account work', async ({ page, start, problems }) => {
    const easel = await start(ELSEWHERE);
    await page.goto(await ownersLink(easel));
    await page.getByLabel('Name', { exact: true }).fill('Ana');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Come in', exact: true }).click();
    await expect(page.getByRole('alert')).toHaveText('A password has 10 to 200 characters.');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Come in', exact: true }).click();
    await expect(prompt(page)).toBeVisible();
    await page.goto(`${home(easel)}/people`);
    await page.getByRole('button', { name: /^Sign out of / }).click();
    await expect(page).toHaveURL(/\/sign-in$/);
    await page.goto(home(easel));
    await expect(page).toHaveURL(/\/sign-in$/);
    await expectRefusals(problems, [422]);
  });
});
