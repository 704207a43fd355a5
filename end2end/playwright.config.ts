import { defineConfig } from '@playwright/test';

// Each test starts the servers that it needs, so nothing is shared but the release binary.
export default defineConfig({
  testDir: 'tests',
  // Enough for a busy machine of two slow cores; where all is well, nothing waits that long.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  workers: 2,
  // One that fails and then passes is listed as flaky, and has met a fault that shows seldom: it is to be found.
  retries: 1,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
