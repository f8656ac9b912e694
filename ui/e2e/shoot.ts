// Pictures of pages.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Browser } from "playwright-core";
import { open, settle, speaks } from "./browser.ts";
import { type Scene, usual } from "./acts.ts";
import type { TestServer } from "./server.ts";
import { wordsOf } from "./words.ts";

/** The tall ones show a whole page where the others show what a window or a phone shows. */
export const SIZES = {
  wide: { width: 1080, height: 760 },
  narrow: { width: 390, height: 844 },
  tall: { width: 1080, height: 1700 },
  long: { width: 390, height: 2400 },
};

/** How a page looks. */
export interface Look {
  theme: string;
  size: keyof typeof SIZES;
  /** English if none. */
  language?: string | undefined;
}

/** Writes a picture of a page to `file`, and returns what went wrong in the page. */
export async function shoot(browser: Browser, server: TestServer, scene: Scene, { theme, size, language }: Look, file: string): Promise<string[]> {
  server.world = scene.world?.() ?? usual();
  server.isAlive = !scene.isAway;
  server.away = scene.away ?? null;
  const { page, wrong } = await open(browser, "about:blank", { viewport: SIZES[size], reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"] });
  const choices = JSON.stringify({ theme, language: language ?? null });
  await page.addInitScript((choices) => localStorage.setItem("adit", choices), choices);
  await page.goto(`${server.url}#/${scene.hash}`);
  await speaks(page, language ?? "en");
  await settle(page);
  await scene.act?.(page, wordsOf(language ?? "en"), server);
  await settle(page);
  await page.waitForTimeout(300);
  await mkdir(dirname(file), { recursive: true });
  await page.screenshot({ path: file });
  await page.context().close();
  return wrong;
}
