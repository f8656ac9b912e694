// Every page of the built window in a real browser, in each theme and at several widths.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { camera, launch, open, settle } from "./browser.ts";
import { axe, tooWide } from "./faults.ts";
import { SCENES, usual } from "./scenes.ts";
import { TestServer } from "./server.ts";

let browser: Browser;
let server: TestServer;
let page: Page;
let wrong: string[];
beforeAll(async () => {
  browser = await launch(...camera());
  server = await TestServer.start(usual());
  // One page for all: a new one each time takes longer than the test in it.
  ({ page, wrong } = await open(browser, "about:blank", { reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"] }));
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

for (const scene of SCENES) {
  test(`${scene.name}: accessible in each theme, and nothing is wider than the window`, { timeout: 120_000 }, async () => {
    server.world = scene.world?.() ?? usual();
    server.isAlive = !scene.isAway;
    await page.setViewportSize({ width: 1080, height: 760 });
    // An address that differs in its fragment alone would not load the page anew.
    await page.goto(`${server.url}?${scene.name}#/${scene.hash}`);
    await page.evaluate(() => localStorage.clear());
    await settle(page);
    await scene.act?.(page);
    await settle(page);
    const found: string[] = [];
    for (const theme of ["light", "dark", "contrast"]) {
      await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
      // A theme changes colours alone.
      const lines = await axe(page, theme === "light" ? "all" : "colours");
      found.push(...lines.map((line) => `${theme}: ${line}`));
    }
    for (const width of [360, 720, 1080, 3840]) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await tooWide(page)).map((line) => `${width} px: ${line}`));
    }
    expect([...found, ...wrong.splice(0)]).toEqual([]);
  });
}
