// Data that people bring to the page: long workflows, files of any kind, and text pasted from
// office programs and terminals; and a proxy in front of Easel with a lower limit than Easel's.
import { randomBytes } from 'node:crypto';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { type Answer, type Easel, PICTURE, expect, generate, json, open, prompt, result, status, test } from '../easel.ts';
import { picture } from '../picture.ts';

const settings = (page: Page) => page.getByRole('region', { name: 'Settings' });
const gallery = (page: Page) => page.getByRole('region', { name: 'Gallery' });

type Schema = { properties: Record<string, object>; required?: string[] };

/** Plays a cog server with these inputs, which paints for any request. */
const cog =
  ({ properties, required = [] }: Schema): Answer =>
  (request, response, body) => {
    const input = { title: 'Input', type: 'object', required, properties };
    const output = { title: 'Output', type: 'array', items: { type: 'string', format: 'uri' } };
    const known: Record<string, unknown> = {
      '/openapi.json': { openapi: '3.0.2', info: { title: 'Cog', version: '0.1.0' }, paths: {}, components: { schemas: { Input: input, Output: output } } },
      '/health-check': { status: 'READY', setup: { status: 'succeeded', logs: '' } },
      '/': { openapi_url: '/openapi.json', predictions_url: '/predictions', predictions_idempotent_url: '/predictions/{prediction_id}' },
    };
    if (request.method === 'GET') return json(response, request.url! in known ? 200 : 404, known[request.url!] ?? {});
    const { id, input: given } = JSON.parse(body);
    const made = [`data:image/png;base64,${PICTURE.toString('base64')}`];
    json(response, 200, { id: id ?? 'a', status: 'succeeded', input: given, output: made, logs: '', error: null, metrics: {} });
  };

const PROMPT = { prompt: { title: 'Prompt', type: 'string', 'x-order': 0 } };
const PHOTO = { ...PROMPT, photo: { title: 'Photo', type: 'string', format: 'uri', 'x-order': 1 } };

const serving = (origin: string) => ({ EASEL_ALLOWED_ORIGINS: origin, EASEL_MODELS: `replicate:${origin}` });

async function openSettings(page: Page) {
  if (!(await settings(page).isVisible())) await page.getByRole('button', { name: /^Settings/ }).click();
  await expect(settings(page)).toBeVisible();
}

/** The smallest valid archive. */
const ZIP = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

test('a workflow keeps its lines, and an archive is taken as it is', async ({ page, start, endpoint }) => {
  const nodes = Object.fromEntries(Array.from({ length: 180 }, (_, number) => [number, { class_type: 'KSampler', inputs: { steps: number, text: 'a fox, “quoted”\nsecond\tline' } }]));
  const workflow = JSON.stringify(nodes, null, 2);
  expect(workflow.length).toBeGreaterThan(20_000);
  const stub = await endpoint(
    cog({
      properties: {
        workflow_json: { title: 'Workflow Json', type: 'string', default: '', 'x-order': 0, description: 'The API version of your workflow, as JSON.' },
        input_file: { title: 'Input File', type: 'string', format: 'uri', 'x-order': 1, description: 'Picture, video, tar or zip file for the workflow.' },
      },
    }),
  );
  await open(page, await start(serving(stub.origin)));
  await openSettings(page);
  const box = settings(page).getByRole('textbox', { name: 'Workflow Json', exact: true });
  // With the real clipboard: a script's `insertText` would take a minute for that many lines.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((text) => navigator.clipboard.writeText(text), workflow);
  await box.focus();
  await page.keyboard.press('ControlOrMeta+V');
  await settings(page).locator('input[type=file]').setInputFiles({ name: 'inputs.zip', mimeType: 'application/zip', buffer: ZIP });
  await expect(settings(page).getByText('inputs.zip')).toBeVisible();
  await generate(page).click();
  await expect(result(page).getByRole('img')).toHaveCount(1);
  const { input } = JSON.parse(stub.requests.findLast((request) => request.method !== 'GET')!.body);
  expect(input.workflow_json).toBe(workflow);
  expect(input.input_file).toBe(`data:application/zip;base64,${ZIP.toString('base64')}`);
  // The viewer still fits the window with so much text in an input.
  await gallery(page).getByRole('listitem').getByRole('link').first().click();
  const dialog = page.getByRole('dialog', { name: 'Picture' });
  await expect(dialog).toContainText('KSampler');
  expect((await dialog.boundingBox())!.width).toBeLessThanOrEqual(page.viewportSize()!.width);
});

test('what office programs put on the clipboard stays text, and a picture becomes an input', async ({ page, start, endpoint }) => {
  const stub = await endpoint(cog({ properties: PHOTO, required: ['prompt'] }));
  await open(page, await start(serving(stub.origin)));
  await openSettings(page);
  const uploads: string[] = [];
  page.on('request', (request) => void (request.url().includes('/uploads') && uploads.push(request.url())));
  const paste = (selector: 'prompt' | 'photo', kinds: { text?: string; html?: string; picture?: true }) =>
    page.evaluate(
      async ([selector, kinds]) => {
        const boxes = { prompt: 'textarea[name=prompt]', photo: '[aria-label="Address for Photo"]' };
        const target = document.querySelector<HTMLInputElement>(boxes[selector])!;
        target.focus();
        target.select();
        const data = new DataTransfer();
        if (kinds.text) data.setData('text/plain', kinds.text);
        if (kinds.html) data.setData('text/html', kinds.html);
        if (kinds.picture) {
          const canvas = new OffscreenCanvas(20, 10);
          canvas.getContext('2d')!.fillRect(0, 0, 9, 9);
          data.items.add(new File([await canvas.convertToBlob()], 'image.png', { type: 'image/png' }));
        }
        const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
        // The browser's default action.
        if (target.dispatchEvent(event) && kinds.text) document.execCommand('insertText', false, kinds.text);
      },
      [selector, kinds] as const,
    );
  const words = { text: 'a fox in the snow', html: '<p>a fox</p>', picture: true } as const;
  await paste('prompt', words);
  await expect(prompt(page)).toHaveValue('a fox in the snow');
  await paste('prompt', { text: 'fox\tred\nowl\tgrey', html: '<table></table>', picture: true });
  await expect(prompt(page)).toHaveValue('fox\tred\nowl\tgrey');
  await paste('photo', words);
  const remove = page.getByRole('button', { name: 'Remove' });
  await expect(remove).toHaveCount(0);
  expect(uploads).toEqual([]);

  // A picture without text.
  await paste('prompt', { picture: true });
  await page.getByRole('dialog', { name: 'What is this picture for?' }).getByRole('button', { name: 'Use as input' }).click();
  await expect(remove).toHaveCount(1);
  expect(uploads).toHaveLength(1);
  await remove.click();
  await expect(remove).toHaveCount(0);
  await paste('photo', { html: '<img src="https://example.org/a.png">', picture: true });
  await page.getByRole('dialog', { name: 'What is this picture for?' }).getByRole('button', { name: 'Use as input' }).click();
  await expect(remove).toHaveCount(1);
  expect(uploads).toHaveLength(2);
  await expect(prompt(page)).toHaveValue('fox\tred\nowl\tgrey');
});

/** A proxy in front of Easel with a limit of 1 MiB: it refuses with its own page, before or after reading the rest. */
async function proxied(easel: Easel, when: 'at once' | 'at the end') {
  const server = createServer((incoming, outgoing) => {
    if (Number(incoming.headers['content-length'] ?? 0) > 1024 * 1024) {
      const refuse = () => {
        outgoing.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
        outgoing.end('<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body><center><h1>413 Request Entity Too Large</h1></center></body></html>', () => incoming.socket.destroySoon());
      };
      if (when === 'at once') return refuse();
      return void incoming.resume().on('end', refuse);
    }
    const { hostname, port } = new URL(easel.address);
    const upstream = ask({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, stop: () => (server.closeAllConnections(), server.close()) };
}

for (const when of ['at once', 'at the end'] as const) {
  test(`a proxy that takes less than Easel is told as that: ${when}`, async ({ page, start, endpoint, problems }) => {
    const stub = await endpoint(cog({ properties: PHOTO, required: ['prompt'] }));
    const easel = await start(serving(stub.origin));
    const proxy = await proxied(easel, when);
    const alive = page.waitForResponse('**/api/draw');
    await page.goto(proxy.address);
    await alive;
    await openSettings(page);
    // Noise, which does not compress.
    const large = Buffer.concat([picture(64, 64, 1), randomBytes(2 * 1024 * 1024)]);
    await settings(page).locator('input[type=file]').setInputFiles({ name: 'large.png', mimeType: 'image/png', buffer: large });
    const field = settings(page);
    // If the connection closes during the upload, the browser may not see the response.
    await expect(field).toContainText(when === 'at once' ? /too large|could not be|did not/ : 'too large for a server between Easel and this page');
    await expect(page.getByRole('button', { name: 'Remove' })).toHaveCount(0);
    await expect(page.locator('body')).not.toContainText(/<html>|<center>|Unexpected token/);
    // Without the file, generating works.
    await prompt(page).fill('a fox');
    await generate(page).click();
    await expect(result(page).getByRole('img', { name: 'a fox' })).toBeVisible();
    problems.length = 0;
    await page.goto('about:blank');
    proxy.stop();
  });
}

const PROMPTS: [string, string][] = [
  ['a zero', 'a fox\u0000in the snow'],
  ['controls', 'a fox\u0001\u0007\u000b\u001b[31m red\u009b'],
  ['ends of lines', 'a fox\r\nin the snow\u2028next\u2029paragraph\u0085end'],
  ['quotes', 'sign that says "it\'s 50% off", back\\slash, $& $1 ${x} {{y}} %s %PROMPT% <lora:fox:0.8> &amp; </script><b>'],
  ['joined letters', '👩🏽‍🚀🏳️‍🌈 e\u0301 ﷽ 𝔣𝔬𝔵 Z̷a̴l̶g̵o̸'],
  ['both directions', '\u202egnp.xof\u202c a fox \u2066ثعلب في الثلج\u2069 in snow'],
  ['headers', 'fox\r\nSet-Cookie: a=b\r\n\r\n<h1>'],
];

test('a prompt of any letters comes back as it was sent', async ({ page, start, endpoint }) => {
  test.setTimeout(120_000);
  const stub = await endpoint(cog({ properties: PROMPT, required: ['prompt'] }));
  await open(page, await start(serving(stub.origin)));
  for (const [number, [name, words]] of PROMPTS.entries()) {
    await prompt(page).fill(words);
    const typed = await prompt(page).inputValue();
    await generate(page).click();
    await expect(gallery(page).getByRole('listitem'), name).toHaveCount(number + 1);
    const { input } = JSON.parse(stub.requests.findLast((request) => request.method !== 'GET')!.body);
    expect(input.prompt.replaceAll('\r\n', '\n'), name).toBe(typed.replaceAll('\r\n', '\n'));
    const kept = gallery(page).getByRole('listitem').first().getByRole('img');
    // HTML replaces NUL characters and normalises line breaks.
    await expect(kept, name).toHaveAttribute('alt', input.prompt.replaceAll('\u0000', '\ufffd').replaceAll('\r\n', '\n'));
    await expect(page.locator('h1', { hasText: 'Set-Cookie' })).toHaveCount(0);
  }
  await page.reload();
  await expect(gallery(page).getByRole('listitem')).toHaveCount(PROMPTS.length);
  // The file name is plain, whatever the prompt.
  const ids = await gallery(page).getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')?.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)?.[0]));
  for (const id of new Set(ids.filter(Boolean))) {
    const told = await page.evaluate(async (id) => (await fetch(`/api/generations/${id}/download/0`)).headers.get('content-disposition'), id);
    expect(told).toMatch(/^attachment; filename="[\w.-]+"(?:; filename\*=UTF-8''[\w.%-]+)?$/);
  }
});

test('what is too long is told at the prompt at once', async ({ page, start, endpoint, problems }) => {
  const stub = await endpoint(cog({ properties: PROMPT, required: ['prompt'] }));
  await open(page, await start(serving(stub.origin)));
  let calls = 0;
  page.on('request', (request) => void (request.url().includes('/api/generate') && (calls += 1)));
  const words = 'a very red fox in the deep snow, '.repeat(3_200);
  await prompt(page).fill(words);
  await generate(page).click();
  await expect(prompt(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(prompt(page)).toHaveAccessibleDescription(/at most [\d.,]+ characters/);
  await expect(prompt(page)).toHaveValue(words);
  expect(calls).toBeLessThanOrEqual(1);
  expect(stub.posts).toBe(0);
  problems.length = 0;
});

test('a screen reader hears a sentence now and then, and the end', async ({ page, start }) => {
  await page.addInitScript(() => {
    const heard: [number, string][] = [];
    Object.assign(window, { heard });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest('[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output');
        const words = region?.textContent?.trim() ?? '';
        if (words && words !== heard.at(-1)?.[1] && !element?.closest('[aria-hidden=true], [hidden]')) heard.push([performance.now(), words]);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await open(page, await start());
  await prompt(page).fill('a fox in the snow');
  await generate(page).click();
  // The demo's painter is slow on a busy machine.
  await expect(status(page).filter({ hasText: 'Done' }).first()).toBeAttached({ timeout: 45_000 });
  const heard = await page.evaluate(() => (window as unknown as { heard: [number, string][] }).heard);
  // A new phase immediately; numbers at least five seconds after the last announcement.
  const told = new Map<string, number>();
  for (const [at, words] of heard.filter(([, words]) => words.includes(' · '))) {
    const phase = words.split(' · ')[0];
    expect(at - (told.get(phase) ?? -Infinity), JSON.stringify(heard)).toBeGreaterThan(4_900);
    told.set(phase, at);
  }
  expect(heard.length, JSON.stringify(heard)).toBeLessThan(10);
});
