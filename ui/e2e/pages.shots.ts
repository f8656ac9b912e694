// Pictures of every page, into `shots-out`: for people to look at.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, open, settle } from "./browser.ts";
import { SCENES, usual } from "./scenes.ts";
import { TestServer } from "./server.ts";

const OUT = join(import.meta.dirname, "../shots-out");
/** Pages that need English words to be reached are left out of other languages. */
const language = process.env.LANGUAGE;
const only = process.env.ONLY?.split(",");
const themes = (process.env.THEMES ?? "light,dark").split(",");
const sizes = { wide: { width: 1080, height: 760 }, narrow: { width: 390, height: 844 } };
const wanted = (process.env.SIZES ?? "wide,narrow").split(",") as (keyof typeof sizes)[];

let browser: Browser;
let server: TestServer;
beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  browser = await launch();
  server = await TestServer.start(usual());
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const scenes = SCENES.filter((scene) => (!only || only.includes(scene.name)) && (!language || !scene.act));
for (const scene of scenes) {
  for (const theme of themes) {
    for (const size of wanted) {
      test(`${scene.name} ${theme} ${size}`, async () => {
        server.world = scene.world?.() ?? usual();
        server.isAlive = !scene.isAway;
        const { page, wrong } = await open(browser, "about:blank", { viewport: sizes[size], permissions: ["clipboard-read", "clipboard-write"] });
        const choices = JSON.stringify({ theme, language: language ?? null });
        await page.addInitScript((choices) => localStorage.setItem("adit", choices), choices);
        await page.goto(`${server.url}#/${scene.hash}`);
        await settle(page);
        await scene.act?.(page);
        await settle(page);
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(OUT, `${scene.name}-${theme}-${size}${language ? `-${language}` : ""}.png`) });
        await page.context().close();
        expect(wrong).toEqual([]);
      });
    }
  }
}
