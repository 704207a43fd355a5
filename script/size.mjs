// Starts the release on a free port, fetches the page and everything it loads, and adds it up.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { started } from './started.mjs';

// What a first visit may weigh; more fails. Of it the examples are 4 kB, the texts of the page in its
// language 1 kB, and the components that live, with the script that binds them, 96 kB: one of it hands
// files and masks over to the painter, which itself is loaded when it is opened, and 0.8 (measured)
// say what a run costs, open comparisons and kept words, and take in what other apps share. 0.7
// (measured) tell the server that nobody sees the page, keep the captions of several runs and the focus
// at a cancel, and say when the code could not be loaded. 0.7 more (measured) call a lost connection lost
// until the server is heard of, show refusals in the list of models, ask for costs again after a run, keep
// the pictures of one press in one card over a reload, and draw the shape to come. The style sheet is within the document, which costs half a kB and saves a round trip before the first paint.
const BUDGET = 117_200;
const data = mkdtempSync(join(tmpdir(), 'easel-size-'));
const server = spawn('target/release/easel', {
  env: { ...process.env, LEPTOS_SITE_ADDR: '127.0.0.1:0', EASEL_DATA_DIR: data, EASEL_MODELS: 'demo' },
});
const address = await started(server);

function get(path) {
  return new Promise((resolve, reject) => {
    http.get(address + path, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ answer, body: Buffer.concat(chunks) }));
    }).on('error', reject);
  });
}

try {
  const page = await get('/');
  const { brotliDecompressSync } = await import('node:zlib');
  const html = page.answer.headers['content-encoding'] === 'br' ? brotliDecompressSync(page.body) : page.body;
  const files = new Set(String(html).match(/\/(?:pkg|examples)\/[\w.-]+|\/(?:favicon|icons)\.svg/g));
  const rows = [['/', page.body.length]];
  for (const file of files) rows.push([file, (await get(file)).body.length]);
  const total = rows.reduce((sum, [, bytes]) => sum + bytes, 0);
  for (const [file, bytes] of rows) console.log(`${String(bytes).padStart(8)}  ${file}`);
  console.log(`${String(total).padStart(8)}  first visit, all files, brotli (${Math.round((100 * total) / BUDGET)} % of ${BUDGET})`);
  console.log(`${String(statSync('target/release/easel').size).padStart(8)}  the binary, which holds them`);
  if (total > BUDGET) {
    console.error('a first visit is larger than it may be');
    process.exitCode = 1;
  }
} finally {
  server.removeAllListeners('exit');
  const ended = new Promise((resolve) => server.on('exit', resolve));
  server.kill();
  await ended;
  rmSync(data, { recursive: true, force: true });
}
