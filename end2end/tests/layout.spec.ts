// What lies where: rows of one height, boxes that keep their size, and nothing that covers or overflows.
import type { Locator, Page } from '@playwright/test';
import { type Answer, cancel, choose, expect, generate, json, open, png, PICTURE, prompt, result, test } from '../easel.ts';
import { fillGallery } from '../filled.ts';
import { picture } from '../picture.ts';

const WIDTHS = [320, 390, 768];

const DEMO = { EASEL_DEMO_COLD_START: 'off', EASEL_MODELS: 'demo' };

/** Answers when told to; models called `broken` fail at once. */
const onDemand = () => {
  const waiting = new Map<string, () => void>();
  const answer: Answer = (request, response, body) => {
    // Requests for the schema get a 404.
    if (request.method !== 'POST') return json(response, 404, {});
    if (request.url!.includes('broken')) return json(response, 500, { error: 'out of paint' });
    waiting.set(JSON.parse(body).inputs, () => png(response, PICTURE));
  };
  return { waiting, answer };
};

const serving = (origin: string) => ({
  ...DEMO,
  EASEL_ALLOWED_ORIGINS: origin,
  EASEL_MODELS: `hf:${origin}/models/x,hf:${origin}/models/broken,demo`,
});

const sizeTo = (page: Page, width: number) => page.setViewportSize({ width, height: width < 400 ? 640 : 900 });

/** The elements that lead beyond the sides of the window. */
const overflowing = (page: Page) =>
  page.evaluate(() => {
    const page = document.scrollingElement!;
    if (page.scrollWidth <= innerWidth) return [];
    const outside = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (right > innerWidth + 1 || left < -1);
    });
    return outside.map((element) => `${element.tagName}.${element.className}`).slice(0, 9);
  });

type Box = { x: number; y: number; width: number; height: number };

const boxes = (elements: Locator): Promise<Box[]> =>
  elements.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON()));

/** The boxes by the rows in which they lie. */
function rows(all: Box[]): Box[][] {
  const rows = new Map<number, Box[]>();
  for (const box of all) {
    const y = Math.round(box.y);
    rows.set(y, [...(rows.get(y) ?? []), box]);
  }
  return [...rows.values()];
}

function expectOneHeight(all: Box[]) {
  for (const row of rows(all)) {
    for (const { height } of row) expect(Math.abs(height - row[0].height)).toBeLessThan(1);
  }
}

/** What is at the middle of `control` is the control itself, within the window. */
async function expectUncovered(control: Locator) {
  const found = await control.evaluate((control) => {
    const { x, y, width, height, right, bottom } = control.getBoundingClientRect();
    const there = document.elementFromPoint(x + width / 2, y + height / 2);
    const isInside = x >= 0 && y >= 0 && right <= innerWidth && bottom <= innerHeight;
    return { isInside, isItself: control.contains(there), there: there?.outerHTML.slice(0, 200) };
  });
  expect(found).toMatchObject({ isInside: true, isItself: true });
}

async function setShape(page: Page, shape: string) {
  const settings = page.getByRole('region', { name: 'Settings' });
  if (!(await settings.isVisible())) await page.getByRole('button', { name: /^Settings/ }).click();
  const button = settings.getByRole('button', { name: shape, exact: true });
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
}

test('no page is wider than the window', async ({ page, start }) => {
  const origin = 'http://127.0.0.1:33149';
  const models = `demo,hf:${origin}/models/one-with-a-rather-long-name`;
  const easel = await start({ ...DEMO, EASEL_ALLOWED_ORIGINS: origin, EASEL_MODELS: models });
  await open(page, easel);
  await fillGallery(page, easel, 9, [
    { bytes: picture(120, 60, 1), width: 120, height: 60 },
    { bytes: picture(60, 100, 2), width: 60, height: 100 },
    { bytes: picture(80, 80, 3), width: 80, height: 80 },
  ]);
  await page.reload();
  const first = page.getByRole('region', { name: 'Gallery' }).getByRole('link').first();
  const ofPicture = await first.getAttribute('href');
  const paths = ['/', '/connections', '/keys', '/money', '/limits', '/happened', '/series', '/shortcuts', '/session', '/offline', '/sign-in'];
  for (const path of [...paths, ofPicture!]) {
    await page.goto(easel.address + path);
    for (const width of WIDTHS) {
      await sizeTo(page, width);
      expect(await overflowing(page), `${path} at ${width}`).toEqual([]);
    }
  }
});

test('nothing in the sheets is cut off', async ({ page, start }) => {
  const easel = await start(DEMO);
  await open(page, easel);
  const cutOff = (sheet: Locator) => sheet.evaluate((sheet) => sheet.scrollWidth - sheet.clientWidth);
  for (const width of WIDTHS) {
    await sizeTo(page, width);
    for (const name of ['Settings', 'Connections']) {
      await page.getByRole('button', { name: new RegExp(`^${name}`) }).first().click();
      const sheet = page.getByRole('region', { name, exact: true });
      await expect(sheet).toBeVisible();
      for (const folded of await sheet.locator('details:not([open]) > summary').all()) await folded.click();
      expect(await cutOff(sheet), `${name} at ${width}`).toBe(0);
      const lost = await sheet.evaluate((sheet) => {
        const { left, right } = sheet.getBoundingClientRect();
        const { paddingLeft, paddingRight } = getComputedStyle(sheet);
        const controls = [...sheet.querySelectorAll('label, input, select, button, small')];
        // The buttons of the head reach into the padding.
        const shown = controls.filter((one) => !one.matches('.visually-hidden, .chip--quiet') && one.checkVisibility());
        return shown.filter((one) => {
          const box = one.getBoundingClientRect();
          return box.left < left + parseFloat(paddingLeft) - 1 || box.right > right - parseFloat(paddingRight) + 1;
        }).map((one) => one.outerHTML.slice(0, 120));
      });
      expect(lost, `${name} at ${width}`).toEqual([]);
      await sheet.locator('[popovertargetaction="hide"]').click();
      await expect(sheet).toBeHidden();
    }
  }
});

test('the cards of a row are as high as each other, whatever their shapes', async ({ page, start }) => {
  // It paints fifteen pictures.
  test.setTimeout(240_000);
  const easel = await start(DEMO);
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page, easel);
  for (const [shape, count] of [['1:1', '1'], ['16:9', '1'], ['9:16', '1'], ['4:3', '8'], ['1:1', '4']]) {
    await setShape(page, shape);
    await page.getByRole('combobox', { name: 'Number of pictures' }).selectOption(count);
    await prompt(page).fill(`${shape} × ${count}`);
    await generate(page).click();
    await expect(cancel(page)).toHaveCount(0, { timeout: 60_000 });
  }
  await expect(result(page).getByRole('article')).toHaveCount(5);
  const members = result(page).locator('.card__members');
  for (const width of [1440, 1280, 768, 390, 320]) {
    await sizeTo(page, width);
    const all = await boxes(members);
    expectOneHeight(all);
    // Several pictures of one prompt are no higher than the others of their row.
    if (width > 768) expect(rows(all).some((row) => row.length > 1)).toBe(true);
    for (const card of await members.all()) expectOneHeight(await boxes(card.locator('.generation__box')));
    expect(await overflowing(page)).toEqual([]);
  }
});

test('the tiles of a row are as high as each other, and show whole pictures', async ({ page, start }) => {
  const easel = await start(DEMO);
  await page.setViewportSize({ width: 1280, height: 900 });
  await open(page, easel);
  const sizes = [[120, 60], [60, 100], [80, 80], [90, 60]];
  await fillGallery(page, easel, 20, sizes.map(([width, height], number) => ({ bytes: picture(width, height, number), width, height })));
  await page.reload();
  const tiles = page.getByRole('region', { name: 'Gallery' }).getByRole('listitem');
  await expect(tiles).toHaveCount(20);
  for (const width of [1280, 768, 390, 320]) {
    await sizeTo(page, width);
    const all = await boxes(tiles);
    expectOneHeight(all);
    const ratios = all.map(({ width, height }) => width / height);
    const [narrow, wide] = [Math.min(...ratios), Math.max(...ratios)];
    expect([narrow, wide]).toEqual([expect.closeTo(0.6, 1), expect.closeTo(2, 1)]);
    // All rows but the last end where the wall ends.
    const ends = rows(all).slice(0, -1).map((row) => Math.max(...row.map(({ x, width }) => x + width)));
    for (const end of ends) expect(Math.abs(end - Math.max(...ends))).toBeLessThan(1);
  }
});

test('a card keeps its box when its picture comes', async ({ page, start, endpoint }) => {
  const { waiting, answer } = onDemand();
  const stub = await endpoint(answer);
  await open(page, await start(serving(stub.origin)));
  for (const name of ['a red fox', 'a green heron']) {
    await prompt(page).fill(name);
    await generate(page).click();
    await expect(page.getByRole('article', { name })).toBeVisible();
  }
  await expect.poll(() => waiting.size).toBe(2);
  const card = page.getByRole('article', { name: 'a red fox' });
  const before = await boxes(card.or(card.locator('.generation__box')));
  // A picture of quite another shape than the box.
  waiting.get('a red fox')!();
  await expect(card.getByRole('img', { name: 'a red fox' })).toBeVisible();
  expect(await boxes(card.or(card.locator('.generation__box')))).toEqual(before);
  waiting.get('a green heron')!();
});

test('a failure is a line with its buttons', async ({ page, start, endpoint }) => {
  const { waiting, answer } = onDemand();
  const stub = await endpoint(answer);
  await open(page, await start(serving(stub.origin)));
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => waiting.size).toBe(1);
  await choose(page, `hf:${stub.origin}/models/broken`);
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue(/broken/);
  await prompt(page).fill('a green heron');
  await generate(page).click();
  const failed = page.getByRole('article', { name: 'a green heron' });
  await expect(failed.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(failed).toContainText('out of paint');
  for (const [width, most] of [[1280, 90], [768, 120], [390, 220]]) {
    await sizeTo(page, width);
    const [{ height }] = await boxes(failed);
    expect(height).toBeLessThan(most);
  }
  waiting.get('a red fox')!();
});

test('nothing covers Generate, nor the buttons of a card', async ({ page, start, endpoint }) => {
  const { waiting, answer } = onDemand();
  const stub = await endpoint(answer);
  await page.clock.install();
  const easel = await start({ ...serving(stub.origin), HF_AUTH_KEY: 'hf_' + 'a'.repeat(34) });
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => waiting.size).toBe(1);
  await page.clock.fastForward(21_000);
  const question = page.getByRole('group', { name: 'This takes a while.' });
  await expect(question).toBeVisible();
  // A message with Undo, as a deletion leaves it.
  await page.locator('.toasts').last().evaluate((place) => {
    place.innerHTML = '<div class="toast"><p>The picture was deleted.</p><button class="toast__undo">Undo</button></div>';
  });
  await page.locator('#cost').evaluate((place) => {
    place.textContent = 'This model is cold, usually 38 s · ≈ 0.012 USD · more than is left of the budget';
  });
  for (const width of [320, 390, 768, 1280, 1440]) {
    await sizeTo(page, width);
    await page.evaluate(() => scrollTo(0, 0));
    await expectUncovered(generate(page));
    await expectUncovered(cancel(page));
    await expectUncovered(page.getByRole('button', { name: 'Undo' }));
    expect(await overflowing(page), String(width)).toEqual([]);
    // Two rows of buttons, and the estimate below them.
    const { height } = (await generate(page).locator('xpath=ancestor::*[@class="composer__bar"]').boundingBox())!;
    expect(height, String(width)).toBeLessThan(140);
  }
  waiting.get('a red fox')!();
});

test('on a phone the head of the wall is one row, and so few are those of a selection', async ({ page, start }) => {
  const easel = await start(DEMO);
  await open(page, easel);
  await fillGallery(page, easel, 3, [{ bytes: picture(80, 80, 1), width: 80, height: 80 }]);
  await page.reload();
  const gallery = page.getByRole('region', { name: 'Gallery' });
  await expect(gallery.getByRole('listitem')).toHaveCount(3);
  await gallery.getByRole('button', { name: 'Select', exact: true }).click();
  await gallery.getByRole('checkbox', { name: 'Select picture 0' }).check();
  for (const [width, head, bar] of [[320, 60, 125], [390, 60, 125], [768, 60, 125], [1280, 60, 70]]) {
    await sizeTo(page, width);
    expect((await boxes(gallery.getByRole('search')))[0].height, String(width)).toBeLessThan(head);
    expect((await boxes(gallery.getByRole('form', { name: 'Selection' })))[0].height, String(width)).toBeLessThan(bar);
    for (const name of ['Star', 'Download zip', 'Delete', 'End selection']) {
      await expectUncovered(gallery.getByRole('form', { name: 'Selection' }).getByRole('button', { name, exact: true }));
    }
    expect(await overflowing(page)).toEqual([]);
  }
});
