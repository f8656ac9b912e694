import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    reporters: ["verbose"],
    include: [process.env.SHOTS ? `e2e/${process.env.SHOTS}.shots.ts` : "e2e/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine can be too slow for one of them. The reporter says which passed only the second time.
    retry: 1,
    // Each has a browser of its own.
    maxWorkers: 2,
  },
});
