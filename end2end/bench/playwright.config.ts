import { defineConfig } from '@playwright/test';
import tests from '../playwright.config.ts';

// Benchmarks instead of tests: `script/bench` runs them.
export default defineConfig({
  ...tests,
  testDir: '.',
  testMatch: '*.bench.ts',
  timeout: 300_000,
  workers: 1,
  reporter: [['dot']],
  use: { ...tests.use, trace: 'off', viewport: { width: 1280, height: 800 } },
});
