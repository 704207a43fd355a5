import { type Answer, bytesOf, cancel, choose, expect, expectShown, generate, json, open, PICTURE, png, prompt, result, status, test } from '../easel.ts';

/** Reports this many times that the model is loading, then sends the picture. */
const loadingThenPicture = (times: number): Answer => {
  let left = times;
  return (_, response) => {
    if (left > 0) {
      left -= 1;
      json(response, 503, { error: 'Model x is currently loading', estimated_time: 1 });
    } else {
      png(response, PICTURE);
    }
  };
};

const serving = (origin: string, more: Record<string, string> = {}) => ({
  EASEL_ALLOWED_ORIGINS: origin,
  EASEL_MODELS: `hf:${origin}/models/x`,
  ...more,
});

test('a model that loads is asked again until its picture is there', async ({ page, start, endpoint }) => {
  const stub = await endpoint(loadingThenPicture(3));
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expectShown(page, /Loading the model · try 1 of 20/);
  await expectShown(page, /try 2 of 20\s*\d s left/);
  await expectShown(page, /try 3 of 20/);
  const picture = result(page).getByRole('img', { name: 'a red fox' });
  await expect(picture).toBeVisible();
  expect(stub.posts).toBe(4);
  expect((await bytesOf(page, 'a red fox')).equals(PICTURE)).toBe(true);
  expect(JSON.parse(stub.requests[0].body).inputs).toBe('a red fox');
});

test('after 20 retries it says so, and Generate works again', async ({ page, start, endpoint }) => {
  test.setTimeout(90_000);
  const stub = await endpoint(loadingThenPicture(1000));
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(page.getByRole('alert')).toContainText('still loading after 20 tries', { timeout: 60_000 });
  expect(stub.posts).toBe(21);
  await result(page).getByRole('button', { name: 'Try again' }).click();
  await expect(result(page)).toContainText('try 1 of 20');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await cancel(page).click();
});

test('a cancel while it waits makes no further request', async ({ page, start, endpoint }) => {
  const stub = await endpoint(loadingThenPicture(1));
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(result(page)).toContainText('try 1 of 20');
  await cancel(page).click();
  await expect(status(page)).toContainText('Cancelled');
  await expect(cancel(page)).toHaveCount(0);
  // The second generation waits longer than the cancelled sleep of the first.
  await generate(page).click();
  await expect(result(page).getByRole('img')).toBeVisible();
  expect(stub.posts).toBe(2);
});

test('a cancel while it runs closes the connection upstream', async ({ page, start, endpoint }) => {
  const stub = await endpoint(() => {});
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => stub.posts).toBe(1);
  await cancel(page).click();
  await expect.poll(() => stub.closed, { timeout: 1_000, intervals: [50] }).toBe(1);
  await expect(status(page)).toContainText('Cancelled');
});

test('an error says what happened and what to do', async ({ page, start, endpoint }) => {
  const stub = await endpoint((_, response) => json(response, 401, { error: 'Invalid username or password.' }));
  const easel = await start(serving(stub.origin, { HF_AUTH_KEY: 'hf_recognisabletoken' }));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('does not accept the key in HF_AUTH_KEY');
  await expect(alert).toContainText('Invalid username or password.');
  await expect(alert.getByRole('link')).toHaveAttribute('href', /huggingface\.co\/settings\/tokens/);
});

test('a token reaches the endpoint and nothing else', async ({ page, start, endpoint }) => {
  const token = 'hf_recognisabletoken0123456789';
  const stub = await endpoint((request, response) => {
    json(response, 500, { error: `echo ${request.headers.authorization}` });
  });
  const easel = await start(serving(stub.origin, { HF_AUTH_KEY: token, RUST_LOG: 'debug' }));
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => {
    const isStream = response.headers()['content-type']?.includes('event-stream');
    if (!isStream) bodies.push(response.body().then((body) => body.toString('latin1'), () => ''));
  });
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 30_000 });
  expect(stub.requests[0].headers.authorization).toBe(`Bearer ${token}`);
  for (const body of await Promise.all(bodies)) expect(body).not.toContain(token);
  expect(await page.content()).not.toContain(token);
  expect(easel.log).not.toContain(token);
});

test('two clicks start one generation', async ({ page, start, endpoint }) => {
  let answer = () => {};
  const stub = await endpoint((_, response) => (answer = () => png(response, PICTURE)));
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).dblclick();
  await expect.poll(() => stub.posts).toBe(1);
  answer();
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
  expect(stub.posts).toBe(1);
});

test('a reload in the middle comes back to the same generation', async ({ page, start, endpoint }) => {
  let answer = () => {};
  const stub = await endpoint((_, response) => (answer = () => png(response, PICTURE)));
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await prompt(page).fill('a red fox');
  await generate(page).click();
  await expect.poll(() => stub.posts).toBe(1);
  await page.reload();
  await expect(cancel(page)).toBeVisible();
  await expect(prompt(page)).toHaveValue('a red fox');
  answer();
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
  expect(stub.posts).toBe(1);
  expect((await bytesOf(page, 'a red fox')).equals(PICTURE)).toBe(true);
});

test('Generate waits for what the chosen model takes', async ({ page, start, endpoint }) => {
  const stub = await endpoint((_, response) => png(response, PICTURE));
  const easel = await start(serving(stub.origin, { EASEL_MODELS: `demo,hf:${stub.origin}/models/x` }));
  await open(page, easel);
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await prompt(page).fill('a red fox');
  await page.getByLabel('Style', { exact: true }).selectOption('night');
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/draw', async (route) => {
    await gate;
    await route.continue();
  });
  await choose(page, `hf:${stub.origin}/models/x`);
  await prompt(page).press('Enter');
  expect(stub.posts).toBe(0);
  release();
  await expect(result(page).getByRole('img', { name: 'a red fox' })).toBeVisible();
  expect(stub.posts).toBe(1);
  // Inputs that only the previous model takes are not sent.
  expect(stub.requests[0].body).not.toContain('night');
});
