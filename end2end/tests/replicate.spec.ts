// A form made from a model's schema, run on a real cog server behind Replicate's wire protocol.
import type { Locator, Page } from '@playwright/test';
import { cancel, expect, open, PICTURE, prompt, result, status, test } from '../easel.ts';
import { Facade } from '../replicate.ts';

// One cog server, which runs one model at a time.
test.describe.configure({ mode: 'serial' });

let facade: Facade;

test.beforeAll(async () => {
  // The first start installs the cog server.
  test.setTimeout(180_000);
  facade = await Facade.start();
});

test.afterAll(async () => {
  await facade?.stop();
});

test.beforeEach(async ({ page, start }) => {
  await facade.switch({});
  await open(page, await start(facade.env));
  await page.getByRole('button', { name: /^Settings/ }).click();
  await expect(field(page, 'Width')).toBeVisible();
});

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const pictures = (page: Page) => result(page).getByRole('img');

/** Presses Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator) {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('it cannot be reached by Tab');
}

test('the keyboard alone fills the form, mends an error and generates', async ({ page }) => {
  const { creates } = (await facade.report()).seen;
  await tabTo(page, prompt(page));
  await page.keyboard.type('a striped fox');
  await tabTo(page, field(page, 'Width'));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  await expect(field(page, 'Width')).toHaveAttribute('aria-invalid', 'true');
  const told = await field(page, 'Width').getAttribute('aria-describedby');
  await expect(page.locator(`#${told}`)).toHaveText('Width must be from 16 to 512.');

  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('96');
  await expect(field(page, 'Width')).not.toHaveAttribute('aria-invalid', 'true');
  await tabTo(page, page.locator('summary', { hasText: 'Advanced' }));
  await page.keyboard.press('Enter');
  await tabTo(page, field(page, 'Output format'));
  await page.keyboard.type('webp');
  await tabTo(page, field(page, 'Disable Safety Checker'));
  await page.keyboard.press('Space');
  await tabTo(page, field(page, 'Megapixels'));
  await page.keyboard.type('2');
  await tabTo(page, field(page, 'Steps'));
  await page.keyboard.press('Enter');

  await expect(pictures(page)).toHaveAccessibleName('a striped fox');
  expect(await pictures(page).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96);
  expect((await facade.report()).seen.creates).toBe(creates + 1);
  expect(await facade.lastInput()).toEqual({
    prompt: 'a striped fox',
    width: 96,
    output_format: 'webp',
    megapixels: 2,
    disable_safety_checker: true,
    seed: expect.any(Number),
  });
});

test('a run is cancelled at the provider', async ({ page }) => {
  await prompt(page).fill('a slow fox');
  await field(page, 'Mode').selectOption('slow');
  await prompt(page).press('Enter');
  await expect(status(page)).toContainText('step');
  await cancel(page).click();
  await expect(cancel(page)).toHaveCount(0);
  await expect.poll(async () => (await facade.report()).statuses.at(-1)).toBe('canceled');
});

test('what the provider does not accept is marked', async ({ page }) => {
  await facade.switch({ create_status: 422, create_times: 1 });
  await prompt(page).fill('a refused fox');
  await prompt(page).press('Enter');
  await expect(field(page, 'Width')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('width does not suit this model', { exact: true })).toBeVisible();
  await field(page, 'Width').fill('64');
  await expect(field(page, 'Width')).not.toHaveAttribute('aria-invalid', 'true');
});

test('a rate limit is waited for in sight', async ({ page }) => {
  await facade.switch({ create_status: 429, create_times: 1, retry_after: 3 });
  await prompt(page).fill('a patient fox');
  await prompt(page).press('Enter');
  await expect(result(page)).toContainText("Waiting for Replicate's rate limit, 3 s.");
  await expect(pictures(page)).toHaveAccessibleName('a patient fox');
});

test('the example fills the form and can be taken back', async ({ page }) => {
  await page.getByRole('button', { name: 'Use the example' }).click();
  await expect(prompt(page)).toHaveValue('a striped fox');
  await expect(field(page, 'Width')).toHaveValue('96');
  await expect(field(page, 'Seed')).toHaveValue('42');
  await page.getByRole('button', { name: 'Reset all' }).click();
  await expect(field(page, 'Width')).toHaveValue('64');
  await field(page, 'Width').fill('80');
  await page.getByRole('button', { name: 'Reset all' }).click();
  await expect(field(page, 'Width')).toHaveValue('64');
});

test('a drawing is a picture, and its file a download', async ({ page }) => {
  await page.locator('summary', { hasText: 'Advanced' }).click();
  await field(page, 'Output format').selectOption('svg');
  await prompt(page).fill('a drawn fox');
  await prompt(page).press('Enter');
  const link = result(page).getByRole('link', { name: /\.svg$/ });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toMatch(/\.svg$/);
  await expect(pictures(page)).toHaveAccessibleName('a drawn fox');
});

test('a result becomes an input, and so does a file, a drop, a paste or an address', async ({ page, problems }) => {
  const remove = page.getByRole('button', { name: 'Remove' });
  await prompt(page).fill('a first fox');
  await prompt(page).press('Enter');
  await expect(pictures(page).first()).toHaveAccessibleName('a first fox');
  await page.getByRole('button', { name: 'Use as input' }).click();
  await expect(remove).toHaveCount(1);
  await prompt(page).fill('a second fox');
  await prompt(page).press('Enter');
  await expect(pictures(page).first()).toHaveAccessibleName('a second fox');
  expect((await facade.lastInput())?.image).toMatch(/^data:image\/png;base64,/);

  const dot = { name: 'dot.png', mimeType: 'image/png', buffer: PICTURE };
  const give = (kind: 'drop' | 'paste') =>
    page.locator('.files').evaluate(
      (zone, [kind, bytes]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], 'dot.png', { type: 'image/png' }));
        const event =
          kind === 'drop'
            ? new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent(kind, { clipboardData: transfer, bubbles: true });
        zone.dispatchEvent(event);
      },
      [kind, [...PICTURE]] as const,
    );
  // A picture that is dropped outside a field opens a dialog.
  const asked = async (kind: 'drop' | 'paste') => {
    await give(kind);
    await page.getByRole('dialog', { name: 'What is this picture for?' }).getByRole('button', { name: 'Use as input' }).click();
  };
  for (const bring of [() => field(page, 'Image').setInputFiles(dot), () => asked('drop'), () => asked('paste')]) {
    await remove.click();
    await expect(remove).toHaveCount(0);
    await bring();
    await expect(remove).toHaveCount(1);
  }

  await field(page, 'Image').setInputFiles({ ...dot, buffer: Buffer.from('<svg/>') });
  await expect(page.getByText('This is SVG, which few models read. Save it as PNG or JPEG, and add that.')).toBeVisible();
  expect(problems.splice(0)).toHaveLength(1);

  await field(page, 'Address for Image').fill('https://example.com/fox.png');
  await field(page, 'Address for Image').press('Tab');
  await expect(page.getByText('https://example.com/fox.png')).toBeVisible();
  await expect(remove).toHaveCount(1);
});
