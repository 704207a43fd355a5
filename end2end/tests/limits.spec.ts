// Limits and keys of people's own: an owner decides about both in the page, with immediate effect.
import { choose, expect, expectAccessible, generate, prompt, result, test } from '../easel.ts';
import { HuggingFace, TOKEN } from '../huggingface.ts';
import { comeIn, expectToFit, home, invite, make, ownersLink, phone } from '../people.ts';

const ELSEWHERE = { LEPTOS_SITE_ADDR: '0.0.0.0:0', EASEL_MODELS: 'demo', EASEL_DEMO_COLD_START: 'off' };

test('an owner sets a limit by keyboard, and whoever reaches it is told why and until when', async ({ page, browser, start, problems }) => {
  test.slow();
  const easel = await start({ ...ELSEWHERE, EASEL_MAX_PER_DAY: '500' });
  await comeIn(page, await ownersLink(easel), 'Ana');
  const link = await invite(page, easel, 'maker');
  // Limits are reached from the studio.
  await page.goto(home(easel));
  await page.getByRole('button', { name: 'Connections', exact: true }).click();
  await page.getByRole('link', { name: 'Limits', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Limits', exact: true })).toBeVisible();
  await expectAccessible(page);
  const inAll = page.getByLabel('Begun on a day, by all together', { exact: true });
  await expect(inAll).toBeDisabled();
  await expect(inAll).toHaveAccessibleDescription('Set by EASEL_MAX_PER_DAY in the environment, which takes precedence: change it there.');

  // An invalid value is reported at its field, and typed values stay.
  await page.getByLabel('Under way at once, of one person', { exact: true }).focus();
  await page.keyboard.type('many');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('“Under way at once, of one person” must be a whole number from 1 to 100000. Nothing was saved.');
  const wrong = page.getByLabel('Under way at once, of one person', { exact: true });
  await expect(wrong).toBeFocused();
  await expect(wrong).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText('Saved. It applies from now on.');
  await expect(page.getByLabel('Begun within an hour, by one person', { exact: true })).toHaveValue('1');

  const [context, other] = await phone(browser, { colorScheme: 'dark' });
  await comeIn(other, link, 'Bo');
  await make(other, 'a quiet harbour');
  await prompt(other).fill('a fox');
  await generate(other).click();
  const alert = other.getByRole('alert').filter({ hasText: 'You have started as many generations within an hour as one person may here (1)' });
  await expect(alert).toContainText('Try again in 60 min. The owner of this Easel can raise it under “Limits”.');
  await expectAccessible(other);
  await expectToFit(other);
  await other.goto(`${home(easel)}/limits`);
  await expect(other.getByText('Only the owner of this Easel may do this.')).toBeVisible();

  // A raised limit takes effect immediately; also on a phone.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${home(easel)}/limits`);
  await expectToFit(page);
  await expectAccessible(page);
  await page.getByLabel('Begun within an hour, by one person', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Save limits', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Saved. It applies from now on.');
  await other.goto(home(easel));
  await make(other, 'a hare');
  await context.close();
  await page.goto(`${home(easel)}/happened`);
  await expect(page.getByText('changed a limit: an-hour 1')).toBeVisible();
  await expectToFit(page);
  await expectAccessible(page);
  expect(problems.splice(0).every((problem) => /status of 4(03|22|29) /.test(problem))).toBe(true);
});

test('a maker brings a key of their own, and makes pictures with it until they take it back', async ({ page, browser, start, endpoint, problems }) => {
  test.slow();
  const face = await HuggingFace.start(endpoint);
  const { HF_AUTH_KEY: _, HF_BILL_TO: __, ...env } = face.env;
  const easel = await start({ ...env, ...ELSEWHERE, EASEL_MODELS: '' });
  await comeIn(page, await ownersLink(easel), 'Ana');
  const link = await invite(page, easel, 'maker');
  await page.goto(`${home(easel)}/connections`);
  await page.getByLabel('People may bring keys of their own', { exact: true }).check();
  await page.getByRole('button', { name: 'Save choice', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Saved. It applies from now on.');
  await page.getByLabel('Model references', { exact: true }).fill('hf:acme/fox-lora');
  await page.getByRole('button', { name: 'Save models', exact: true }).click();
  await expect(page.getByRole('status')).toHaveText('Saved. It applies from now on.');
  await expectAccessible(page);
  await expectToFit(page);

  const [context, other] = await phone(browser);
  await comeIn(other, link, 'Bo');
  const run = async (words: string) => {
    await other.goto(home(easel));
    await expect(generate(other)).toBeEnabled();
    await prompt(other).fill(words);
    await generate(other).click();
  };
  // Without a key Hugging Face makes nothing.
  await run('a fox');
  await expect(other.getByRole('alert').filter({ hasText: 'Hugging Face needs a key' })).toBeVisible();
  await other.getByRole('button', { name: 'Connections', exact: true }).click();
  await other.getByRole('link', { name: 'Your own keys', exact: true }).click();
  await expectAccessible(other);
  await expectToFit(other);
  await other.getByRole('textbox', { name: 'Your own key of Hugging Face' }).fill(TOKEN);
  await other.getByRole('button', { name: 'Use this key of Hugging Face', exact: true }).click();
  await expect(other.getByRole('status')).toContainText('Your key of Hugging Face is used for your pictures from now on.');
  await expectAccessible(other);
  await run('a fox in the snow');
  await expect(result(other).getByRole('img', { name: 'a fox in the snow' })).toBeVisible({ timeout: 30_000 });
  const withKey = () => face.router.requests.filter(({ method, headers }) => method === 'POST' && headers.authorization);
  expect(withKey().map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`]);
  await other.goto(`${home(easel)}/money`);
  await expect(other.getByText('1 with a person’s own key, which no budget counts')).toBeVisible();

  // The owner has no key, and the other person's is not used.
  await page.goto(home(easel));
  await expect(generate(page)).toBeEnabled();
  await choose(page, 'hf:acme/fox-lora');
  await prompt(page).fill('a heron');
  await generate(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Hugging Face needs a key' })).toBeVisible();

  await other.goto(`${home(easel)}/connections`);
  await other.getByRole('button', { name: 'Remove the key of Hugging Face', exact: true }).click();
  await expect(other.getByRole('status')).toContainText('was removed and is no longer used');
  await run('a hare');
  await expect(other.getByRole('alert').filter({ hasText: 'Hugging Face needs a key' }).first()).toBeVisible();
  expect(withKey()).toHaveLength(1);
  await context.close();
  expect(problems.splice(0).every((problem) => /status of 4\d\d /.test(problem))).toBe(true);
});
