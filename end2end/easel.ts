// Fixtures: a release server for each test, a page whose console is watched, and an endpoint that plays a model.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BINARY = join(import.meta.dirname, '../target/release/easel');

export class Easel {
  log = '';
  private constructor(
    readonly address: string,
    readonly process: ChildProcess,
    readonly data: string,
  ) {}

  /** Starts the release on a free port; without `data` its folder is deleted at the end. */
  static async start(env: Record<string, string> = {}, data?: string): Promise<Easel> {
    const folder = data ?? mkdtempSync(join(tmpdir(), 'easel-'));
    const child = spawn(BINARY, {
      cwd: join(import.meta.dirname, '..'),
      env: { PATH: process.env.PATH, LEPTOS_SITE_ADDR: '127.0.0.1:0', EASEL_DATA_DIR: folder, ...env },
    });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk;
        const found = said.match(/Easel is at (http:\/\/\S+)/);
        if (found) resolve(found[1]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', (code) => reject(new Error(`easel ended with ${code}: ${said}`)));
    });
    const easel = new Easel(address, child, folder);
    easel.log = said;
    child.stdout.on('data', (chunk) => (easel.log += chunk));
    child.stderr.on('data', (chunk) => (easel.log += chunk));
    return easel;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM') {
    if (this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill(signal);
      await ended;
    }
  }
}

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** An HTTP endpoint that answers as told and counts its requests. */
export class Endpoint {
  requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  /** Requests whose connection was closed before the response. */
  closed = 0;
  private constructor(
    readonly origin: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  static async start(answer: Answer): Promise<Endpoint> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = new Endpoint(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        endpoint.requests.push({ method, url, headers, body });
        answer(request, response, body);
      });
      response.on('close', () => {
        if (!response.writableEnded) endpoint.closed += 1;
      });
    });
    return endpoint;
  }

  get posts() {
    return this.requests.filter((request) => request.method === 'POST').length;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export const json = (response: ServerResponse, status: number, value: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

export const png = (response: ServerResponse, bytes: Buffer) => {
  response.writeHead(200, { 'content-type': 'image/png' });
  response.end(bytes);
};

/** A real file of 3 × 2 pixels. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAFElEQVR4nGP8z8DAwMDAxAADCBYAG10BBdmz9y8AAAAASUVORK5CYII=',
  'base64',
);

type Fixtures = {
  /** Starts a server; all servers are stopped at the end. */
  start: (env?: Record<string, string>, data?: string) => Promise<Easel>;
  endpoint: (answer: Answer) => Promise<Endpoint>;
  /** Problems in the page's console; unexpected ones fail the test. */
  // The browser lists every error response; the page itself reports those of a generation.
  problems: string[];
};

/** Records in the page the text of its elements, each text once. */
function noteWhatIsShown() {
  const shown = new Set<string>();
  Object.assign(window, { shown });
  const note = (element: Element) => {
    const text = element.textContent ?? '';
    if (text.length < 300) shown.add(text.trim());
  };
  const noteChange = ({ target, addedNodes }: MutationRecord) => {
    for (let node: Node | null = target; node; node = node.parentNode) {
      if (node instanceof Element) note(node);
    }
    for (const node of addedNodes) {
      if (node instanceof Element) [node, ...node.querySelectorAll('*')].forEach(note);
    }
  };
  new MutationObserver((changes) => changes.forEach(noteChange)).observe(document, {
    characterData: true,
    childList: true,
    subtree: true,
  });
}

/** Waits until an element has shown `words`, now or before: some texts disappear too soon for a query to find them. */
export async function expectShown(page: Page, words: RegExp, options: { timeout?: number } = {}) {
  const shown = () => page.evaluate(() => [...(window as unknown as { shown: Set<string> }).shown]);
  await expect.poll(shown, options).toContainEqual(expect.stringMatching(words));
}

export const test = base.extend<Fixtures>({
  page: async ({ page }, use) => {
    await page.addInitScript(noteWhatIsShown);
    await use(page);
  },
  start: async ({}, use) => {
    const started: Easel[] = [];
    await use(async (env, data) => {
      const easel = await Easel.start(env, data);
      started.push(easel);
      return easel;
    });
    for (const easel of started) {
      await easel.stop();
      rmSync(easel.data, { recursive: true, force: true });
    }
  },
  endpoint: async ({}, use) => {
    const started: Endpoint[] = [];
    await use(async (answer) => {
      const endpoint = await Endpoint.start(answer);
      started.push(endpoint);
      return endpoint;
    });
    for (const endpoint of started) endpoint.stop();
  },
  problems: [
    // Checks before the servers stop, because the page may still send requests.
    async ({ page, start: _, endpoint: __ }, use) => {
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        // Error responses that the page itself reports; browsers list them all the same.
        const isTold =
          (/\/api\/(?:generate|draw)$/.test(message.location().url) && message.text().startsWith('Failed to load')) ||
          // Expected in tests that disconnect the network.
          message.text().includes('net::ERR_INTERNET_DISCONNECTED');
        if (message.type() === 'error' && !isTold) problems.push(`${message.text()} ${message.location().url}`);
      });
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens the page and waits until it is hydrated. */
export async function open(page: Page, easel: Easel) {
  // The first request of a hydrated page.
  const alive = page.waitForResponse('**/api/draw');
  await page.goto(easel.address);
  await alive;
}

export const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });
export const generate = (page: Page) => page.getByRole('button', { name: 'Generate', exact: true });
export const cancel = (page: Page) => page.getByRole('button', { name: 'Cancel', exact: true });
export const status = (page: Page) => page.getByRole('status');
export const result = (page: Page) => page.getByRole('region', { name: 'Results' });

/** Chooses a model by its reference or URL. */
export async function choose(page: Page, reference: string) {
  const model = page.getByRole('combobox', { name: 'Model', exact: true });
  await model.fill(reference);
  await model.press('Enter');
}

/** The bytes of an image in the page. */
export async function bytesOf(page: Page, name: string): Promise<Buffer> {
  const address = await result(page).getByRole('img', { name }).getAttribute('src');
  const base64 = await page.evaluate(async (address) => {
    const bytes = new Uint8Array(await (await fetch(address!)).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }, address);
  return Buffer.from(base64, 'base64');
}

/** Checks those rules of WCAG AA that axe supports. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}
