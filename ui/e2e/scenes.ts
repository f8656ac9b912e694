// Every page, with what has to be there and what has to be done to see it.
import type { Page } from "playwright-core";
import { people } from "../tests/world/people.ts";
import { logLines } from "../tests/world/logs.ts";
import { CONFIG } from "../tests/world/texts.ts";
import { idOf } from "../tests/world/views.ts";
import { World } from "../tests/world/world.ts";

/** A page to look at. */
export interface Scene {
  name: string;
  /** The address behind `#/`. */
  hash: string;
  world?: () => World;
  /** Whether the service is there. */
  isAway?: boolean;
  /** Done before looking. */
  act?: (page: Page) => Promise<void>;
}

/** The usual world. */
export const usual = () => new World(people(), logLines());
const of = (number: number, kind = "tunnel") => `${kind}/${idOf(number)}`;

async function openEditor(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Configuration" }).waitFor();
}

async function type(page: Page, text: string): Promise<void> {
  await openEditor(page);
  await page.getByRole("textbox", { name: "Configuration" }).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
  await page.getByText("No errors, no warnings").waitFor({ state: "detached" });
}

export const SCENES: Scene[] = [
  { name: "list", hash: "" },
  { name: "first-run", hash: "", world: () => Object.assign(new World([]), { takeovers: [] }) },
  { name: "away", hash: "", isAway: true },
  { name: "healthy", hash: of(1) },
  { name: "no-answer", hash: of(2) },
  { name: "paused", hash: of(3) },
  { name: "blocked", hash: of(4) },
  { name: "handshaking", hash: of(5) },
  { name: "off", hash: of(6), act: (page) => page.locator("summary").first().click() },
  { name: "failed", hash: of(7) },
  { name: "hooks", hash: of(8) },
  { name: "long-name", hash: of(9) },
  { name: "hostile-name", hash: of(11) },
  { name: "starting", hash: of(12) },
  { name: "unusable", hash: of(13) },
  {
    name: "details",
    hash: of(1),
    act: async (page) => {
      for (const summary of await page.locator("summary").all()) await summary.click();
      await page.getByRole("textbox", { name: "Where does an address go?" }).fill("10.1.2.3");
      await page.keyboard.press("Enter");
      await page.getByText("10.1.2.3 goes").or(page.locator(".answer")).first().waitFor();
      await page.locator("main").evaluate((main) => main.scrollTo(0, 100_000));
    },
  },
  { name: "menu", hash: of(1), act: (page) => page.getByRole("button", { name: "More actions" }).click() },
  { name: "refused", hash: of(6), world: () => Object.assign(usual(), { refusals: new Map([["connect", { code: "not_allowed", needs: "operate", action: null }]]) }), act: (page) => page.getByRole("main").getByRole("switch").first().click() },
  { name: "conflict", hash: of(10), act: (page) => page.getByRole("main").getByRole("switch").first().click() },
  { name: "key-question", hash: of(14), act: (page) => page.getByRole("main").getByRole("switch").first().click() },
  { name: "hooks-question", hash: of(8), act: (page) => page.getByRole("button", { name: "Read the commands" }).click() },
  { name: "remove-question", hash: of(6), act: (page) => page.keyboard.press("Delete") },
  { name: "edit-text", hash: of(1, "edit"), act: openEditor },
  { name: "edit-errors", hash: of(1, "edit"), act: (page) => type(page, "nonsense\nMTU = 500\nAllowedIPs = 10.7.0.1/24\n") },
  {
    name: "edit-form",
    hash: of(1, "edit"),
    act: async (page) => {
      await openEditor(page);
      await page.getByRole("radio", { name: "Form" }).check({ force: true });
      await page.getByRole("heading", { name: "This computer", exact: true }).waitFor();
    },
  },
  {
    name: "edit-review",
    hash: of(1, "edit"),
    act: async (page) => {
      await openEditor(page);
      await page.getByRole("textbox", { name: "Configuration" }).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("MTU = 1380\n");
      await page.getByRole("button", { name: "Review and save" }).click();
    },
  },
  { name: "versions", hash: of(1, "versions") },
  { name: "export", hash: of(1, "export"), act: (page) => page.getByRole("button", { name: "Show as QR code" }).click() },
  { name: "key", hash: of(14, "key"), act: (page) => page.getByRole("button", { name: "Test the new key" }).click() },
  { name: "key-none", hash: of(1, "key") },
  { name: "add", hash: "add", act: (page) => page.getByRole("button", { name: /^Paste or scan/ }).click() },
  {
    name: "import",
    hash: "add",
    act: async (page) => {
      await page.locator("input[data-import]").setInputFiles([
        { name: "office-3.conf", mimeType: "text/plain", buffer: Buffer.from(CONFIG) },
        { name: "all.zip", mimeType: "application/zip", buffer: Buffer.from("PK") },
        { name: "holiday.png", mimeType: "image/png", buffer: Buffer.from("PNG") },
      ]);
      await page.getByRole("button", { name: /^Import \S*3/ }).waitFor();
    },
  },
  { name: "new", hash: "new", act: (page) => page.getByRole("heading", { name: "This computer", exact: true }).waitFor() },
  { name: "log", hash: "log" },
  { name: "simulated", hash: of(1), world: () => Object.assign(usual(), { isSimulated: true }) },
  { name: "settings", hash: "settings" },
  { name: "support", hash: "support", act: (page) => page.getByText("service.json").click() },
  { name: "shortcuts", hash: "shortcuts" },
];
