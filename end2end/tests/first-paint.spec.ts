// The page is visible before its WASM is loaded.
import type { Page } from '@playwright/test';
import { expect, test } from '../easel.ts';

// Opens the page and holds its WASM back until the returned function is called.
async function openWithoutWasm(page: Page, address: string) {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.addInitScript(() => {
    const alive = new Promise((resolve) => addEventListener('hydrate', () => resolve(true), { once: true }));
    Object.assign(window, { alive });
  });
  // The load event waits for the WASM.
  await page.goto(address, { waitUntil: 'commit' });
  return release;
}

test('the page is painted before its WASM is there', async ({ page, start }) => {
  const release = await openWithoutWasm(page, (await start()).address);
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length);
  await expect(page.getByRole('button', { name: 'Generate', exact: true })).toBeVisible();
  release();
  expect(await page.evaluate(() => (window as unknown as { alive: Promise<boolean> }).alive)).toBe(true);
});

test('a click before the page comes to life is not lost', async ({ page, start }) => {
  const release = await openWithoutWasm(page, (await start()).address);
  await page.getByRole('button', { name: 'Connections' }).click();
  release();
  await expect(page.getByRole('region', { name: 'Connections' })).toBeVisible();
});
