import { defineConfig } from '@playwright/test';

// Each test starts its own servers; only the release binary is shared.
export default defineConfig({
  testDir: 'tests',
  // Enough for a busy machine with two slow cores; normally nothing waits that long.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  workers: 2,
  // A test that fails and then passes is listed as flaky: a rare fault that needs to be found.
  retries: 1,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    // Recording every test would make them all a third slower.
    trace: 'on-first-retry',
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
