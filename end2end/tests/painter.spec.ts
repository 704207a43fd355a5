// The mask painter: strokes over a picture, by mouse, touch and keyboard, reach the model as a
// black and white picture.
import type { Page } from '@playwright/test';
import { type Easel, expect, expectAccessible, generate, open, prompt, result, test } from '../easel.ts';
import { picture } from '../picture.ts';
import { Facade } from '../replicate.ts';

// One cog server, which runs one model at a time.
test.describe.configure({ mode: 'default' });

let facade: Facade;
let easel: Easel;

test.beforeAll(async () => {
  // The first start installs the cog server.
  test.setTimeout(180_000);
  facade = await Facade.start();
});

test.afterAll(async () => {
  await facade?.stop();
});

const PHOTO = { name: 'photo.png', mimeType: 'image/png', buffer: picture(200, 100, 1) };

const settings = (page: Page) => page.getByRole('region', { name: 'Settings' });
const field = (page: Page, label: string) => settings(page).getByLabel(label, { exact: true });
const painter = (page: Page) => page.getByRole('dialog', { name: 'Paint: Mask' });
const canvas = (page: Page) => painter(page).getByRole('application', { name: 'Mask' });
const opener = (page: Page) => settings(page).getByRole('button', { name: 'Paint a mask' });

test.beforeEach(async ({ page, start }) => {
  easel = await start({ ...facade.env, HF_ENDPOINT: 'http://127.0.0.1:9' });
  await open(page, easel);
  await page.getByRole('combobox', { name: 'Model', exact: true }).fill('https://replicate.com/easel/classic');
  await page.getByRole('combobox', { name: 'Model', exact: true }).press('Enter');
  await expect(page.locator('input[name=model]')).toHaveValue('replicate:easel/classic');
  if (!(await settings(page).isVisible())) await page.getByRole('button', { name: /^Settings/ }).click();
});

/** Sets the picture and opens the painter over it. */
async function openPainter(page: Page) {
  await field(page, 'Image').setInputFiles(PHOTO);
  await opener(page).click();
  await expect(painter(page)).toHaveAttribute('aria-busy', 'false');
}

/** Paints a line with the mouse; positions are fractions of the picture's size. */
async function paint(page: Page, from: [number, number], to: [number, number]) {
  const box = (await canvas(page).boundingBox())!;
  await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1]);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1], { steps: 5 });
  await page.mouse.up();
}

/** The mask that the model received: its size, all its colours, and those at these positions. */
async function looks(page: Page, places: [number, number][]) {
  const { mask } = (await facade.lastInput()) as { mask: string };
  expect(mask).toMatch(/^data:image\/png;base64,/);
  return page.evaluate(
    async ({ base64, places }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const drawing = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height }).getContext('2d')!;
      drawing.drawImage(image, 0, 0);
      const { data } = drawing.getImageData(0, 0, image.width, image.height);
      const colours = new Set<string>();
      for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 4).join());
      const at = places.map(([x, y]) => drawing.getImageData(x * image.width, y * image.height, 1, 1).data[0]);
      return { size: [image.width, image.height], colours: [...colours].sort(), at };
    },
    { base64: mask.split(',')[1], places },
  );
}

test('a mask is painted, sent in black and white, and gone on with', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await expect(settings(page)).toContainText('Choose the picture first');
  await field(page, 'Image').setInputFiles(PHOTO);
  await expect(opener(page)).toBeVisible();
  // The painter's files are not loaded before it is opened.
  expect(loaded.filter((path) => path.includes('painter'))).toEqual([]);
  await opener(page).click();
  await expect(painter(page)).toHaveAttribute('aria-busy', 'false');
  await expect(canvas(page)).toBeFocused();
  await expectAccessible(page);

  await painter(page).getByRole('button', { name: 'Use mask' }).click();
  await expect(painter(page).getByRole('status')).toHaveText('Nothing is painted yet.');
  await paint(page, [0.2, 0.5], [0.4, 0.5]);
  await paint(page, [0.8, 0.2], [0.8, 0.8]);
  await painter(page).getByRole('button', { name: 'Undo' }).click();
  await expect(painter(page).getByRole('status')).toContainText('Undone.');
  await painter(page).getByText('Eraser', { exact: true }).click();
  await paint(page, [0.4, 0.4], [0.4, 0.6]);
  await painter(page).getByRole('button', { name: 'Use mask' }).click();
  await expect(painter(page)).toHaveCount(0);
  await expect(settings(page).getByRole('button', { name: 'Paint on the mask' })).toBeFocused();

  await prompt(page).fill('a fox');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'a fox' })).toBeVisible();
  const first = await looks(page, [[0.25, 0.5], [0.4, 0.5], [0.8, 0.5], [0, 0]]);
  expect(first).toEqual({ size: [200, 100], colours: ['0,0,0,255', '255,255,255,255'], at: [255, 0, 0, 0] });

  // The mask survives a reload and can be continued.
  await page.reload();
  await settings(page).getByRole('button', { name: 'Paint on the mask' }).click();
  await expect(painter(page)).toHaveAttribute('aria-busy', 'false');
  await paint(page, [0.8, 0.2], [0.8, 0.8]);
  await painter(page).getByRole('button', { name: 'Use mask' }).click();
  await expect(painter(page)).toHaveCount(0);
  await expect.poll(() => settings(page).locator('img').count()).toBe(2);
  await prompt(page).fill('another fox');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'another fox' })).toBeVisible();
  expect((await looks(page, [[0.25, 0.5], [0.4, 0.5], [0.8, 0.5]])).at).toEqual([255, 0, 255]);
});

test('the keyboard alone paints', async ({ page }) => {
  await field(page, 'Image').setInputFiles(PHOTO);
  await opener(page).focus();
  await page.keyboard.press('Enter');
  await expect(painter(page)).toHaveAttribute('aria-busy', 'false');
  await expect(canvas(page)).toBeFocused();
  const said = painter(page).getByRole('status');
  // The brush starts in the middle.
  await page.keyboard.press('Space');
  await expect(said).toHaveText('The brush is down.');
  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Space');
  await expect(said).toHaveText(/^\d+ % painted\.$/);
  await page.keyboard.press('Control+z');
  await expect(said).toHaveText('Undone. 0 % painted.');
  await page.keyboard.press(']');
  await page.keyboard.press('Space');
  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await painter(page).getByRole('button', { name: 'Use mask' }).focus();
  await page.keyboard.press('Enter');
  await expect(painter(page)).toHaveCount(0);
  await expect(settings(page).getByRole('button', { name: 'Paint on the mask' })).toBeFocused();
  await prompt(page).fill('a fox');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'a fox' })).toBeVisible();
  expect((await looks(page, [[0.6, 0.5], [0.2, 0.5]])).at).toEqual([255, 0]);
});

test('Escape leaves everything as it was, and a mask goes with its picture', async ({ page }) => {
  await openPainter(page);
  await paint(page, [0.2, 0.5], [0.4, 0.5]);
  await page.keyboard.press('Escape');
  await expect(painter(page)).toHaveCount(0);
  await expect(opener(page)).toBeFocused();

  await opener(page).click();
  await expect(painter(page)).toHaveAttribute('aria-busy', 'false');
  await paint(page, [0.2, 0.5], [0.4, 0.5]);
  await painter(page).getByRole('button', { name: 'Clear' }).click();
  await expect(painter(page).getByRole('status')).toHaveText('Nothing is painted now.');
  await paint(page, [0.2, 0.5], [0.4, 0.5]);
  await painter(page).getByRole('button', { name: 'Use mask' }).click();
  await expect(settings(page).getByRole('button', { name: 'Paint on the mask' })).toBeVisible();
  // Another picture needs another mask.
  await field(page, 'Image').setInputFiles({ ...PHOTO, buffer: picture(100, 100, 2) });
  await expect(opener(page)).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 640 }, hasTouch: true });

  test('a finger paints', async ({ page }) => {
    await openPainter(page);
    const box = (await canvas(page).boundingBox())!;
    // The whole canvas is visible.
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(360);
    for (const name of ['Undo', 'Clear', 'Cancel', 'Use mask']) {
      await expect(painter(page).getByRole('button', { name })).toBeInViewport();
    }
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await expect(painter(page).getByRole('status')).toHaveText(/^(< 1|[1-9]\d*) % painted\.$/);
    await painter(page).getByRole('button', { name: 'Use mask' }).tap();
    await expect(painter(page)).toHaveCount(0);
    await page.getByRole('button', { name: 'Close settings' }).tap();
    await prompt(page).fill('a fox');
    await generate(page).tap();
    await expect(result(page).getByRole('img', { name: 'a fox' })).toBeVisible();
    expect((await looks(page, [[0.5, 0.5], [0.1, 0.1]])).at).toEqual([255, 0]);
  });
});
