// A browser, and pages in it that fail a test when something goes wrong unseen.
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inEveryLanguage } from "./words.ts";

/** Debian's Chromium. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** `more`: further arguments of Chromium. */
export function launch(...more: string[]): Promise<Browser> {
  // Tests may run as root, where Chromium's sandbox does not.
  return chromium.launch({ executablePath: EXECUTABLE, args: ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--force-color-profile=srgb", ...more] });
}

/** Arguments for a camera that shows a film (`camera.ts`), or Chromium's own where there is none; nobody is asked. */
export function camera(film?: string): string[] {
  return ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", ...(film === undefined ? [] : [`--use-file-for-fake-video-capture=${film}`])];
}

/** A page, and what went wrong in it: exceptions, errors of the console, violations of the content security policy. */
export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<{ page: Page; wrong: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1080, height: 760 }, locale: "en", ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(String(error.stack ?? error)));
  page.on("console", (message) => message.type() === "error" && !/status of (422|502)|ERR_/.test(message.text()) && wrong.push(message.text()));
  await page.goto(url);
  return { page, wrong };
}

/** The page once it speaks a language. */
export async function speaks(page: Page, language: string): Promise<void> {
  await page.waitForFunction((language) => document.documentElement.lang === language, language);
}

/** What says that something is on its way. */
const WAITING = ["ui-loading", "ui-connecting"].flatMap(inEveryLanguage);

/** The page after everything that was begun is done, but for what repeats. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("load");
  await page.waitForFunction((waiting) => !waiting.some((text) => document.body.innerText.includes(text)), WAITING);
  await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
}
