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
  await comeIn(viewer, await invite(page, easel, 'maker'), 'Vi');
  await make(viewer, 'a fox');
  const setRole = async (role: string) => {
    await page.goto(`${home(easel)}/people`);
    await page.getByLabel('Role of Vi', { exact: true }).selectOption(role);
    await page.getByRole('button', { name: 'Set the role of Vi', exact: true }).click();
    await expect(page.getByLabel('Role of Vi', { exact: true })).toHaveValue(role);
  };
  await setRole('viewer');

  // In a tab of its own, which has no cards of before.
  const looking = await context.newPage();
  const gallery = await inGallery(looking, easel, 'a fox');
  await expect(looking.getByText('You can look at pictures here; ask an owner')).toBeVisible();
  await expect(prompt(looking)).toHaveCount(0);
  await expect(generate(looking)).toHaveCount(0);
  await expect(looking.getByRole('button', { name: 'Star a fox', exact: false })).toHaveCount(0);
  await expectAccessible(looking);
  await expectToFit(looking);
  await gallery.click();
  const dialog = looking.getByRole('dialog');
  await expect(dialog.getByRole('link', { name: 'Download' })).toBeVisible();
  for (const name of ['More like this', 'Edit and run', 'Delete', 'Star', 'Same seed']) {
    await expect(dialog.getByRole('button', { name })).toHaveCount(0);
  }
  await looking.keyboard.press('Escape');
  await looking.getByRole('button', { name: 'Select', exact: true }).click();
  await looking.getByRole('checkbox', { name: 'Select a fox', exact: false }).check();
  await expect(looking.getByRole('button', { name: 'Delete', exact: true })).toHaveCount(0);
  await expect(looking.getByRole('button', { name: 'Download', exact: false }).first()).toBeVisible();

  // After the owner changes the role, it works.
  await setRole('maker');
  await expectAccessible(page);
  await viewer.goto(home(easel));
  await make(viewer, 'a hare');
  await context.close();
});

test('what is not on offer is said where it is looked up', async ({ page, browser, start }) => {
  const easel = await start(ELSEWHERE);
  await comeIn(page, await ownersLink(easel), 'Ana');
  const [context, maker] = await phone(browser);
  await comeIn(maker, await invite(page, easel, 'maker'), 'Bo');
  await expect(generate(maker)).toBeEnabled();
  const model = maker.getByRole('combobox', { name: 'Model', exact: true });
  await model.fill('hf:a/b');
  await expect(maker.getByText('It is not on offer here.')).toBeVisible();
  await model.press('Enter');
  // Also with Settings closed.
  await expect(maker.getByText('hf:a/b cannot be run here. Choose another model.')).toBeVisible();
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
