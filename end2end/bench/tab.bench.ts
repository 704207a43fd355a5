// Prints a table of what a tab costs while it scrolls through a gallery of 100,000 rows.
import { cpus, platform, release } from 'node:os';
import { expect, open, test } from '../easel.ts';
import { fillGallery } from '../filled.ts';
import { picture } from '../picture.ts';
import { Chromium, type Sample } from './chromium.ts';

const ROWS = Number(process.env.EASEL_BENCH_ROWS ?? 100_000);
const PICTURES = 200;
/** Larger than a thumbnail, so that each gets one. */
const SIDE = 640;
const [WIDTH, HEIGHT] = [1280, 800];
/** The numbers of rows after which the tab is measured. */
const STOPS = [1_000, 5_000, 10_000, 20_000, 30_000, 40_000, 50_000];
/** Very fast scrolling: 24,000 pixels per second at 60 frames. */
const PIXELS_A_FRAME = 400;
/** The total duration of the scrolling. */
const SCROLL_MS = 75_000;
/** On a display with 60 frames per second. */
const FRAME_MS = 1000 / 60;

test('a tab while its gallery scrolls', async ({ page, start }) => {
  const easel = await start();
  await open(page, easel);
  const files = Array.from({ length: PICTURES }, (_, number) => picture(SIDE, SIDE, number));
  const begun = performance.now();
  const digests = await fillGallery(page, easel, ROWS, files.map((bytes) => ({ bytes, width: SIDE, height: SIDE })));
  const filled = (performance.now() - begun) / 1000;
  // The server makes each thumbnail once; make them before measuring the tab.
  for (const digest of digests) {
    expect((await page.request.get(`${easel.address}/api/thumbnails/${digest}`)).ok()).toBe(true);
  }
  const [cookie] = await page.context().cookies();
  await page.close();

  const chromium = await Chromium.start(WIDTH, HEIGHT, { name: cookie.name, value: cookie.value, url: easel.address });
  try {
    await chromium.open(easel.address);
    await expect.poll(() => chromium.call(isSettled)).toBe(true);
    const head = [
      '',
      `The gallery in a tab: ${ROWS.toLocaleString('en')} rows with ${PICTURES} different pictures (imported in ${filled.toFixed(0)} s)`,
      `${await chromium.version()}, ${WIDTH} × ${HEIGHT}; ${platform()} ${release()}, ${cpus().length} cores, ${cpus()[0]?.model}`,
      '',
      line(['rows passed', 'nodes', '', 'tiles', '', 'JS heap', '', 'renderer', '', 'all of Chromium', '', 'frame p50', 'p95', 'dropped']),
    ];
    const rows: Row[] = [];
    const add = async (where: string, frames: number[]) => {
      rows.push({ where, frames, ...(await chromium.measure()), tiles: await chromium.call(countTiles) });
    };

    await add('0', []);
    const until = performance.now() + SCROLL_MS;
    for (const stop of STOPS.filter((stop) => stop < ROWS)) {
      const { passed, frames } = await chromium.call(scroll, ROWS, stop, until - performance.now(), PIXELS_A_FRAME);
      await add(passed.toLocaleString('en'), frames);
      if (passed < stop) break;
    }
    await chromium.call(() => scrollTo(0, 0));
    await expect.poll(() => chromium.call(isSettled)).toBe(true);
    await add('top again', []);
    // Fewer tiles exist before the first scroll, so compare with the line after it.
    const base = rows[1];
    const table = rows.map((row) => line([row.where, ...compared(row, base), ...told(row.frames)]));
    const foot = [
      '',
      'Memory is what stays after a garbage collection: private to the process that renders the tab, and shared',
      'out over all processes of Chromium. × is to the second line. A frame missing between two was dropped.',
    ];
    console.log([...head, ...table, ...foot].join('\n'));
  } finally {
    await chromium.stop();
  }
});

type Row = Sample & { where: string; frames: number[]; tiles: number };
type Measure = 'nodes' | 'tiles' | 'heap' | 'renderer' | 'chromium';

function compared(row: Row, base: Row): string[] {
  const megabytes = (bytes: number) => (bytes > 0 ? `${(bytes / 1e6).toFixed(1)} MB` : '?');
  const cells: [Measure, (value: number) => string][] = [
    ['nodes', String],
    ['tiles', String],
    ['heap', megabytes],
    ['renderer', megabytes],
    ['chromium', megabytes],
  ];
  const ratio = (key: Measure) => (base[key] > 0 ? `× ${(row[key] / base[key]).toFixed(2)}` : '');
  return cells.flatMap(([key, words]) => [words(row[key]), ratio(key)]);
}

/** The median frame, the 95th percentile, and the number of dropped frames. */
function told(frames: number[]): string[] {
  if (frames.length === 0) return [];
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (part: number) => `${sorted[Math.floor((sorted.length - 1) * part)].toFixed(1)} ms`;
  const dropped = frames.reduce((sum, frame) => sum + Math.max(0, Math.round(frame / FRAME_MS) - 1), 0);
  return [at(0.5), at(0.95), `${((100 * dropped) / (frames.length + dropped)).toFixed(1)} %`];
}

const line = (cells: string[]) => {
  const widths = [11, 8, 8, 7, 8, 11, 8, 11, 8, 17, 8, 11, 10, 9];
  return cells.map((cell, column) => cell.padStart(widths[column])).join('');
};

// The following functions run in the page.

/** True once the first tiles show their pictures. */
function isSettled() {
  const images = [...document.querySelectorAll<HTMLImageElement>('[aria-label="Gallery"] li img')];
  return images.length > 0 && images.slice(0, 6).every((image) => image.complete && image.naturalWidth > 0);
}

function countTiles() {
  return document.querySelectorAll('[aria-label="Gallery"] li').length;
}

/** Scrolls down frame by frame until this many rows are above, for at most `limit` milliseconds. */
async function scroll(all: number, rows: number, limit: number, pixels: number) {
  const region = document.querySelector('[aria-label="Gallery"]')!;
  // Its last tile is a little below the window.
  const passed = () => {
    const names = region.querySelectorAll('li img');
    return all - Number(names[names.length - 1]?.getAttribute('alt')?.split(' ')[1] ?? all);
  };
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  const frames: number[] = [];
  let last = await frame();
  const end = last + limit;
  while (passed() < rows && last < end) {
    scrollBy({ top: pixels, behavior: 'instant' });
    const now = await frame();
    frames.push(now - last);
    last = now;
  }
  return { passed: passed(), frames };
}
