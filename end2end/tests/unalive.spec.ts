// A browser without WebAssembly, as in Lockdown Mode, and a proxy's policy that forbids it.
import { type Page } from '@playwright/test';
import { expect, generate, prompt, test } from '../easel.ts';

const said = (page: Page) => page.getByRole('alert').filter({ hasText: 'WebAssembly' });

test('without WebAssembly the page says so, and makes pictures as a plain form', async ({ page, start, problems }) => {
  const easel = await start({ EASEL_DEMO_COLD_START: 'off' });
  await page.addInitScript(() => Reflect.deleteProperty(window, 'WebAssembly'));
  await page.goto(easel.address);
  await expect(said(page)).toBeVisible();
  await prompt(page).fill('a fox');
  await generate(page).click();
  await expect(page.getByRole('img', { name: 'a fox' }).first()).toBeVisible();
  // The browser itself logs the same error.
  problems.length = 0;
});

test('a policy that forbids it is told in the same way', async ({ page, start, problems }) => {
  const easel = await start();
  await page.route(`${easel.address}/`, async (route) => {
    const answer = await route.fetch();
    const policy = answer.headers()['content-security-policy'];
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': `${policy}, default-src 'self'` } });
  });
  await page.goto(easel.address);
  await expect(said(page)).toBeVisible();
  problems.length = 0;
});

for (const [what, files, answer] of [
  ['is not there', '**/*.wasm', { status: 404 }],
  ['is cut', '**/*.wasm', { contentType: 'application/wasm', body: Buffer.from([0, 97, 115, 109, 1, 0, 0, 0, 1]) }],
  ['cannot be loaded', '**/pkg/*.js', { status: 502, body: 'Bad Gateway' }],
] as const) {
  test(`a page whose code ${what} says so, and makes pictures as a plain form`, async ({ page, start, problems }) => {
    const easel = await start({ EASEL_DEMO_COLD_START: 'off' });
    await page.route(files, (route) => route.fulfill(answer));
    await page.goto(easel.address);
    await expect(said(page)).toBeVisible();
    await prompt(page).fill('a fox');
    await generate(page).click();
    await expect(page.getByRole('img', { name: 'a fox' }).first()).toBeVisible();
    problems.length = 0;
  });
}

test('a page that comes to life does not say so', async ({ page, start }) => {
  const easel = await start();
  await page.goto(easel.address);
  await expect(prompt(page)).toBeVisible();
  await expect(said(page)).toBeHidden();
});
