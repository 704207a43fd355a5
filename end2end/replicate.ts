// Runs Replicate's facade in front of a real cog server (tests/facade), built by
// `cargo build --example replicate_facade --features ssr`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const BINARY = join(import.meta.dirname, '../target/debug/examples/replicate_facade');
const TOKEN = 'r8_facade_0123456789';

type Report = {
  seen: { create_requests: number; creates: number; bodies: { input: Record<string, unknown> }[] };
  /** Of all predictions, oldest first. */
  statuses: string[];
};

export class Facade {
  private constructor(
    private readonly origin: string,
    private readonly delivery: string,
    private readonly end: () => Promise<void>,
  ) {}

  /** Resolves when the model is ready; its cog server is installed the first time. */
  static async start(version = '0.23.1'): Promise<Facade> {
    const child = spawn(BINARY, [version], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const said = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk)));
      child.once('exit', (code) => reject(new Error(`the facade ended with ${code}`)));
    });
    const [origin, delivery] = said.trim().split(' ');
    // It serves until its input ends.
    return new Facade(origin, delivery, async () => {
      child.stdin.end();
      await ended;
    });
  }

  /** What Easel needs to know to use it. */
  get env() {
    return {
      REPLICATE_API_TOKEN: TOKEN,
      REPLICATE_BASE_URL: `${this.origin}/v1`,
      EASEL_ALLOWED_ORIGINS: this.delivery,
      EASEL_MODELS: 'replicate:easel/painter',
    };
  }

  /** Makes it misbehave, until it is switched again. */
  async switch(switches: Record<string, unknown>) {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${this.origin}/_control`, { method: 'POST', headers, body: JSON.stringify(switches) });
  }

  /** What it was asked for. */
  async report(): Promise<Report> {
    return (await fetch(`${this.origin}/_control`)).json() as Promise<Report>;
  }

  async lastInput() {
    return (await this.report()).seen.bodies.at(-1)?.input;
  }

  stop() {
    return this.end();
  }
}
