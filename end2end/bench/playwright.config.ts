import { defineConfig } from '@playwright/test';
import tests from '../playwright.config.ts';

// Measures instead of testing: `script/bench` runs it.
export default defineConfig({
  ...tests,
  testDir: '.',
  testMatch: '*.bench.ts',
  timeout: 300_000,
  workers: 1,
  reporter: [['dot']],
  use: { ...tests.use, trace: 'off', viewport: { width: 1280, height: 800 } },
});
