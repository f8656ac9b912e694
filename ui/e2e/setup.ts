// What the files of tests in a browser have in common: a browser, and a server whose service is the usual one before each test.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { launch } from "./browser.ts";
import { usual } from "./acts.ts";
import { TestServer } from "./server.ts";

export let browser: Browser;
export let server: TestServer;

/** Opens them for the tests of a file. `more`: further arguments of Chromium. */
export function setUp(...more: string[]): void {
  beforeAll(async () => {
    browser = await launch(...more);
    server = await TestServer.start(usual());
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    [server.world, server.isAlive, server.away] = [usual(), true, null];
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
}
