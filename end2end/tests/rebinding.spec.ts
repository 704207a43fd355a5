// A page of another site whose host name resolves to Easel (DNS rebinding), in a browser without
// protection against it.
import { chromium } from '@playwright/test';
import { expect, test } from '../easel.ts';

const EVIL = 'evil.example';

test('a page of another name can neither read nor act', async ({ start }) => {
  const easel = await start();
  const { port } = new URL(easel.address);
  // A separate browser, because host mappings are set at its start.
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH || undefined,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`,
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessSendPreflights',
    ],
  });
  try {
    const page = await browser.newPage();
    const answer = await page.goto(`http://${EVIL}:${port}/`);
    expect(answer?.status()).toBe(421);
    expect(await answer?.text()).toContain('EASEL_HOSTS');
    // The page that was loaded before its name resolved to Easel. Its requests are same-origin.
    const attack = `http://${EVIL}:${port}/attack`;
    await page.route(attack, (route) => route.fulfill({ contentType: 'text/html', body: '<p>Hello' }));
    await page.goto(attack);
    const told = await page.evaluate(async () => {
      const ask = async (path: string, method: string) => {
        const answer = await fetch(path, { method });
        return [answer.status, answer.headers.get('set-cookie'), await answer.text()];
      };
      return [
        await ask('/', 'GET'),
        await ask('/session', 'GET'),
        await ask('/api/draw', 'POST'),
        await ask('/api/generate', 'POST'),
        await ask('/api/act', 'POST'),
      ];
    });
    for (const [status, cookie, text] of told) {
      expect(status).toBe(421);
      expect(cookie).toBeNull();
      expect(text).not.toContain('Hugging Face');
    }
    expect(await page.context().cookies()).toEqual([]);
    // Under its own name the same server answers the same browser.
    const own = await page.goto(`${easel.address}/`);
    expect(own?.status()).toBe(200);
  } finally {
    await browser.close();
  }
});
