// The page is there before its WASM is.
import { expect, test } from '../easel.ts';

test('the first frame is painted before the page comes to life', async ({ page, start }) => {
  const easel = await start();
  await page.addInitScript(() =>
    addEventListener('hydrate', () => Object.assign(window, { hydratedAt: performance.now() })),
  );
  await page.goto(easel.address);
  await page.waitForFunction(() => 'hydratedAt' in window);
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length);
  const [painted, hydrated] = await page.evaluate(() => [
    performance.getEntriesByName('first-contentful-paint')[0].startTime,
    (window as unknown as { hydratedAt: number }).hydratedAt,
  ]);
  expect(painted).toBeLessThanOrEqual(hydrated);
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
