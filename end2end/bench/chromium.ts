// Drives a Chromium over a pipe, for measurements only. Playwright keeps every response body in the
// tab, where it would count as the page's own memory.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { chromium } from '@playwright/test';
import config from '../playwright.config.ts';

type Reply = { id?: number; result?: unknown; error?: { message: string } };

/** Memory in bytes; 0 where the system does not report it. */
export type Sample = { nodes: number; heap: number; renderer: number; chromium: number };

/** In milliseconds and bytes per second; -1 means unlimited. */
export type Network = { latency: number; downloadThroughput: number; uploadThroughput: number };

export class Chromium {
  private last = 0;
  private session?: string;
  private readonly waiting = new Map<number, (reply: Reply) => void>();

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {
    let said = '';
    process.stdio[4]!.on('data', (chunk: Buffer) => {
      const messages = (said + chunk).split('\0');
      said = messages.pop()!;
      for (const message of messages) {
        const reply = JSON.parse(message) as Reply;
        if (reply.id) this.waiting.get(reply.id)?.(reply);
      }
    });
  }

  /** Starts with one tab of this size, and sets the cookie if there is one. */
  static async start(width: number, height: number, cookie?: object): Promise<Chromium> {
    const folder = mkdtempSync(join(tmpdir(), 'easel-chromium-'));
    const { executablePath = chromium.executablePath(), args = [] } = config.use!.launchOptions!;
    const own = ['--headless', '--remote-debugging-pipe', `--user-data-dir=${folder}`];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    const started = new Chromium(spawn(executablePath, [...args, ...own], { stdio: [...stdio] }), folder);
    if (cookie) await started.send('Storage.setCookies', { cookies: [cookie] });
    const { targetId } = await started.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const target = { targetId, flatten: true };
    started.session = (await started.send<{ sessionId: string }>('Target.attachToTarget', target)).sessionId;
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await started.send('Emulation.setDeviceMetricsOverride', metrics);
    return started;
  }

  /** Sends a command of the DevTools protocol, to the tab once there is one. */
  private async send<Result>(method: string, params: object = {}, sessionId = this.session): Promise<Result> {
    const id = (this.last += 1);
    const replied = new Promise<Reply>((resolve) => this.waiting.set(id, resolve));
    (this.process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await replied;
    this.waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as Result;
  }

  open(url: string) {
    return this.send('Page.navigate', { url });
  }

  /** Slows the processor down by a factor, limits the network, and disables the cache. */
  async slowDown(factor: number, network: Network) {
    await this.send('Emulation.setCPUThrottlingRate', { rate: factor });
    await this.send('Network.enable');
    await this.send('Network.setCacheDisabled', { cacheDisabled: true });
    await this.send('Network.emulateNetworkConditions', { offline: false, ...network });
  }

  /** Calls a self-contained function in each page before the page's own scripts. */
  async callFirst(what: () => void) {
    await this.send('Page.enable');
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${what})()` });
  }

  /** Calls a self-contained function in the page. */
  async call<Arguments extends unknown[], Result>(
    what: (...given: Arguments) => Result | Promise<Result>,
    ...given: Arguments
  ): Promise<Result> {
    const expression = `(${what})(...${JSON.stringify(given)})`;
    const options = { expression, awaitPromise: true, returnByValue: true };
    type Evaluated = { result: { value: Result }; exceptionDetails?: { exception?: { description?: string } } };
    const { result, exceptionDetails } = await this.send<Evaluated>('Runtime.evaluate', options);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'the page failed');
    return result.value;
  }

  /** Measures after a garbage collection. */
  async measure(): Promise<Sample> {
    await this.send('Performance.enable');
    // The second collection frees what the first one released.
    for (const _ of [1, 2]) await this.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.send<{ metrics: { name: string; value: number }[] }>('Performance.getMetrics');
    const metric = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    type Process = { type: string; id: number; cpuTime: number };
    const { processInfo } = await this.send<{ processInfo: Process[] }>('SystemInfo.getProcessInfo', {}, '');
    // There may be a spare renderer that has done nothing.
    const renderers = processInfo.filter(({ type }) => type === 'renderer').sort((a, b) => b.cpuTime - a.cpuTime);
    return {
      nodes: metric('Nodes'),
      heap: metric('JSHeapUsedSize'),
      renderer: memory(renderers[0]?.id, /^Private_(Clean|Dirty)/),
      chromium: processInfo.reduce((sum, { id }) => sum + memory(id, /^Pss:/), 0),
    };
  }

  async version(): Promise<string> {
    return (await this.send<{ product: string }>('Browser.getVersion')).product;
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    // Ends all its processes, so that nothing is written any more.
    await this.send('Browser.close', {}, '');
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A memory value of a process from Linux, in bytes. */
function memory(id: number | undefined, line: RegExp): number {
  try {
    const lines = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8').split('\n');
    const sizes = lines.filter((text) => line.test(text)).map((text) => Number(text.match(/(\d+) kB/)?.[1] ?? 0));
    return sizes.reduce((sum, size) => sum + size, 0) * 1024;
  } catch {
    return 0;
  }
}
