// How the tests run: every tests/**/*.test.ts, two files at a time, real tools on a loaded machine allowed to take minutes.
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 900_000,
    hookTimeout: 900_000
  }
})
