import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

// Many tests wait for the processes they start: on two cores, two of them at a time take two thirds of what one does.
const workers = Math.max(2, availableParallelism() - 1)

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    maxWorkers: workers,
    minWorkers: 1
  }
})
