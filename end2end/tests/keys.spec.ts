// Provider keys, entered in the page: checked immediately, used without a restart, and removed.
import { expect, expectAccessible, generate, open, prompt, result, test } from '../easel.ts';
import { HuggingFace, TOKEN } from '../huggingface.ts';
import { expectToFit, phone } from '../people.ts';

test('a key is pasted, used and removed, and what happened says so', async ({ page, browser, start, endpoint, problems }) => {
  test.slow();
  const face = await HuggingFace.start(endpoint);
  const { HF_AUTH_KEY: _, ...env } = face.env;
  const easel = await start({ ...env, EASEL_MODELS: 'hf:acme/fox@fal-ai' });
  const bearers = () => [...face.hub.requests, ...face.router.requests].map(({ headers }) => headers.authorization);

  await open(page, easel);
  await page.getByRole('button', { name: 'Connections', exact: true }).click();
  await page.getByRole('link', { name: 'Keys of the providers', exact: true }).click();
  const key = page.getByLabel('New key of Hugging Face', { exact: true });
  const use = page.getByRole('button', { name: 'Use this key of Hugging Face', exact: true });
  await expect(page.getByRole('region', { name: 'Hugging Face' })).toContainText('No key yet');
  await expectAccessible(page);
  // A text that cannot be a key is rejected without a request.
  await key.fill('hf two words');
  await use.click();
  await expect(page.getByRole('alert')).toContainText('paste the whole key');
  await key.fill(`  ${TOKEN} `);
  await use.click();
  const told = page.getByRole('status');
  await expect(told).toContainText('The key of Hugging Face is in use from now on.');
  await expect(told).toContainText('Signed in as ada (PRO) with token “easel”, fine-grained.');
  await expect(page.getByRole('region', { name: 'Hugging Face' })).toContainText('entered here · Ready');
  expect(await page.content()).not.toContain(TOKEN);
  await expectAccessible(page);
  await expectToFit(page);

  // The key is used immediately.
  await page.goto(easel.address);
  await prompt(page).fill('a fox');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'a fox' })).toBeVisible({ timeout: 30_000 });
  expect(face.router.requests.some(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);

  // After its removal, on a phone in dark mode, it is not used any more.
  const [context, small] = await phone(browser, { colorScheme: 'dark' });
  await small.goto(`${easel.address}/connections`);
  await expectAccessible(small);
  await expectToFit(small);
  await small.getByRole('button', { name: 'Remove the key of Hugging Face', exact: true }).click();
  await expect(small.getByRole('status')).toContainText('was removed and is no longer used');
  const before = bearers().length;
  await page.goto(easel.address);
  await prompt(page).fill('a heron');
  await generate(page).click();
  // Without a token Hugging Face paints nothing.
  await expect(page.getByRole('alert').filter({ hasText: 'Hugging Face needs a key' })).toBeVisible();
  expect(bearers().length).toBeGreaterThan(before);
  expect(bearers().slice(before).every((bearer) => bearer === undefined)).toBe(true);

  await small.goto(`${easel.address}/happened`);
  await expect(small.getByText('entered a key of a provider: Hugging Face')).toBeVisible();
  await expect(small.getByText('removed a key of a provider: Hugging Face')).toBeVisible();
  await expect(small.getByText('started a generation: hf:acme/fox@fal-ai').first()).toBeVisible();
  await expectAccessible(small);
  await expectToFit(small);
  await context.close();
  expect(easel.log).not.toContain(TOKEN);
  expect(problems.splice(0).every((problem) => /status of 4\d\d /.test(problem))).toBe(true);
});
