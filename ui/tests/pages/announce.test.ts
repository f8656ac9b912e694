// A countdown is read aloud when it begins and when it ends, and not each second.
import { screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setTime } from "../../src/lib/state/clock.svelte.ts";
import { settled } from "../memory.ts";
import { USUAL } from "../world/rules.ts";
import { idOf } from "../world/views.ts";
import { named, plain, show, world } from "./shown.ts";

const regions = () => screen.getAllByRole("status");
const aloud = () => plain(regions().map((region) => region.textContent).join(" "));
const tell = () => world.tell({ kind: "rules_changed", revision: world.rules.revision });

let start: number;
/** Every text of a region that is read aloud, as it changes. */
let changes: string[];
let observer: MutationObserver;

function listen(): void {
  changes = [];
  observer = new MutationObserver((records) => changes.push(...records.map(({ target }) => target.textContent ?? "")));
  for (const region of regions()) observer.observe(region, { childList: true, characterData: true, subtree: true });
}

async function wait(milliseconds: number): Promise<void> {
  setTime(start + milliseconds);
  await settled();
}

beforeEach(() => {
  start = Date.now();
  setTime(start);
  world.rules.store(USUAL);
});
afterEach(() => observer.disconnect());

test("a pause of the rules is said when it begins and when it ends", async () => {
  await show("#/rules");
  await wait(0);
  listen();
  world.rules.pause = { until: start + 300_000, is_suspended: false };
  tell();
  await settled();
  expect(aloud()).toContain("The rules are paused, and their tunnels are off.");
  expect(changes).not.toEqual([]);
  changes.length = 0;
  await wait(1_000);
  await wait(61_000);
  expect(screen.getByText(named("That ends in 3:59"))).toBeVisible();
  expect(changes).toEqual([]);
  world.rules.pause = null;
  tell();
  await settled();
  expect(aloud()).not.toContain("The rules are paused");
  expect(changes).not.toEqual([]);
});

test("a server that fails is said once, while its next attempt comes nearer", async () => {
  await show("#/rules");
  await wait(0);
  listen();
  world.rules.failover = [{ tunnel: "Office Berlin", step: { kind: "next_endpoint" }, next_at: start + 42_000 }];
  tell();
  await settled();
  expect(aloud()).toContain("The server of Office Berlin does not answer.");
  changes.length = 0;
  await wait(10_000);
  expect(screen.getByText(named("Next attempt in 0:32"))).toBeVisible();
  expect(changes).toEqual([]);
});

test("a tunnel says for how long it is paused, and does not count aloud", async () => {
  await show(`#/tunnel/${idOf(6)}`);
  await wait(0);
  listen();
  world.change(idOf(6), { state: { kind: "paused", until: start + 300_000 } });
  await settled();
  expect(aloud()).toContain("Paused");
  expect(aloud()).toContain("On again in 5 min");
  changes.length = 0;
  await wait(61_000);
  // A tunnel is also asked for while nothing happens to it.
  world.change(idOf(6), {});
  await settled();
  expect(screen.getByText(named("On again in 3:59"))).toBeVisible();
  expect(changes).toEqual([]);
});

test("a tunnel that turns off by itself says so once", async () => {
  await show(`#/tunnel/${idOf(1)}`);
  await wait(0);
  listen();
  world.rules.autoOff = [{ id: idOf(1), at: start + 7_200_000 }];
  tell();
  await settled();
  expect(aloud()).toContain("Turns off in 2 h");
  changes.length = 0;
  await wait(61_000);
  expect(changes).toEqual([]);
});
