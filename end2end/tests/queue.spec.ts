import { type Answer, cancel, expect, generate, open, PICTURE, png, prompt, result, test } from '../easel.ts';

/** Answers each prompt on demand. */
const onDemand = () => {
  const waiting = new Map<string, () => void>();
  const answer: Answer = (_, response, body) => {
    waiting.set(JSON.parse(body).inputs, () => png(response, PICTURE));
  };
  return { waiting, answer };
};

const serving = (origin: string) => ({ EASEL_ALLOWED_ORIGINS: origin, EASEL_MODELS: `hf:${origin}/models/x` });

test('several generations run side by side, each with its own words', async ({ page, start, endpoint, context }) => {
  const { waiting, answer } = onDemand();
  const stub = await endpoint(answer);
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  const names = ['a red fox', 'a green heron', 'a blue whale'];
  for (const name of names) {
    await prompt(page).fill(name);
    await prompt(page).press('Enter');
  }
  await expect.poll(() => [...waiting.keys()].sort()).toEqual([...names].sort());
  const card = (name: string, on = page) => on.getByRole('article', { name });
  for (const name of names) await expect(card(name).getByRole('button', { name: 'Cancel' })).toBeVisible();
  // The newest card is first.
  await expect(result(page).getByRole('article').first()).toHaveAccessibleName('a blue whale');

  await card('a green heron').getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(card('a green heron')).toContainText('Cancelled');
  // The button is gone; Tab goes on from where it was.
  await page.keyboard.press('Tab');
  await expect(card('a green heron').getByRole('button', { name: 'Try again' })).toBeFocused();
  await expect.poll(() => stub.closed).toBe(1);
  waiting.get('a red fox')!();
  await expect(card('a red fox').getByRole('img', { name: 'a red fox' })).toBeVisible();
  // The caption, though newer cards have come since.
  await expect(card('a red fox')).toContainText(/\d+ × \d+ · seed \d+ · \d+\.\d s/);
  await expect(card('a blue whale').getByRole('button', { name: 'Cancel' })).toBeVisible();

  // A second tab shows the running generations, with live cards.
  const second = await context.newPage();
  await second.goto(easel.address);
  await expect(card('a blue whale', second).getByRole('button', { name: 'Cancel' })).toBeVisible();

  await page.reload();
  for (const name of names) await expect(card(name)).toBeVisible();
  await expect(card('a green heron')).toContainText('Cancelled');
  await expect(card('a red fox').getByRole('img', { name: 'a red fox' })).toBeVisible();
  waiting.get('a blue whale')!();
  await expect(card('a blue whale').getByRole('img', { name: 'a blue whale' })).toBeVisible();
  await expect(card('a blue whale', second).getByRole('img', { name: 'a blue whale' })).toBeVisible();
  expect(stub.posts).toBe(3);
});

test('several pictures of one prompt share a card', async ({ page, start }) => {
  const easel = await start({ EASEL_DEMO_COLD_START: 'off' });
  await open(page, easel);
  await page.getByRole('combobox', { name: 'Number of pictures' }).selectOption('3');
  await prompt(page).fill('a quiet lake');
  await generate(page).click();
  await expect(result(page).getByRole('article')).toHaveCount(1);
  for (const number of [1, 2, 3]) {
    const image = result(page).getByRole('img', { name: `a quiet lake (${number} of 3)` });
    await expect(image).toBeVisible({ timeout: 45_000 });
  }
  await expect(cancel(page)).toHaveCount(0);

  // Another card of another press, then a reload.
  await page.getByRole('combobox', { name: 'Number of pictures' }).selectOption('1');
  await prompt(page).fill('a loud sea');
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: 'a loud sea' })).toBeVisible({ timeout: 45_000 });
  await page.reload();
  await expect(result(page).getByRole('article')).toHaveCount(2);
  const lake = result(page).getByRole('article', { name: 'a quiet lake' });
  await expect(lake.getByRole('img', { name: /^a quiet lake \(\d of 3\)$/ })).toHaveCount(3);
});

test('eight generations at once leave room for everything else', async ({ page, start, endpoint }) => {
  const { waiting, answer } = onDemand();
  const stub = await endpoint(answer);
  const easel = await start(serving(stub.origin));
  await open(page, easel);
  await page.getByRole('combobox', { name: 'Number of pictures' }).selectOption('8');
  await prompt(page).fill('a crowd');
  await generate(page).click();
  await expect(cancel(page)).toHaveCount(8);
  // Browsers open six connections to one server: a page that occupies all of them could send no request.
  await page.getByRole('button', { name: 'Connections' }).click();
  await expect(page.getByRole('region', { name: 'Connections' })).toContainText('Replicate', { timeout: 5_000 });
  expect(waiting.size).toBe(1);
});
