// The page is there before its WASM is.
import { expect, test } from '../easel.ts';

test('the page is painted before its WASM is there', async ({ page, start }) => {
  const easel = await start();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  // Its load event waits for the WASM, which is held.
  await page.goto(easel.address, { waitUntil: 'commit' });
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length);
  await expect(page.getByRole('button', { name: 'Generate', exact: true })).toBeVisible();
  const comesToLife = page.evaluate(
    () => new Promise((resolve) => addEventListener('hydrate', () => resolve(true), { once: true })),
  );
  release();
  expect(await comesToLife).toBe(true);
});

test('a click before the page comes to life is not lost', async ({ page, start }) => {
  const easel = await start();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  // Its load event waits for the WASM, which is held.
  await page.goto(easel.address, { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Connections' }).click();
  release();
  await expect(page.getByRole('region', { name: 'Connections' })).toBeVisible();
});
