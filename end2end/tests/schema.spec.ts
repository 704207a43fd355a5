// Forms with the input schemas of recorded models: every input has its control, and reaches the
// model with its type.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Easel, PICTURE, cancel, expect, expectAccessible, generate, open, prompt, result, status, test } from '../easel.ts';
import { Facade } from '../replicate.ts';

// One cog server, which runs one model at a time.
test.describe.configure({ mode: 'default' });

/** The label of an input, and its control with the initial value. */
type Row = { label: string } & (
  | { number: string }
  | { text: string }
  | { secret: true }
  | { options: string[]; chosen: string }
  | { on: boolean }
  | { accept: string; several?: true }
);

const CLASSIC: Row[] = [
  { label: 'Image', accept: 'image/*' },
  { label: 'Mask', accept: 'image/*' },
  { label: 'Negative prompt', text: '' },
  { label: 'Width', options: ['128', '256', '512', '768', '1024'], chosen: '768' },
  { label: 'Height', number: '768' },
  { label: 'Num outputs', options: ['1', '4'], chosen: '1' },
  { label: 'Scheduler', options: ['DDIM', 'DPMSolverMultistep', 'K_EULER', 'K_EULER_ANCESTRAL', 'PNDM', 'KLMS'], chosen: 'K_EULER' },
  { label: 'Steps', number: '50' },
  { label: 'Guidance', number: '7.5' },
  { label: 'Prompt Strength', number: '0.8' },
  { label: 'Seed', number: '' },
  { label: 'Refine', options: ['no_refiner', 'expert_ensemble_refiner', 'base_image_refiner'], chosen: 'no_refiner' },
  { label: 'High Noise Frac', number: '0.8' },
  { label: 'Refine Steps', number: '' },
  { label: 'Apply Watermark', on: true },
  { label: 'Lora Scale', number: '0.6' },
  { label: 'Replicate Weights', text: '' },
  { label: 'Disable Safety Checker', on: false },
];

const MODERN: Row[] = [
  { label: 'Image Input', accept: 'image/*', several: true },
  { label: 'Image', accept: 'image/png' },
  { label: 'Title', text: '' },
  { label: 'Aspect Ratio', options: ['match_input_image', '1:1', '16:9', '9:16'], chosen: 'match_input_image' },
  { label: 'Text Layout', text: 'left: the title\nright: nothing' },
  { label: 'Mood', options: ['', 'calm', 'wild'], chosen: '' },
  { label: 'Tags', text: '' },
  { label: 'Size', text: '768\n512' },
  { label: 'Guidance', number: '3.5' },
  { label: 'Options', text: '{"grain":0.5}' },
  { label: 'Seed', number: '' },
  { label: 'Megapixels', options: ['1', '0.25'], chosen: '1' },
  { label: 'Mode', options: ['ok', 'slow'], chosen: 'ok' },
  { label: 'Api Key', secret: true },
  { label: 'Background', text: '' },
  { label: 'Go Fast', on: true },
  { label: 'Output Quality', number: '80' },
];

const UPSCALER: Row[] = [
  { label: 'Image', accept: 'image/*' },
  { label: 'Scale', number: '4' },
  { label: 'Face Enhance', on: false },
  { label: 'Keep Alpha', on: false },
  { label: 'Version', options: ['v1.2', 'v1.3', 'v1.4'], chosen: 'v1.4' },
  { label: 'Lora Url', text: '' },
];

/** The rows of the cog server's own model. */
const PAINTER: Row[] = [
  { label: 'Image', accept: 'image/*' },
  { label: 'Negative prompt', text: '' },
  { label: 'Width', number: '64' },
  { label: 'Height', number: '64' },
  { label: 'Num Outputs', number: '1' },
  { label: 'Steps', number: '5' },
  { label: 'Step Seconds', number: '0.02' },
  { label: 'Guidance', number: '3.5' },
  { label: 'Seed', number: '' },
  { label: 'Output format', options: ['png', 'jpg', 'webp', 'svg'], chosen: 'png' },
  { label: 'Megapixels', options: ['1', '2', '4'], chosen: '1' },
  { label: 'Disable Safety Checker', on: false },
  { label: 'Mode', options: ['ok', 'fail', 'slow', 'crash'], chosen: 'ok' },
  { label: 'Progress', options: ['cr', 'nl', 'none'], chosen: 'cr' },
];

const TESTS = join(import.meta.dirname, '../../tests');
const MODELS = [
  { name: 'classic', rows: CLASSIC, schema: 'fixtures/replicate/classic.json' },
  { name: 'modern', rows: MODERN, schema: 'fixtures/replicate/modern.json' },
  { name: 'upscaler', rows: UPSCALER, schema: 'fixtures/replicate/upscaler.json' },
  { name: 'painter', rows: PAINTER, schema: 'peers/cog/.cog/openapi_schema.json' },
];

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

test.beforeEach(async ({ page, start }) => {
  easel = await start({
    ...facade.env,
    EASEL_MODELS: 'demo,replicate:easel/painter,replicate:easel/upscaler',
    // An address without a listener; the search continues without the Hub.
    HF_ENDPOINT: 'http://127.0.0.1:9',
  });
  await open(page, easel);
});

const model = (page: Page) => page.getByRole('combobox', { name: 'Model', exact: true });
/** The reference of the chosen model, as the form sends it. */
const reference = (page: Page) => page.locator('input[name=model]');
const settings = (page: Page) => page.getByRole('region', { name: 'Settings' });
const field = (page: Page, label: string) => settings(page).getByLabel(label, { exact: true });
const picture = (page: Page) => result(page).getByRole('img');

async function openSettings(page: Page) {
  if (!(await settings(page).isVisible())) await page.getByRole('button', { name: /^Settings/ }).click();
  await expect(settings(page)).toBeVisible();
}

/** Chooses a model that is not on offer, by its pasted URL. */
async function paste(page: Page, name: string) {
  await model(page).fill(`https://replicate.com/easel/${name}`);
  // Enter works before the list has arrived.
  await model(page).press('Enter');
  await expect(reference(page)).toHaveValue(`replicate:easel/${name}`);
}

/** Chooses a model and unfolds its advanced inputs. */
async function choose(page: Page, name: string) {
  if (name === 'painter' || name === 'upscaler') {
    await model(page).click();
    await page.getByRole('option', { name: `easel/${name}` }).click();
    await expect(reference(page)).toHaveValue(`replicate:easel/${name}`);
  } else {
    await paste(page, name);
  }
  await openSettings(page);
  await expect(field(page, 'Image')).toBeAttached();
  const more = settings(page).locator('summary', { hasText: 'Advanced' });
  if ((await more.count()) > 0) await more.click();
}

async function expectRow(page: Page, row: Row) {
  const named = { name: row.label, exact: true };
  if ('number' in row) {
    await expect(settings(page).getByRole('spinbutton', named)).toHaveValue(row.number);
  } else if ('text' in row) {
    await expect(settings(page).getByRole('textbox', named)).toHaveValue(row.text);
  } else if ('on' in row) {
    await expect(settings(page).getByRole('switch', named)).toBeChecked({ checked: row.on });
  } else if ('options' in row) {
    const choice = settings(page).getByRole('combobox', named);
    await expect(choice).toHaveValue(row.chosen);
    const values = choice.locator('option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    expect(await values, row.label).toEqual(row.options);
  } else if ('secret' in row) {
    await expect(field(page, row.label)).toHaveAttribute('type', 'password');
    await expect(field(page, row.label)).toHaveValue('');
  } else {
    await expect(field(page, row.label)).toHaveAttribute('type', 'file');
    await expect(field(page, row.label)).toHaveAttribute('accept', row.accept);
    await expect(field(page, row.label)).toHaveJSProperty('multiple', row.several ?? false);
  }
}

for (const { name, rows, schema } of MODELS) {
  test(`every input of a model has its control: ${name}`, async ({ page }) => {
    const { components } = JSON.parse(readFileSync(join(TESTS, schema), 'utf8'));
    const inputs = Object.keys(components.schemas.Input.properties).filter((input) => input !== 'prompt');
    expect(rows).toHaveLength(inputs.length);
    await choose(page, name);
    for (const row of rows) await expectRow(page, row);
    await expectAccessible(page);
  });
}

/** Presses Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator) {
  for (let presses = 0; presses < 150; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('it cannot be reached by Tab');
}

/** Replaces the text of a field by typing. */
async function type(page: Page, label: string, words: string) {
  await tabTo(page, field(page, label));
  await page.keyboard.press('ControlOrMeta+A');
  if (words) await page.keyboard.type(words);
  else await page.keyboard.press('Delete');
}

async function expectError(page: Page, label: string, words: string) {
  await expect(field(page, label)).toHaveAttribute('aria-invalid', 'true');
  await expect(field(page, label)).toHaveAccessibleDescription(words);
}

test('the keyboard alone fills a form, mends it and has everything sent as what it is', async ({ page }) => {
  test.slow();
  await tabTo(page, model(page));
  await page.keyboard.type('https://replicate.com/easel/modern');
  await expect(page.getByRole('option', { name: 'easel/modern' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(reference(page)).toHaveValue('replicate:easel/modern');
  await expect(model(page)).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: /^Settings/ }));
  await page.keyboard.press('Enter');
  await expect(field(page, 'Tags')).toBeVisible();
  await tabTo(page, prompt(page));
  await page.keyboard.type('a fox in the fog');
  await page.keyboard.press('Enter');
  await expectError(page, 'Title', 'Title is required.');
  await expect(cancel(page)).toHaveCount(0);

  for (const number of [1, 2]) {
    await tabTo(page, field(page, 'Address for Image Input'));
    await page.keyboard.type(`https://example.com/${number}.png`);
    await page.keyboard.press('Tab');
    await expect(page.getByText(`https://example.com/${number}.png`)).toBeVisible();
  }
  await type(page, 'Title', 'The fox');
  await expect(field(page, 'Title')).not.toHaveAttribute('aria-invalid', 'true');
  await tabTo(page, field(page, 'Aspect Ratio'));
  await page.keyboard.type('16');
  // Its default is deleted.
  await type(page, 'Text Layout', '');
  await tabTo(page, field(page, 'Mood'));
  await page.keyboard.type('wild');
  await type(page, 'Tags', 'fox\nmorning, fog');
  await type(page, 'Size', '640\n480');
  await type(page, 'Options', '{"grain": 0.25, "layers": ["sky"]}');
  await type(page, 'Seed', '7');
  await type(page, 'Api Key', 'k-recognisable');
  await type(page, 'Background', '128');
  await tabTo(page, page.locator('summary', { hasText: 'Advanced' }));
  await page.keyboard.press('Enter');
  await type(page, 'Guidance', '4');
  await tabTo(page, field(page, 'Megapixels'));
  await page.keyboard.type('0.25');
  await tabTo(page, field(page, 'Go Fast'));
  await page.keyboard.press('Space');
  await tabTo(page, field(page, 'Output Quality'));
  await page.keyboard.press('Enter');

  await expect(picture(page)).toHaveAccessibleName('a fox in the fog');
  expect(await facade.lastInput()).toEqual({
    prompt: 'a fox in the fog',
    image_input: ['https://example.com/1.png', 'https://example.com/2.png'],
    title: 'The fox',
    text_layout: '',
    aspect_ratio: '16:9',
    mood: 'wild',
    tags: ['fox', 'morning, fog'],
    size: [640, 480],
    options: { grain: 0.25, layers: ['sky'] },
    seed: 7,
    api_key: 'k-recognisable',
    background: 128,
    guidance: 4,
    megapixels: '0.25',
    go_fast: false,
  });
  expect(await page.content()).not.toContain('k-recognisable');
});

test('whole numbers stay whole numbers, and what nobody touched is not sent', async ({ page }) => {
  await choose(page, 'classic');
  await field(page, 'Width').selectOption('512');
  await field(page, 'Num outputs').selectOption('4');
  await field(page, 'Height').fill('256');
  await field(page, 'Prompt Strength').fill('1');
  await field(page, 'Apply Watermark').uncheck();
  // This model has a default prompt.
  await generate(page).click();
  await expect(picture(page)).toHaveAccessibleName('Made with easel/classic');
  expect(await facade.lastInput()).toEqual({
    width: 512,
    num_outputs: 4,
    height: 256,
    prompt_strength: 1,
    apply_watermark: false,
    seed: expect.any(Number),
  });
});

test('a default can be deleted, and what is empty is left to the model', async ({ page }) => {
  await choose(page, 'classic');
  await field(page, 'Guidance').focus();
  await page.keyboard.press('End');
  for (const _ of '7.5') await page.keyboard.press('Backspace');
  await expect(field(page, 'Guidance')).toHaveValue('');
  await page.keyboard.type('4');
  await expect(field(page, 'Guidance')).toHaveValue('4');
  await field(page, 'Height').fill('');
  await field(page, 'Replicate Weights').fill('weights');
  await field(page, 'Replicate Weights').fill('');
  await expect(field(page, 'Height')).toHaveValue('');
  await generate(page).click();
  await expect(picture(page)).toBeVisible();
  expect(await facade.lastInput()).toEqual({ guidance_scale: 4, seed: expect.any(Number) });
});

test('what does not fit is told at every input', async ({ page }) => {
  await choose(page, 'modern');
  const { create_requests } = (await facade.report()).seen;
  await prompt(page).fill('a fox');
  const dot = (name: string) => ({ name, mimeType: 'image/png', buffer: PICTURE });
  await field(page, 'Image Input').setInputFiles([dot('1.png'), dot('2.png'), dot('3.png')]);
  await expect(page.getByRole('button', { name: 'Remove' })).toHaveCount(3);
  for (const [label, words] of [
    ['Title', 'x'],
    ['Size', '640\nwide'],
    ['Options', '{"grain":'],
    ['Guidance', '11'],
    ['Seed', '1.5'],
    ['Output Quality', '101'],
  ]) {
    await field(page, label).fill(words);
  }
  await generate(page).click();
  await expectError(page, 'Image Input', 'Image Input takes at most 2 files.');
  await expectError(page, 'Title', 'Title needs at least 2 characters.');
  await expectError(page, 'Size', 'Size must be a list.');
  await expectError(page, 'Options', 'Options is not valid JSON.');
  await expectError(page, 'Guidance', 'Guidance must be from 0 to 10.');
  await expectError(page, 'Seed', 'Seed must be a whole number.');
  await expectError(page, 'Output Quality', 'Output Quality must be from 0 to 100.');
  await expectAccessible(page);
  await field(page, 'Title').fill('far too long for the space that it has');
  await generate(page).click();
  await expectError(page, 'Title', 'Title takes at most 20 characters.');
  expect((await facade.report()).seen.create_requests).toBe(create_requests);
});

test('a model without a prompt asks for its picture', async ({ page }) => {
  await choose(page, 'upscaler');
  await generate(page).click();
  await expectError(page, 'Image', 'Image is required.');
  await field(page, 'Image').setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: PICTURE });
  await expect(page.getByRole('button', { name: 'Remove' })).toHaveCount(1);
  await field(page, 'Lora Url').fill('https://example.com/fox.safetensors');
  await generate(page).click();
  await expect(picture(page)).toHaveAccessibleName('Made with easel/upscaler');
  expect(await facade.lastInput()).toEqual({
    image: `data:image/png;base64,${PICTURE.toString('base64')}`,
    keep_alpha: false,
    lora_url: 'https://example.com/fox.safetensors',
  });
});

test('a slow run of such a model is cancelled at the provider', async ({ page }) => {
  await choose(page, 'modern');
  await field(page, 'Title').fill('The fox');
  await field(page, 'Mode').selectOption('slow');
  await prompt(page).fill('a slow fox');
  await generate(page).click();
  await expect(status(page)).toContainText('step');
  await cancel(page).click();
  await expect(cancel(page)).toHaveCount(0);
  await expect(status(page)).toContainText('Cancelled');
  await expect.poll(async () => (await facade.report()).statuses.at(-1)).toBe('canceled');
});
