// What has to be done to see a page, in the language of the page.
import type { Page } from "playwright-core";
import { logLines } from "../tests/world/logs.ts";
import { honest, people } from "../tests/world/people.ts";
import { PASSPHRASE } from "../tests/world/local.ts";
import { USUAL } from "../tests/world/rules.ts";
import { CONFIG } from "../tests/world/texts.ts";
import { idOf, keyOf } from "../tests/world/views.ts";
import { World } from "../tests/world/world.ts";
import type { ApiError } from "../src/lib/api/generated.ts";
import type { Away } from "../src/lib/transport/transport.ts";
import type { TestServer } from "./server.ts";
import type { Say } from "./words.ts";

/** A page to look at. */
export interface Scene {
  name: string;
  /** The address behind `#/`. */
  hash: string;
  world?: () => World;
  /** Whether the service is there. */
  isAway?: boolean;
  /** What is said of a service that is not there. */
  away?: Away;
  /** Done before looking, in the language of the page. */
  act?: (page: Page, say: Say, server: TestServer) => Promise<void>;
  /** Whether it shows sentences of the service, which are English in every language. */
  quotes?: boolean;
}

/** The usual world. */
export const usual = () => new World(people(), logLines());
/** The same without a name that tries something: for pictures that are shown to people. */
export const tidy = () => new World(honest(), logLines());
export const of = (number: number, kind = "tunnel") => `${kind}/${idOf(number)}`;

export const text = (page: Page, say: Say) => page.getByRole("textbox", { name: say("ui-configuration") });
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
export const press = (id: string) => (page: Page, say: Say) => button(page, say(id)).click();
export const toggle = (page: Page) => page.getByRole("main").getByRole("switch").first().click();

export async function openEditor(page: Page, say: Say): Promise<void> {
  await text(page, say).waitFor();
}

export async function openForm(page: Page, say: Say): Promise<void> {
  await openEditor(page, say);
  await page.getByRole("radio", { name: say("ui-editor-form") }).check({ force: true });
  await page.getByRole("heading", { name: say("ui-form-this-end"), exact: true }).waitFor();
}

export async function openBackup(page: Page): Promise<void> {
  await page.locator("form button").last().click();
  await page.locator("input[type=password]").fill(PASSPHRASE);
  await page.locator("form button").first().click();
  await page.locator("input[type=checkbox]").first().waitFor();
}

export async function type(page: Page, say: Say, typed: string): Promise<void> {
  await openEditor(page, say);
  await text(page, say).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(typed);
}

export async function dropFiles(page: Page, say: Say): Promise<void> {
  await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles([
    { name: "office-3.conf", mimeType: "text/plain", buffer: Buffer.from(CONFIG) },
    { name: "all.zip", mimeType: "application/zip", buffer: Buffer.from("PK") },
    { name: "holiday.png", mimeType: "image/png", buffer: Buffer.from("PNG") },
  ]);
  await button(page, say("ui-import", { count: 3 })).waitFor();
}

export async function fillNew(page: Page, say: Say): Promise<void> {
  await page.getByRole("heading", { name: say("ui-form-this-end"), exact: true }).waitFor();
  for (const [name, value] of [["Address", "10.0.0.2/32"], ["PublicKey", keyOf("other side")], ["Endpoint", "vpn.example.com:51820"]] as const) {
    await page.getByRole("textbox", { name, exact: true }).fill(value);
    await page.keyboard.press("Tab");
  }
  await page.locator("details").first().waitFor();
}

export const refusing = (method: string, error: ApiError) => () => Object.assign(tidy(), { refusals: new Map([[method, error]]) });

export const withRules = (change: (world: World) => void = () => undefined) => () => {
  const world = tidy();
  world.rules.store(USUAL);
  change(world);
  return world;
};
