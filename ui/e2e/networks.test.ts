// The page of on-demand rules before the real manager, while the computer goes from home to a café and back.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launch, open, settle } from "./browser.ts";
import { Simulation } from "./simulation.ts";

let browser: Browser;
let simulation: Simulation;
beforeAll(async () => {
  browser = await launch();
  simulation = await Simulation.start();
});
afterAll(async () => {
  await browser.close();
  await simulation.stop();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

const joins = (network: "home" | "cafe" | "office") => simulation.happens({ what: "joins", network });
const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, "");

/** What the page says: the network, what the rules do, which of them decides, the trace, and the tunnel's row in the list. */
async function says(page: Page) {
  const text = async (selector: string) => plain((await page.locator(selector).allInnerTexts()).join(" | ")).replace(/\s+/g, " ");
  return {
    network: await text(".now .network strong"),
    does: await text(".now .what"),
    deciding: await text(".card:has(> .grow .pill.ok) b"),
    why: await text(".now details .condition"),
    row: plain(await page.getByRole("link", { name: /^Everything/ }).innerText()).replace(/\s+/g, " "),
  };
}

const HOME = {
  network: "Wi-Fi “Home”",
  does: "All on-demand tunnels off",
  deciding: "If Wi-Fi name is “Home”, Wi-Fi protection is WPA2, and gateway is 02:00:00:00:01:02",
  why: expect.stringContaining("Wi-Fi name is “Home”") as string,
  row: expect.stringMatching(/^Everything off/i) as string,
};
const CAFE = {
  network: "Wi-Fi “Café Central”",
  does: "Everything (everything) on",
  deciding: "In every other network",
  why: expect.stringMatching(/seen: “Café Central”.*seen: none.*seen: 02:00:00:00:02:02/) as string,
  row: expect.stringMatching(/^Everything (answered|healthy)/i) as string,
};

test("list, badge and reason follow the computer from home to a café, home again, and back to the café", async () => {
  const { page, wrong } = await open(browser, `${simulation.url}#/rules`);
  await settle(page);
  await page.getByRole("combobox", { name: "Tunnel" }).selectOption("Everything");
  await page.getByRole("button", { name: /^Everywhere except at home/ }).click();
  await page.getByText(/^With them, now: /).waitFor();
  await page.getByRole("button", { name: "Save the rules" }).click();
  await page.getByText("The rules are saved.").waitFor();
  await page.getByText("Why?").click();
  await expect.poll(() => says(page), { timeout: 30_000 }).toEqual(HOME);
  for (const [network, expected] of [["cafe", CAFE], ["home", HOME], ["cafe", CAFE]] as const) {
    await joins(network);
    await expect.poll(() => says(page), { timeout: 30_000 }).toEqual(expected);
  }
  // The page of the tunnel has the reason too.
  await page.getByRole("link", { name: /^Everything/ }).click();
  await page.getByRole("link", { name: /^On-demand: / }).waitFor();
  expect(wrong).toEqual([]);
});

test("a choice by hand is respected until the next network, and the café can be trusted", async () => {
  await joins("cafe");
  const { page, wrong } = await open(browser, `${simulation.url}#/rules`);
  await settle(page);
  await expect.poll(async () => (await says(page)).does, { timeout: 30_000 }).toBe(CAFE.does);
  await page.getByRole("link", { name: /^Everything/ }).click();
  await page.getByRole("main").getByRole("switch", { name: /Everything/ }).click();
  await page.getByRole("link", { name: /turned on or off by hand/ }).click();
  await page.locator("strong").getByText(/was turned off by hand/).waitFor();
  // The cable in the office is another network.
  await joins("office");
  await page.locator("strong").getByText(/was turned off by hand/).waitFor({ state: "detached" });
  await expect.poll(async () => (await says(page)).network).toBe("Ethernet");
  await joins("cafe");
  await expect.poll(async () => (await says(page)).network).toBe(CAFE.network);
  await page.getByRole("button", { name: "Trust this network" }).click();
  await page.getByRole("button", { name: "Save the rules" }).click();
  await expect.poll(async () => (await says(page)).does, { timeout: 30_000 }).toBe(HOME.does);
  expect((await says(page)).deciding).toContain("Café Central");
  expect(wrong).toEqual([]);
});
