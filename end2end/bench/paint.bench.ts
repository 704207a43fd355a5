// Prints a table of when a first visit shows something and when Generate works, compared with a
// Next.js page in the same browser and run.
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { cpus, platform, release } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../easel.ts';
import { Chromium, type Network } from './chromium.ts';

const VISITS = Number(process.env.EASEL_BENCH_VISITS ?? 9);
const [WIDTH, HEIGHT] = [1280, 800];

const FAST: Network = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
/** Lighthouse's slow connection for phones: 1.6 Mbit/s with a round trip of 150 ms. */
const SLOW: Network = { latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 750_000 / 8 };

const CONDITIONS: { name: string; factor: number; network: Network }[] = [
  { name: 'as it is', factor: 1, network: FAST },
  { name: 'CPU 4 times slower', factor: 4, network: FAST },
  { name: 'CPU 4 times slower, slow network', factor: 4, network: SLOW },
];

/** In milliseconds after the navigation started. */
type Visit = { paint: number; works: number };

test('first paint', async ({ start }) => {
  const easel = await start();
  const next = await startNext();
  const chromium = await Chromium.start(WIDTH, HEIGHT);
  try {
    await chromium.callFirst(() => {
      // In Easel's page; the other page sets the same mark.
      addEventListener('hydrate', () => performance.mark('works'));
    });
    const head = [
      '',
      `A first visit, medians of ${VISITS}, in ms after the navigation began`,
      `${await chromium.version()}, ${WIDTH} × ${HEIGHT}; ${platform()} ${release()}, ${cpus().length} cores, ${cpus()[0]?.model}`,
      '',
      line(['', 'Easel paints', 'Next.js paints', 'ratio', 'Easel works', 'Next.js works', 'ratio']),
    ];
    const rows: string[] = [];
    for (const { name, factor, network } of CONDITIONS) {
      await chromium.slowDown(factor, network);
      const visits: { easel: Visit[]; next: Visit[] } = { easel: [], next: [] };
      // The first visit warms the servers up. The visits alternate, so that both pages meet the same conditions.
      for (let round = 0; round <= VISITS; round += 1) {
        const easelVisit = await visit(chromium, easel.address);
        const nextVisit = await visit(chromium, next.address);
        if (round === 0) continue;
        visits.easel.push(easelVisit);
        visits.next.push(nextVisit);
      }
      const median = (whose: Visit[], what: keyof Visit) => middle(whose.map((visit) => visit[what]));
      const cells = (['paint', 'works'] as const).flatMap((what) => {
        const [ours, theirs] = [median(visits.easel, what), median(visits.next, what)];
        return [ours.toFixed(0), theirs.toFixed(0), (ours / theirs).toFixed(2)];
      });
      rows.push(line([name, ...cells]));
    }
    console.log([...head, ...rows, ''].join('\n'));
  } finally {
    await chromium.stop();
    next.stop();
  }
});

async function visit(chromium: Chromium, address: string): Promise<Visit> {
  await chromium.open('about:blank');
  await chromium.open(address);
  const isThere = () => chromium.call(times).then((visit) => visit !== null);
  await expect.poll(isThere, { intervals: [200], timeout: 60_000 }).toBe(true);
  return (await chromium.call(times))!;
}

/** Runs in the page. */
function times(): Visit | null {
  const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime;
  const [paint, works] = [at('first-contentful-paint'), at('works')];
  return location.protocol === 'http:' && paint && works ? { paint, works } : null;
}

/** Serves the built page of `next` on a free port. */
async function startNext(): Promise<{ address: string; stop: () => void }> {
  const port = await new Promise<number>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
  const folder = join(import.meta.dirname, 'next');
  const command = join(folder, 'node_modules/next/dist/bin/next');
  const server = spawn(process.execPath, [command, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    stdio: 'ignore',
  });
  const address = `http://127.0.0.1:${port}`;
  const isReady = async () => (await fetch(address).catch(() => null))?.ok ?? false;
  await expect.poll(isReady, { timeout: 30_000 }).toBe(true);
  return { address, stop: () => server.kill() };
}

const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

function line([name, ...cells]: string[]): string {
  return name.padEnd(34) + cells.map((cell) => cell.padStart(15)).join('');
}
