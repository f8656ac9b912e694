// Pictures of every page, into `shots-out`: for people to look at. `ONLY`, `THEMES`, `SIZES` (lists) and `UI_LANGUAGE` choose.
import { join } from "node:path";
import { expect, test } from "vitest";
import { camera } from "./browser.ts";
import { SCENES } from "./scenes.ts";
import { browser, server, setUp } from "./setup.ts";
import { shoot, SIZES } from "./shoot.ts";

const OUT = join(import.meta.dirname, "../shots-out");
const language = process.env.UI_LANGUAGE;
const only = process.env.ONLY?.split(",");
const themes = (process.env.THEMES ?? "light,dark").split(",");
const sizes = (process.env.SIZES ?? "wide,narrow").split(",") as (keyof typeof SIZES)[];

setUp(...camera());

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
