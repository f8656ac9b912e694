// The built page in a real browser, before the real manager and the real engine on a computer in memory (core/simulation).
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
  await simulation.happens({ what: "servers_answer" });
  for (const context of browser.contexts()) await context.close();
});

/** Opens the page of a tunnel. */
async function tunnel(name: string): Promise<{ page: Page; wrong: string[] }> {
  const opened = await open(browser, simulation.url);
  await settle(opened.page);
  await opened.page.getByRole("link", { name: new RegExp(`^${name}`) }).click();
  await opened.page.getByRole("heading", { level: 1, name }).waitFor();
  return opened;
}

const main = (page: Page) => page.getByRole("main");
const toggle = (page: Page, name: string) => main(page).getByRole("switch", { name: new RegExp(name) });

test("the page says that nothing of it is real", async () => {
  const { page, wrong } = await open(browser, simulation.url);
  await settle(page);
  await page.getByText(/simulated/i).first().waitFor();
  expect(wrong).toEqual([]);
});

test("a tunnel is switched on, its server answers, and traffic flows", async () => {
  const { page, wrong } = await tunnel("Home");
  await toggle(page, "Home").click();
  await main(page).getByText("Healthy").first().waitFor();
  await main(page).getByText(/\d (KiB|MiB|kB|MB)/).first().waitFor();
  await main(page).getByText("198.51.100.7:51820").first().waitFor();
  await toggle(page, "Home").click();
  await main(page).getByText("Off", { exact: true }).first().waitFor();
  expect(wrong).toEqual([]);
});

test("a server that falls silent and answers again is seen on the page", async () => {
  const { page } = await tunnel("Home");
  await toggle(page, "Home").click();
  await main(page).getByText("Healthy").first().waitFor();
  await simulation.happens({ what: "servers_fall_silent" });
  await main(page).getByText("Healthy").first().waitFor({ state: "detached" });
  await simulation.happens({ what: "servers_answer" });
  await main(page).getByText("Healthy").first().waitFor();
  await toggle(page, "Home").click();
});

test("the counters of the only peer and of its tunnel agree", async () => {
  const { page } = await tunnel("Home");
  await toggle(page, "Home").click();
  await main(page).getByText("Healthy").first().waitFor();
  const bytes = (text: string | null | undefined) => {
    const [, number, unit] = /([\d.]+)\s(B|KiB|MiB)\sreceived/.exec(text?.replace(/[\u2068\u2069]/g, "") ?? "") ?? [];
    return Number(number) * ({ B: 1, KiB: 1024, MiB: 1024 ** 2 }[unit ?? "B"] ?? Number.NaN);
  };
  const received = async () => (await main(page).getByText(/ received/).allTextContents()).map(bytes);
  // A second of traffic is at most 40 packets of 1,200 bytes.
  await expect.poll(async () => {
    const [tunnel = 0, peer = 0] = await received();
    return tunnel > 60_000 && Math.abs(tunnel - peer) < 120_000;
  }, { timeout: 40_000 }).toBe(true);
  await toggle(page, "Home").click();
});

test("a server that never answers is not called healthy, and the page says what to check", async () => {
  const { page } = await tunnel("No answer");
  await toggle(page, "No answer").click();
  await main(page).getByText(/no handshake yet|no answer/i).first().waitFor();
  expect(await main(page).getByText("Healthy").count()).toBe(0);
  await toggle(page, "No answer").click();
});

test("what the tunnel changes on the computer is shown, and is gone with the tunnel", async () => {
  const { page } = await tunnel("Everything");
  await toggle(page, "Everything").click();
  await main(page).getByText("Healthy").first().waitFor();
  await main(page).getByText(/changes on this computer/i).first().click();
  await main(page).getByText("10.3.0.1").first().waitFor();
  await toggle(page, "Everything").click();
  await main(page).getByText("Off", { exact: true }).first().waitFor();
});

test("the form of a tunnel says what goes through its peer, as the core works it out, and Undo takes a choice back", async () => {
  const { page, wrong } = await tunnel("Everything");
  await page.keyboard.press("Control+e");
  await page.getByRole("radio", { name: "Form" }).click({ force: true });
  const choice = (name: string) => page.getByRole("radio", { name });
  const networks = page.getByRole("textbox", { name: "AllowedIPs" });
  await expect.poll(() => choice("Everything").first().isChecked()).toBe(true);
  const before = await networks.inputValue();
  await choice("Everything except…").click({ force: true });
  const outside = page.getByRole("textbox", { name: "Networks that stay outside" });
  await expect.poll(() => outside.inputValue()).toBe("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7");
  await outside.fill("192.168.7.0/24");
  await outside.press("Tab");
  await expect.poll(async () => (await networks.inputValue()).split(", ")).toContain("192.168.6.0/24");
  await choice("Private networks").click({ force: true });
  await expect.poll(() => networks.inputValue()).toBe("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7");
  await expect.poll(() => choice("Private networks").isChecked()).toBe(true);
  for (let step = 0; step < 3; step += 1) await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => networks.inputValue()).toBe(before);
  expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
  expect(wrong).toEqual([]);
});

test("a new tunnel is made in the form, with a key that the service makes, and its public half is shown", async () => {
  const { page, wrong } = await open(browser, simulation.url);
  await settle(page);
  await page.keyboard.press("Control+n");
  await page.getByRole("textbox", { name: "Name" }).fill("Workshop");
  const fields = { Address: "10.77.0.2/32", PublicKey: "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", Endpoint: "203.0.113.44:51820" };
  for (const [name, value] of Object.entries(fields)) {
    await page.getByRole("textbox", { name, exact: true }).fill(value);
    await page.keyboard.press("Tab");
  }
  await page.getByText("What turning it on will change on this computer").waitFor();
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { level: 1, name: "Workshop" }).waitFor();
  const key = await page.getByRole("region", { name: "Public key of this computer" }).locator("code").textContent();
  expect(key).toMatch(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);
  expect(wrong).toEqual([]);
});

test("an imported file is a tunnel, a wrong file is refused with its line, and nothing is half imported", async () => {
  const { page, wrong } = await open(browser, simulation.url);
  await settle(page);
  const files = {
    "cabin.conf":
      "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = 10.9.0.2/24\n[Peer]\n" +
      "PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 10.9.0.0/24\nEndpoint = 203.0.113.44:51820\n",
    "wrong.conf": "[Interface]\nPrivateKey = short\n",
  };
  await page.evaluate((files) => {
    const data = new DataTransfer();
    for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
    const event = (type: string) => new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
    window.dispatchEvent(event("dragover"));
    window.dispatchEvent(event("drop"));
  }, files);
  await page.getByRole("heading", { name: "cabin.conf" }).waitFor();
  await page.getByText(/wrong\.conf\W*: Line \W*2\W*, column \W*14\W*: \W*PrivateKey/).waitFor();
  await page.getByRole("button", { name: /Import one tunnel/ }).click();
  await page.getByText(/^Imported \W*1\W* of \W*2/).waitFor();
  await page.getByRole("link", { name: /^cabin/ }).first().waitFor();
  expect(await page.getByRole("link", { name: /^wrong/ }).count()).toBe(0);
  expect(wrong).toEqual([]);
});

test("the service is killed and comes back, with its tunnels and the same page", async () => {
  const { page } = await tunnel("Office");
  await toggle(page, "Office").click();
  await main(page).getByText("Healthy").first().waitFor();
  await simulation.kill();
  await page.getByText("may be out of date").waitFor();
  await simulation.run();
  await page.getByText("may be out of date").waitFor({ state: "detached" });
  // What was up is up again, without a click.
  await main(page).getByText("Healthy").first().waitFor();
});
