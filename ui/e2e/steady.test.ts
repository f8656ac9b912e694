// Tests that live data move nothing on the page, and that a long list renders few rows.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { crowd } from "../tests/world/people.ts";
import { idOf, up } from "../tests/world/views.ts";
import { World } from "../tests/world/world.ts";
import { open, settle } from "./browser.ts";
import { browser, server, setUp } from "./setup.ts";

setUp();

/** Counts layout shifts from now on, as Chromium measures them: those within half a second of the user's input do not count. */
async function countShifts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const all: string[] = [];
    Object.assign(globalThis, { shifts: all });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
        if (!entry.hadRecentInput) all.push(`${entry.value.toFixed(4)} ${entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : node?.nodeName)).join(" | ")}`);
      }
    }).observe({ type: "layout-shift", buffered: false });
  });
}

const shifts = (page: Page) => page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);

/** Lets the page draw what it was told: animation frames of the page stand still with its clock. */
const drawn = (page: Page) => page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 } });

describe("a minute of live data", () => {
  /** Tells a second of traffic, and every tenth second a new handshake. */
  function second(id: string, number: number): void {
    const { world } = server;
    const sample = { at: Date.now() + number * 1000, received: 1000 * 7 ** (number % 9), sent: 900 * 5 ** (number % 9) };
    world.tell({ kind: "traffic", id, sample });
    const { state, peers } = world.find(id);
    if (number % 10 !== 0 || state.kind !== "up") return;
    const counters = { received: 10 ** (number / 5), sent: 7 ** (number / 5) };
    world.change(id, { state: up(peers, { kind: "good" }, { since: state.since, last_handshake: Date.now() + number * 1000 - 1000, counters }) });
  }

  test.each([["the page of a tunnel", 1080], ["the page of a tunnel on a phone", 390], ["the list on a phone", 389]])("moves nothing on %s", async (what, width) => {
    const id = idOf(2);
    const { peers } = server.world.find(id);
    server.world.change(id, { state: up(peers, { kind: "good" }) });
    const isList = what.startsWith("the list");
    const { page, wrong } = await open(browser, "about:blank", { viewport: { width, height: 1600 } });
    await page.clock.install({ time: Date.now() });
    await page.goto(`${server.url}${isList ? "#/" : `#/tunnel/${id}`}`);
    await settle(page);
    await drawn(page);
    await countShifts(page);
    for (let number = 1; number <= 60; number += 1) {
      second(id, number);
      await page.clock.runFor(1000);
      await drawn(page);
    }
    expect(await shifts(page)).toEqual([]);
    expect(wrong).toEqual([]);
  });

  test("moves nothing in the list while a tunnel comes up, falls silent and goes down", async () => {
    const id = idOf(6);
    const { page } = await open(browser, `${server.url}#/tunnel/${idOf(1)}`, { viewport: { width: 1080, height: 900 } });
    await settle(page);
    await countShifts(page);
    const { peers } = server.world.find(id);
    const since = Date.now();
    const states = [
      { kind: "connecting", step: "resolve", since } as const,
      up(peers, { kind: "handshaking", since }),
      up(peers, { kind: "good" }),
      up(peers, { kind: "no_answer", since }),
      { kind: "down", reason: { kind: "asked" }, retry_at: null } as const,
    ];
    for (const state of states) {
      server.world.change(id, { state });
      await drawn(page);
    }
    expect(await shifts(page)).toEqual([]);
  });
});

describe("a list of a thousand tunnels", () => {
  test("has a few rows in the document at every moment of scrolling, and none of them twice", async () => {
    server.world = new World(crowd(1000));
    const { page } = await open(browser, server.url);
    await settle(page);
    const found = await page.evaluate(async () => {
      const view = document.querySelector<HTMLElement>(".viewport")!;
      const [most, wrong, holes] = [[] as number[], [] as string[], [] as number[]];
      for (let frame = 0; frame < 120; frame += 1) {
        view.scrollTop += 350;
        await new Promise(requestAnimationFrame);
        const rows = [...view.querySelectorAll<HTMLElement>("[data-row]")];
        most.push(rows.length);
        if (new Set(rows.map((row) => row.dataset.row)).size !== rows.length) wrong.push(`frame ${frame}`);
        // What is in sight is covered by rows when it is drawn.
        const box = view.getBoundingClientRect();
        const [first, last] = [rows[0]!.getBoundingClientRect(), rows.at(-1)!.getBoundingClientRect()];
        if (first.top > box.top + 1 || last.bottom < Math.min(box.bottom, box.top + view.scrollHeight - view.scrollTop) - 1) holes.push(frame);
      }
      return { most: Math.max(...most), wrong, holes };
    });
    expect(found.most).toBeLessThanOrEqual(32);
    expect(found.wrong).toEqual([]);
    // A scroll event comes before the frame that shows it, so that no frame is without its rows.
    expect(found.holes).toEqual([]);
  });
});
