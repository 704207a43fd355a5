// Helpers for people with names.
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { type Easel, expect, expectAccessible, generate, prompt, result } from './easel.ts';

export const PASSWORD = 'a fox in the snow';

/** The server's URL with the loopback address, which the browser can reach. */
export const home = (easel: Easel) => easel.address.replace('0.0.0.0', '127.0.0.1');

/** The owner's link, as the server printed it. */
export async function ownersLink(easel: Easel): Promise<string> {
  const link = () => easel.log.match(/http:\/\/\S+\/invite\?token=\S+/)?.[0] ?? '';
  await expect.poll(link).not.toBe('');
  return link();
}

/** Follows an invitation link and fills in its form. */
export async function comeIn(page: Page, link: string, name: string) {
  await page.goto(link);
  await expectAccessible(page);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Come in', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Gallery' })).toBeVisible();
}

/** Creates an invitation link on the owner's page. */
export async function invite(page: Page, easel: Easel, role: string): Promise<string> {
  await page.goto(`${home(easel)}/people`);
  await page.getByLabel('Role', { exact: true }).selectOption(role);
  await page.getByRole('button', { name: 'Make a link', exact: true }).click();
  return page.getByRole('status').getByRole('textbox').inputValue();
}

export async function make(page: Page, words: string) {
  await expect(generate(page)).toBeEnabled();
  await prompt(page).fill(words);
  await generate(page).click();
  await expect(result(page).getByRole('img', { name: words })).toBeVisible({ timeout: 30_000 });
}

export async function phone(browser: Browser, options = {}): Promise<[BrowserContext, Page]> {
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true, ...options });
  return [context, await context.newPage()];
}

/** The page does not scroll sideways. */
export async function expectToFit(page: Page) {
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(width[0]).toBeLessThanOrEqual(width[1]);
}
