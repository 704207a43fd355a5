// Copies the release into an empty folder, starts it there with an empty environment, and fetches the
// page and everything it loads: the binary must need nothing beside it.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { started } from './started.mjs';

const folder = mkdtempSync(join(tmpdir(), 'easel-alone-'));
const binary = join(folder, 'easel');
copyFileSync('target/release/easel', binary);

// Its address is the one thing that is said: the usual port may be taken.
const began = performance.now();
const server = spawn(binary, [], { cwd: folder, env: { LEPTOS_SITE_ADDR: '127.0.0.1:0' } });
try {
  const address = await started(server);
  const page = await fetch(address);
  const html = await page.text();
  const answered = Math.round(performance.now() - began);
  if (page.status !== 200) throw new Error(`/ answers ${page.status}`);

  // A first visit has the style sheet in the document, later ones name it.
  const cookie = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
  const later = await (await fetch(address, { headers: { cookie } })).text();
  if (!html.includes('<style')) throw new Error('a first visit has no style sheet');

  const files = [...new Set((html + later).match(/\/(?:pkg\/[\w.-]+\.(?:js|wasm|css)|favicon\.svg)/g))];
  for (const kind of ['.js', '_bg.wasm', '.css', '.svg']) {
    if (!files.some((file) => file.endsWith(kind))) throw new Error(`the page loads no ${kind}`);
  }
  for (const file of files) {
    const answer = await fetch(address + file);
    const cache = answer.headers.get('cache-control');
    if (answer.status !== 200) throw new Error(`${file} answers ${answer.status}`);
    if (file.startsWith('/pkg/') && !cache.includes('immutable')) throw new Error(`${file}: ${cache}`);
  }
  execFileSync(binary, ['--help'], { cwd: folder, env: {} });
  const left = readdirSync(folder).filter((name) => !['easel', 'data'].includes(name));
  if (left.length > 0) throw new Error(`it left ${left} beside itself`);
  console.log(`the page and ${files.length} files are in the binary; first answer after ${answered} ms`);
} finally {
  server.kill();
  await new Promise((resolve) => (server.exitCode === null ? server.on('exit', resolve) : resolve()));
  rmSync(folder, { recursive: true, force: true });
}
