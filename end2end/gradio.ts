// Runs a real Gradio server with one of the shared test apps.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from './easel.ts';

const PEERS = join(import.meta.dirname, '../tests/peers');

// Outside the ephemeral ports: another process could take one of those before Gradio does.
const freePort = () => execFileSync(join(PEERS, 'port.py'), { encoding: 'utf8' }).trim();

/**
 * Runs the app `app` for all tests of a file, which run one after the other because they share its workers. Returns its
 * origin.
 */
export function gradio(app = 'plain'): () => string {
  let server: ChildProcess;
  let origin: string;
  test.describe.configure({ mode: 'serial' });
  test.beforeAll(async () => {
    // On the first use, the script installs Gradio.
    test.setTimeout(300_000);
    const port = freePort();
    origin = `http://127.0.0.1:${port}`;
    // The app ends when its standard input closes.
    server = spawn(join(PEERS, 'gradio.sh'), ['6.31.0', port, app], { stdio: ['pipe', 'ignore', 'inherit'] });
    const isReady = async () => (await fetch(`${origin}/config`).catch(() => null))?.ok ?? false;
    await expect.poll(isReady, { timeout: 280_000 }).toBe(true);
  });
  test.afterAll(() => {
    server?.stdin?.end();
  });
  return () => origin;
}
