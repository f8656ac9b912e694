// The pictures in `docs/screenshots`, which `cargo xtask shots` makes.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tidy } from "./acts.ts";
import { camera } from "./browser.ts";
import { SCENES } from "./scenes.ts";
import { browser, server, setUp } from "./setup.ts";
import { type Look, shoot } from "./shoot.ts";

const OUT = process.env.OUT ?? join(import.meta.dirname, "../../docs/screenshots");
/** No picture in the repository is larger: bytes. */
const LIMIT = 200_000;

/** Every page, light and dark, wide and narrow. */
const PAGES = [
  "list", "first-run", "away", "healthy", "no-answer", "blocked", "details", "add", "import", "new", "new-preview", "edit-text", "edit-form", "edit-review", "versions",
  "export", "key", "rules-none", "rules", "rules-why", "rules-edit", "rules-settings", "rules-failing", "portal", "log", "settings", "support", "shortcuts", "conflict", "hooks-question", "remove-question", "lockdown-question", "take-over",
];

/** Looks of their own: other languages, errors, high contrast. */
const OTHERS: [scene: string, look: Look][] = [
  ["healthy", { theme: "light", size: "wide", language: "ar" }],
  ["no-answer", { theme: "light", size: "wide", language: "de" }],
  ["edit-errors", { theme: "dark", size: "wide" }],
  ["error-edit-conflict", { theme: "light", size: "wide", language: "de" }],
  ["error-rules-save", { theme: "dark", size: "wide" }],
  ["import-outcome", { theme: "light", size: "wide" }],
  ["warnings", { theme: "dark", size: "wide" }],
  ["rules-failing", { theme: "light", size: "narrow", language: "ar" }],
  ["further-endpoints", { theme: "light", size: "wide" }],
  ["turns-off", { theme: "dark", size: "narrow" }],
  ["crowd", { theme: "light", size: "wide" }],
  ["edit-completion", { theme: "light", size: "wide" }],
  ["healthy", { theme: "contrast-light", size: "wide" }],
  ["healthy", { theme: "contrast-dark", size: "wide" }],
];

const LOOKS: Look[] = (["light", "dark"] as const).flatMap((theme) => (["wide", "narrow"] as const).map((size) => ({ theme, size })));

/** The page, and how it looks. `ONLY` (a list of pages) leaves the others out. */
const PICTURES = [...PAGES.flatMap((scene) => LOOKS.map((look): [string, Look] => [scene, look])), ...OTHERS].filter(
  ([scene]) => process.env.ONLY?.split(",").includes(scene) ?? true,
);

setUp(...camera());

for (const [name, look] of PICTURES) {
  const file = [name, look.theme, look.size, look.language].filter(Boolean).join("-");
  test(file, async () => {
    const scene = SCENES.find((scene) => scene.name === name);
    if (!scene) throw new Error(`there is no page ${name}`);
    const path = join(OUT, `${file}.png`);
    expect(await shoot(browser, server, { world: tidy, ...scene }, look, path)).toEqual([]);
    expect((await stat(path)).size).toBeLessThanOrEqual(LIMIT);
  });
}
