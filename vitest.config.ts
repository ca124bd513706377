import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '')

export default defineConfig({
  resolve: { alias: { '@': root } },
  test: {
    include: ['{app,components,lib,bin,bench,conformance,e2e}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'threads',
    // One loading of the modules per worker: half of the run went into loading them again for each file.
    isolate: false,
    maxWorkers: 2,
  },
})
