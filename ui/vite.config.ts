import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The window is served from a scheme of its own, the test server from any path.
  base: "./",
  plugins: [svelte()],
  build: {
    // WebKitGTK 2.40 and later, and the web views of phones.
    target: ["es2022", "safari16.4"],
    // The content security policy allows neither inline scripts nor data: URLs for scripts and styles.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  server: { fs: { allow: [".."] } },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : undefined,
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.ts"],
    testTimeout: 20_000,
    setupFiles: ["tests/setup.ts"],
  },
});
