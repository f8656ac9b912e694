// Every page of the built window in a real browser, in each theme and at several widths.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { idOf } from "../tests/world/views.ts";
import { camera, launch, open, settle } from "./browser.ts";
import { axe, tooWide } from "./faults.ts";
import { usual } from "./acts.ts";
import { SCENES } from "./scenes.ts";
import { TestServer } from "./server.ts";
import { wordsOf } from "./words.ts";

const THEMES = [["light", "normal"], ["dark", "normal"], ["light", "more"], ["dark", "more"]] as const;

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

test("the banner of a service that went away, and its help: accessible in each theme", { timeout: 240_000 }, async () => {
  const say = wordsOf("en");
  await page.setViewportSize({ width: 390, height: 760 });
  await page.goto(`${server.url}?banner#/tunnel/${idOf(1)}`);
  await settle(page);
  server.kill();
  await page.getByText(say("ui-away-banner")).waitFor();
  expect(await looks("banner")).toEqual([]);
  await page.getByRole("button", { name: say("ui-away-help") }).click();
  expect(await looks("help")).toEqual([]);
  server.isAlive = true;
  await page.getByText(say("ui-away-banner")).waitFor({ state: "detached" });
  expect(wrong.splice(0)).toEqual([]);
});

/** Violations in each theme. */
async function looks(what: string): Promise<string[]> {
  const found: string[] = [];
  for (const [theme, contrast] of THEMES) {
    await page.evaluate(([theme, contrast]) => Object.assign(document.documentElement.dataset, { theme, contrast }), [theme, contrast] as const);
    found.push(...(await axe(page)).map((line) => `${what}, ${theme}, contrast ${contrast}: ${line}`));
  }
  return found;
}

for (const scene of SCENES) {
  test(`${scene.name}: accessible in each theme, and nothing is wider than the window`, { timeout: 240_000 }, async () => {
    server.world = scene.world?.() ?? usual();
    server.isAlive = !scene.isAway;
    server.away = scene.away ?? null;
    await page.setViewportSize({ width: 1080, height: 760 });
    // An address that differs in its fragment alone would not load the page anew.
    await page.goto(`${server.url}?${scene.name}#/${scene.hash}`);
    await page.evaluate(() => localStorage.clear());
    await settle(page);
    await scene.act?.(page, wordsOf("en"), server);
    await settle(page);
    const found: string[] = [];
    found.push(...(await looks(scene.name)));
    for (const width of [360, 720, 1080, 3840]) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await tooWide(page)).map((line) => `${width} px: ${line}`));
    }
    expect([...found, ...wrong.splice(0)]).toEqual([]);
  });
}
