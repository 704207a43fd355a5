// A real Gradio server with one of the apps that the tests share.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from './easel.ts';

const PEERS = join(import.meta.dirname, '../tests/peers');

// Not one that a system gives to whoever asks for any: that may be taken before Gradio has it.
const freePort = () => execFileSync(join(PEERS, 'port.py'), { encoding: 'utf8' }).trim();

/** Runs `app` of the peers for the tests of a file, one after the other: they share its workers. Answers its origin. */
export function gradio(app = 'plain'): () => string {
  let server: ChildProcess;
  let origin: string;
  test.describe.configure({ mode: 'serial' });
  test.beforeAll(async () => {
    // The first time, the script installs Gradio.
    test.setTimeout(300_000);
    const port = freePort();
    origin = `http://127.0.0.1:${port}`;
    // The app ends with its standard input.
    server = spawn(join(PEERS, 'gradio.sh'), ['6.31.0', port, app], { stdio: ['pipe', 'ignore', 'inherit'] });
    const isReady = async () => (await fetch(`${origin}/config`).catch(() => null))?.ok ?? false;
    await expect.poll(isReady, { timeout: 280_000 }).toBe(true);
  });
  test.afterAll(() => {
    server?.stdin?.end();
  });
  return () => origin;
}
