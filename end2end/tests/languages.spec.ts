import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectShown, test } from '../easel.ts';

const html = (page: Page) => page.locator('html');

async function choose(page: Page, menu: string, language: string) {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('button', { name: language, exact: true }).click();
}

test.describe('a browser that reads Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('finds the page and the status of its picture in Chinese', async ({ page, start }) => {
    const easel = await start();
    await page.goto(easel.address);
    await expect(html(page)).toHaveAttribute('lang', 'zh-CN');
    const generate = page.getByRole('button', { name: '生成', exact: true });
    await expect(generate).toBeEnabled();
    await page.getByRole('textbox', { name: '提示词', exact: true }).fill('雾中的灯塔');
    await generate.click();
    const card = page.getByRole('article', { name: '雾中的灯塔' });
    await expectShown(page, /正在加载模型 · 第 1 次尝试，共 20 次|正在开始/);
    await expectShown(page, /正在绘制 · 第 \d+\/\d+ 步/, { timeout: 30_000 });
    await expect(page.getByRole('region', { name: '结果' }).getByRole('img', { name: '雾中的灯塔' })).toBeVisible({
      timeout: 30_000,
    });
    await expect(card).toContainText('秒');
    await expectAccessible(page);
  });
});

test.describe('a browser that reads Portuguese', () => {
  test.use({ locale: 'pt-BR' });

  test('counts by the rules of Portuguese', async ({ page, start }) => {
    const easel = await start();
    await page.goto(easel.address);
    const generate = page.getByRole('button', { name: 'Gerar', exact: true });
    await expect(generate).toBeEnabled();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('um farol');
    await generate.click();
    const card = page.getByRole('article', { name: 'um farol' });
    // The decimal mark is a comma.
    await expect(card).toContainText(/\d,\d s/, { timeout: 30_000 });
    await page.getByRole('button', { name: 'Selecionar', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Selecionar um farol' }).check();
    await expect(page.getByText('1 selecionada', { exact: true })).toBeVisible();
  });
});

test('another language keeps the prompt and survives a reload', async ({ page, start }) => {
  const easel = await start();
  await page.goto(easel.address);
  await expect(html(page)).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('button', { name: 'Generate', exact: true })).toBeEnabled();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a quiet harbour');
  await choose(page, 'More', 'Português');
  await expect(html(page)).toHaveAttribute('lang', 'pt-BR');
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await expect(prompt).toHaveValue('a quiet harbour');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Gerar', exact: true })).toBeEnabled();
  await expect(prompt).toHaveValue('a quiet harbour');
  await choose(page, 'Mais', 'English');
  await expect(html(page)).toHaveAttribute('lang', 'en');
});

test('a language can be chosen without script', async ({ browser, start }) => {
  const easel = await start();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(easel.address);
  await choose(page, 'More', '简体中文');
  await expect(html(page)).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByRole('button', { name: '生成', exact: true })).toBeVisible();
  await context.close();
});
