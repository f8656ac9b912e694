// The built window in languages other than English.
import { expect, test } from "vitest";
import { camera, open, settle, speaks } from "./browser.ts";
import { tooWide } from "./faults.ts";
import { usual } from "./acts.ts";
import { SCENES } from "./scenes.ts";
import { browser, server, setUp } from "./setup.ts";
import { wordsOf } from "./words.ts";

setUp(...camera());

const ENGLISH = /equals separator|begin the line|below 576|host bits|write \S*10\.|a link or a device|not a WireGuard/i;

for (const language of ["de", "fr", "es", "pt-BR", "ar"]) {
  test(`${language}: a broken configuration and refused files are explained in it`, { timeout: 120_000 }, async () => {
    server.world = usual();
    const { page, wrong } = await open(browser, "about:blank");
    await page.setViewportSize({ width: 360, height: 800 });
    await page.addInitScript((language) => localStorage.setItem("adit", JSON.stringify({ language })), language);
    const hash = SCENES.find((scene) => scene.name === "edit-errors")?.hash;
    await page.goto(`${server.url}?broken#/${hash}`);
    await speaks(page, language);
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("nonsense\nMTU = 500\nAllowedIPs = 10.7.0.1/24\n");
    await page.locator("li.error").waitFor();
    await page.locator("li.warning").nth(1).waitFor();
    const edited = await page.evaluate(() => document.body.innerText);
    const wide = await tooWide(page);
    await page.goto(`${server.url}?refused#/add`);
    await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles([
      { name: "all.zip", mimeType: "application/zip", buffer: Buffer.from("PK") },
      { name: "holiday.png", mimeType: "image/png", buffer: Buffer.from("PNG") },
    ]);
    await page.getByText("holiday.png").waitFor();
    const imported = await page.evaluate(() => document.body.innerText);
    expect([edited, imported].flatMap((text) => text.match(ENGLISH) ?? [])).toEqual([]);
    expect([...wide, ...(await tooWide(page)), ...wrong]).toEqual([]);
    await page.context().close();
  });

  test(`${language}: every page fits, and none says a word of English where the language has its own`, { timeout: 600_000 }, async () => {
    const found: string[] = [];
    const { page, wrong } = await open(browser, "about:blank", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.addInitScript((language) => localStorage.setItem("adit", JSON.stringify({ language })), language);
    // German and Arabic have the longest words and the other direction; the others are looked at where nothing has to be pressed.
    const scenes = SCENES.filter((scene) => scene.act === undefined || ["de", "ar"].includes(language));
    for (const scene of scenes) {
      server.world = scene.world?.() ?? usual();
      server.isAlive = !scene.isAway;
      server.away = scene.away ?? null;
      // An address that differs in its fragment alone would not load the page anew.
      await page.goto(`${server.url}?${scene.name}#/${scene.hash}`);
      await speaks(page, language);
      await settle(page);
      await scene.act?.(page, wordsOf(language), server);
      await settle(page);
      expect(await page.evaluate(() => document.documentElement.dir)).toBe(language === "ar" ? "rtl" : "ltr");
      for (const width of [360, 1080]) {
        await page.setViewportSize({ width, height: 800 });
        found.push(...(await tooWide(page)).map((line) => `${scene.name}, ${width} px: ${line}`));
      }
      // Text of the system, in English, is a value between isolating marks.
      const text = (await page.evaluate(() => document.body.innerText)).replace(/\u2068[^\u2069]*\u2069/g, "");
      if (!scene.quotes) found.push(...[...text.matchAll(/\b(the|tunnel is|of|and|Off|Edit|Settings|Turn on)\b/g)].map((match) => `${scene.name}: ${text.slice(Math.max(0, match.index - 30), match.index + 30)}`));
      found.push(...wrong.splice(0).map((line) => `${scene.name}: ${line}`));
    }
    await page.context().close();
    expect(found).toEqual([]);
  });
}
