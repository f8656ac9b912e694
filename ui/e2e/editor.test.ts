// The editor in a real browser: completion, help, search, and one history of text and form.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { MASKED } from "../tests/world/texts.ts";
import { idOf } from "../tests/world/views.ts";
import { open, settle } from "./browser.ts";
import { browser, server, setUp } from "./setup.ts";

setUp();

const text = (page: Page) => page.getByRole("textbox", { name: "Configuration" });

/** What the editor shows, line by line. */
async function lines(page: Page): Promise<string> {
  return (await page.locator(".cm-line").allTextContents()).join("\n");
}

async function editor(language = "en"): Promise<{ page: Page; wrong: string[] }> {
  const opened = await open(browser, "about:blank");
  await opened.page.addInitScript((language) => localStorage.setItem("adit", JSON.stringify({ language })), language);
  await opened.page.goto(`${server.url}#/edit/${idOf(1)}`);
  await opened.page.locator(".cm-content").click();
  await opened.page.keyboard.press("Control+Home");
  return opened;
}

const proposals = (page: Page) => page.locator(".cm-tooltip-autocomplete li");

async function proposed(page: Page): Promise<string[]> {
  await proposals(page).first().waitFor();
  return proposals(page).allTextContents();
}

describe("completion", () => {
  test("proposes the keys of the section that the cursor is in, and none that is there and may not be twice", async () => {
    const { page, wrong } = await editor();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+Space");
    expect(await proposed(page)).toEqual(["Address", "DNS", "MTU", "ListenPort", "Table", "FwMark", "SaveConfig", "PreUp", "PostUp", "PreDown", "PostDown", "[Peer]"]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+Space");
    expect(await proposed(page)).toEqual(["AllowedIPs", "[Peer]"]);
    expect(wrong).toEqual([]);
  });

  test("comes while one types, with help, and writes the key", async () => {
    const { page } = await editor();
    await page.keyboard.press("End");
    await page.keyboard.type("\nli");
    expect(await proposed(page)).toEqual(["ListenPort"]);
    await page.locator(".cm-completionInfo").getByText("UDP port of this computer").waitFor();
    await proposals(page).getByText("ListenPort").click();
    await expect.poll(() => lines(page)).toContain("[Interface]\nListenPort = \n");
  });

  test("proposes the words that are values of a key, and nothing where there are none", async () => {
    const { page } = await editor();
    await page.keyboard.press("End");
    await page.keyboard.type("\nTable = ");
    expect(await proposed(page)).toEqual(["auto", "off"]);
    await page.keyboard.type("o");
    await expect.poll(() => proposals(page).allTextContents()).toEqual(["off"]);
    await proposals(page).getByText("off").click();
    await page.keyboard.type("\nSaveC");
    await proposals(page).getByText("SaveConfig").click();
    // A key whose values are known is followed by them.
    await expect.poll(() => proposals(page).allTextContents()).toEqual(["true", "false"]);
    await proposals(page).getByText("true").click();
    await page.keyboard.type("\nListenPort = ");
    await page.keyboard.press("Control+Space");
    await page.keyboard.type("51820");
    await expect.poll(() => lines(page)).toContain("Table = off\nSaveConfig = true\nListenPort = 51820\n");
    await expect.poll(() => proposals(page).count()).toBe(0);
  });

  test("is silent in comments", async () => {
    const { page } = await editor();
    await page.keyboard.press("End");
    await page.keyboard.type("\n# mtu");
    await page.keyboard.press("Control+Space");
    await expect.poll(() => lines(page)).toContain("# mtu");
    expect(await proposals(page).count()).toBe(0);
  });
});

describe("help", () => {
  test("is shown for the key under the pointer, and for nothing else", async () => {
    const { page } = await editor();
    await page.getByText("PersistentKeepalive", { exact: true }).hover();
    await page.locator(".cm-help").getByText("Seconds between packets that keep a way through NAT open").waitFor();
    await page.locator(".cm-comment").first().hover();
    await page.locator(".cm-help").waitFor({ state: "detached" });
  });
});

describe("search", () => {
  test("opens with Ctrl+F in the editor, in the language of the window, and the list's does not take it", async () => {
    const { page, wrong } = await editor("de");
    await page.keyboard.press("Control+f");
    const field = page.getByRole("textbox", { name: "Suchen" });
    await field.waitFor();
    expect(await page.evaluate(() => document.activeElement?.className)).toContain("editor");
    await field.fill("10.8");
    await page.getByRole("button", { name: "Weiter" }).click();
    await page.getByRole("button", { name: "Weiter" }).click();
    expect(await page.locator(".cm-searchMatch").count()).toBe(2);
    expect(await page.locator(".cm-searchMatch-selected").textContent()).toBe("10.8");
    expect((await page.locator(".cm-panel").textContent())?.match(/\b(find|next|case|replace|regexp|word|all)\b/gi)).toBeNull();
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
    expect(wrong).toEqual([]);
  });

  test("replaces, and that can be taken back", async () => {
    const { page } = await editor();
    await page.keyboard.press("Control+f");
    await page.getByRole("textbox", { name: "Find" }).fill("25");
    await page.getByRole("textbox", { name: "Replace with" }).fill("30");
    await page.getByRole("button", { name: "Replace all" }).click();
    await expect.poll(() => lines(page)).toContain("PersistentKeepalive = 30");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => lines(page)).toBe(MASKED);
  });
});

describe("one history", () => {
  test("spans text, form and a look at another page", async () => {
    const { page, wrong } = await editor();
    await page.keyboard.press("End");
    await page.keyboard.type("\nMTU = 1380");
    await page.getByRole("radio", { name: "Form" }).click({ force: true });
    await page.getByRole("textbox", { name: "ListenPort" }).fill("51821");
    await page.keyboard.press("Tab");
    await page.getByRole("radio", { name: "Private networks" }).click({ force: true });
    await page.getByRole("link", { name: "Log" }).click();
    await page.getByRole("heading", { level: 1, name: "Log" }).waitFor();
    await page.goBack();
    // It is the form still.
    await page.getByRole("textbox", { name: "AllowedIPs" }).waitFor();
    expect(await page.getByRole("textbox", { name: "AllowedIPs" }).inputValue()).toContain("172.16.0.0/12");
    await page.keyboard.press("Control+z");
    await expect.poll(() => page.getByRole("textbox", { name: "AllowedIPs" }).inputValue()).toBe("0.0.0.0/0, ::/0");
    await page.getByRole("radio", { name: "Text" }).click({ force: true });
    await text(page).click();
    await page.keyboard.press("Control+z");
    await expect.poll(() => lines(page)).toBe(MASKED.replace("[Interface]\n", "[Interface]\nMTU = 1380\n"));
    await page.keyboard.press("Control+z");
    await expect.poll(() => lines(page)).toBe(MASKED);
    expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("Control+Shift+Z");
    await expect.poll(() => lines(page)).toContain("ListenPort = 51821\n");
    expect(await lines(page)).toContain("AllowedIPs = 10.0.0.0/8");
    expect(await page.getByRole("button", { name: "Redo" }).isDisabled()).toBe(true);
    expect(wrong).toEqual([]);
  });

  test("takes back what a newer version replaced", async () => {
    const { page } = await editor();
    await page.keyboard.press("End");
    await page.keyboard.type("\nMTU = 1380");
    await page.getByRole("button", { name: "Review and save" }).click();
    server.world.change(idOf(1), { version: 9 });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Load the newer version" }).click();
    await expect.poll(() => lines(page)).toBe(MASKED);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => lines(page)).toContain("MTU = 1380");
    await settle(page);
  });
});
