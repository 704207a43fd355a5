// A real Gradio server, from the pasted URL to the picture.
import { type Page } from '@playwright/test';
import { cancel, expect, expectShown, generate, json, open, prompt, result, status, test } from '../easel.ts';
import { gradio } from '../gradio.ts';

const origin = gradio();

/** The reference of the chosen model, as the form sends it. */
const reference = (page: Page) => page.getByRole('form', { name: 'Request' }).locator('input[name=model]');
const settings = (page: Page) => page.getByRole('region', { name: 'Settings' });
const field = (page: Page, name: string) => settings(page).getByRole('spinbutton', { name });

/** Pastes the URL of an app into the model search, and chooses the offered option. */
async function paste(page: Page, address: string) {
  await page.getByRole('combobox', { name: 'Model', exact: true }).fill(address);
  await page.getByRole('option').filter({ hasText: 'Use as Gradio Space' }).click();
  if (!(await settings(page).isVisible())) await page.getByRole('button', { name: /^Settings/ }).click();
}

/** Keeps the app's only worker for `/slow` busy for this many seconds. */
async function occupy(seconds: number) {
  const call = `${origin()}/gradio_api/call/slow`;
  const body = JSON.stringify({ data: [seconds] });
  await fetch(call, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

test('an app is used by its pasted address', async ({ page, start }) => {
  const easel = await start({ EASEL_ALLOWED_ORIGINS: origin() });
  await open(page, easel);
  await paste(page, origin());
  await expect(reference(page)).toHaveValue(`space:${origin()}`);
  for (const name of ['Seed', 'Width', 'Height', 'Guidance', 'Steps']) {
    await expect(field(page, name)).toBeVisible();
  }

  await prompt(page).fill('a red boat');
  await field(page, 'Width').fill('96');
  await field(page, 'Steps').fill('10');
  await generate(page).click();
  await expectShown(page, /Denoising · step \d of 10/);
  const picture = result(page).getByRole('img', { name: 'a red boat' });
  await expect(picture).toBeVisible();
  const width = await picture.evaluate((image: HTMLImageElement) => image.naturalWidth);
  expect(width).toBe(96);
});

test('an app tells what it can do, and another endpoint is chosen', async ({ page, start }) => {
  const easel = await start({ EASEL_ALLOWED_ORIGINS: origin() });
  await open(page, easel);
  await paste(page, origin());
  await page.getByText('what it takes and gives').click();
  await expect(page.getByRole('table', { name: 'Inputs' }).getByRole('row', { name: 'Width' })).toContainText('64');
  await expect(page.getByRole('table', { name: 'Outputs' })).toContainText('Used seed');
  await page.getByRole('combobox', { name: 'Endpoint' }).selectOption('/run');
  await expect(reference(page)).toHaveValue(`space:${origin()}#/run`);
  // An open section stays open.
  await expect(page.getByRole('table', { name: 'Outputs' })).toContainText('Gallery');

  await prompt(page).fill('three dogs');
  await field(page, 'N').fill('3');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'three dogs (3 of 3)' })).toBeVisible();
});

test('places in the queue are told, and a cancel gives the place back', async ({ page, start }) => {
  const easel = await start({ EASEL_ALLOWED_ORIGINS: origin() });
  await open(page, easel);
  await paste(page, `${origin()}/#/slow`);
  await expect(field(page, 'N')).toBeVisible();
  // One job runs and one waits, so that Easel's is the second in the queue.
  await occupy(5);
  await occupy(4);
  await field(page, 'N').fill('60');
  await generate(page).click();
  await expect(status(page)).toContainText('2nd in the queue');
  await expect(status(page)).toContainText('1st in the queue', { timeout: 20_000 });
  await expect(status(page)).toContainText('Painting', { timeout: 20_000 });
  await cancel(page).click();
  await expect(status(page)).toContainText('Cancelled');

  // The worker is free: the next job runs immediately, and returns a text.
  await field(page, 'N').fill('0');
  await generate(page).click();
  await expect(result(page)).toContainText('slept 0', { timeout: 10_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('an app that is not allowed is refused with what to do', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  await paste(page, origin());
  await expect(settings(page).getByText('EASEL_ALLOWED_ORIGINS')).toContainText(origin());
  // Also below the prompt, because Settings may be closed.
  const reason = `This server may not contact ${origin()}.`;
  await expect(page.getByRole('form', { name: 'Request' }).getByText(reason)).toBeVisible();
});

test('a Space is duplicated, with the cost said before', async ({ page, start, endpoint }) => {
  const space = (id: string) => ({ id, host: origin(), sdk: 'gradio', runtime: { stage: 'RUNNING' } });
  let isCopied = false;
  const hub = await endpoint((request, response) => {
    const path = request.url ?? '';
    if (path === '/api/whoami-v2') json(response, 200, { name: 'me' });
    else if (path === '/api/spaces/owner/name') json(response, 200, space('owner/name'));
    else if (path === '/api/spaces/hardware') {
      json(response, 200, [{ name: 't4-small', unitCostMicroUSD: 6666, unitLabel: 'minute' }]);
    }
    else if (path === '/api/spaces/me/name' && isCopied) json(response, 200, space('me/name'));
    else if (path.endsWith('/duplicate')) {
      isCopied = true;
      json(response, 200, { url: 'https://huggingface.co/spaces/me/name' });
    } else json(response, 404, { error: 'Repository not found' });
  });
  const easel = await start({
    EASEL_ALLOWED_ORIGINS: origin(),
    EASEL_MODELS: 'space:owner/name',
    HF_ENDPOINT: hub.origin,
    HF_AUTH_KEY: 'hf_recognisabletoken',
  });
  await open(page, easel);
  await page.getByRole('button', { name: /^Settings/ }).click();
  await page.getByText('Space by owner · Gradio 6.31.0').click();
  await page.getByRole('button', { name: 'Duplicate this Space' }).click();
  const dialog = page.getByRole('dialog', { name: 'Duplicate owner/name' });
  await expect(dialog).toContainText('gets the hardware of the original');
  await dialog.getByRole('combobox', { name: 'Hardware' }).fill('t4-small');
  const sleep = dialog.getByRole('spinbutton', { name: 'Sleep after' });
  await sleep.fill('15');
  // The dialog shows the cost after each change.
  await sleep.press('Tab');
  await expect(dialog).toContainText('bills t4-small to your account by the hour');
  await expect(dialog).toContainText('15 min after its last use');
  expect(hub.posts).toBe(0);

  // A billed copy needs a maximum price from the person.
  await dialog.getByRole('button', { name: 'Duplicate', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('t4-small costs $0.40 an hour');
  expect(hub.posts).toBe(0);
  await dialog.getByRole('spinbutton', { name: 'What an hour may cost' }).fill('0.40');
  await dialog.getByRole('button', { name: 'Duplicate', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('The copy is running and is now chosen.');
  const [post] = hub.requests.filter((request) => request.method === 'POST');
  expect(JSON.parse(post.body)).toEqual({
    repository: 'me/name',
    private: true,
    hardware: 't4-small',
    sleepTimeSeconds: 900,
  });
  // The copy becomes the chosen model.
  await expect(reference(page)).toHaveValue('space:me/name');
});
