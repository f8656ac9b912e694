// Pictures of every page, into `shots-out`: for people to look at. `ONLY`, `THEMES`, `SIZES` (lists) and `UI_LANGUAGE` choose.
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { camera, launch } from "./browser.ts";
import { SCENES, usual } from "./scenes.ts";
import { TestServer } from "./server.ts";
import { shoot, SIZES } from "./shoot.ts";

const OUT = join(import.meta.dirname, "../shots-out");
const language = process.env.UI_LANGUAGE;
const only = process.env.ONLY?.split(",");
const themes = (process.env.THEMES ?? "light,dark").split(",");
const sizes = (process.env.SIZES ?? "wide,narrow").split(",") as (keyof typeof SIZES)[];

let browser: Browser;
let server: TestServer;
beforeAll(async () => {
  browser = await launch(...camera());
  server = await TestServer.start(usual());
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

for (const scene of SCENES.filter((scene) => !only || only.includes(scene.name))) {
  for (const theme of themes) {
    for (const size of sizes) {
      test(`${scene.name} ${theme} ${size}`, async () => {
        const file = join(OUT, `${scene.name}-${theme}-${size}${language ? `-${language}` : ""}.png`);
        expect(await shoot(browser, server, scene, { theme, size, language }, file)).toEqual([]);
      });
    }
  }
}
