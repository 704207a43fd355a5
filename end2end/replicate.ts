// Runs Replicate's facade in front of a real cog server (tests/facade), built by
// `cargo build --example replicate_facade --features ssr`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const BINARY = join(import.meta.dirname, '../target/debug/examples/replicate_facade');
const TOKEN = 'r8_facade_0123456789';

type Report = {
  seen: { create_requests: number; creates: number; bodies: { input: Record<string, unknown> }[] };
  /** The states of all predictions, oldest first. */
  statuses: string[];
};

export class Facade {
  private constructor(
    private readonly origin: string,
    private readonly delivery: string,
    private readonly end: () => Promise<void>,
  ) {}

  /** Resolves when the model is ready; the first start installs its cog server. */
  static async start(version = '0.23.1'): Promise<Facade> {
    const child = spawn(BINARY, [version], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const said = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk)));
      child.once('exit', (code) => reject(new Error(`the facade ended with ${code}`)));
    });
    const [origin, delivery] = said.trim().split(' ');
    // The facade serves until its standard input closes.
    return new Facade(origin, delivery, async () => {
      child.stdin.end();
      await ended;
    });
  }

  /** The variables that make Easel use the facade. */
  get env() {
    return {
      REPLICATE_API_TOKEN: TOKEN,
      REPLICATE_BASE_URL: `${this.origin}/v1`,
      EASEL_ALLOWED_ORIGINS: this.delivery,
      EASEL_MODELS: 'replicate:easel/painter',
    };
  }

  /** Switches failures on, until the next switch. */
  async switch(switches: Record<string, unknown>) {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${this.origin}/_control`, { method: 'POST', headers, body: JSON.stringify(switches) });
  }

  /** The requests that the facade received. */
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
