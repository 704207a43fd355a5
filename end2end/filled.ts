// Fills a gallery before a test.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { BINARY, type Easel } from './easel.ts';

/** A picture file, with its width and height in pixels. */
export type Picture = { bytes: Buffer; width: number; height: number };

/**
 * Imports `count` generations, named `picture 0` and so on, into the gallery of the page's session.
 * They show the `pictures` in turn; without pictures they are cancelled generations.
 */
export async function fillGallery(page: Page, easel: Easel, count: number, pictures: Picture[] = []) {
  const cookie = (await page.context().cookies()).find((cookie) => cookie.name.startsWith('easel_'))!;
  // The cookie is a signature of 44 characters, the session's name, and a time.
  const [session] = decodeURIComponent(cookie.value).slice(44).split('.');
  const folder = mkdtempSync(join(tmpdir(), 'easel-import-'));
  mkdirSync(join(folder, 'files'));
  const images = pictures.map(({ bytes, width, height }) => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(folder, 'files', `${digest}.png`), bytes);
    return { position: 0, digest, content_type: 'Png', width, height, bytes: bytes.length };
  });
  const lines = Array.from({ length: count }, (_, number) => {
    const created_ms = 1_700_000_000_000 + number;
    const time = created_ms.toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
    const request = { model: 'demo', prompt: `picture ${number}`, inputs: {} };
    const made = pictures.length > 0 ? { state: 'Done', images: [images[number % images.length]] } : { state: 'Cancelled' };
    return JSON.stringify({ id, session, request, attempts: 1, created_ms, ended_ms: created_ms, ...made });
  });
  writeFileSync(join(folder, 'uploads.jsonl'), '');
  writeFileSync(join(folder, 'generations.jsonl'), lines.join('\n') + '\n');
  execFileSync(BINARY, ['import', folder], { env: { PATH: process.env.PATH, EASEL_DATA_DIR: easel.data } });
  rmSync(folder, { recursive: true });
  return images.map(({ digest }) => digest);
}
