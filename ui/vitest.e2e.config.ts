import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    reporters: ["verbose"],
    include: [process.env.SHOTS ? `e2e/${process.env.SHOTS}.shots.ts` : "e2e/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each has a browser of its own.
    maxWorkers: 2,
  },
});
