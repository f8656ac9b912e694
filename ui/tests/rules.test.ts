// The state of the rules, with answers that come when the test says so.
import { beforeEach, expect, test } from "vitest";
import type { Rules } from "../src/lib/state/rules.svelte.ts";
import { appOf, hold, settled, type TestTransport, worldTransport } from "./memory.ts";
import { people } from "./world/people.ts";
import { USUAL } from "./world/rules.ts";
import { World } from "./world/world.ts";

let world: World;
let transport: TestTransport;
let rules: Rules;
const MOVE = { kind: "move", from: 0, to: 1 } as const;

beforeEach(async () => {
  world = new World(people());
  world.rules.store(USUAL);
  transport = worldTransport(world);
  const app = appOf(transport);
  rules = app.rules;
  await settled();
  await rules.load();
  return () => app.service.end();
});

test("a check that is answered late does not overwrite what is typed", async () => {
  const deliver = hold(transport, "check_rules");
  rules.type("first");
  void rules.checkTyped();
  rules.type("first and second");
  void rules.checkTyped();
  await deliver(1);
  expect([rules.typed, rules.shown?.text]).toEqual([null, "first and second"]);
  rules.type("first and third");
  await deliver();
  expect([rules.typed, rules.shown?.text]).toEqual(["first and third", "first and second"]);
});

test("a check that is answered late does not undo a discard", async () => {
  const deliver = hold(transport, "check_rules");
  rules.type("nonsense");
  void rules.checkTyped();
  rules.discard();
  await deliver();
  expect([rules.typed, rules.edited]).toEqual([null, null]);
  const edit = rules.edit(MOVE);
  await settled();
  rules.discard();
  await deliver();
  expect([(await edit).kind, rules.edited]).toEqual(["overtaken", null]);
});

test("a text that is typed back to the stored one is not edited, however late its check", async () => {
  const deliver = hold(transport, "check_rules");
  const before = rules.shown!.text;
  rules.type(`${before}x`);
  void rules.checkTyped();
  rules.type(before);
  await deliver();
  expect([rules.isEdited, rules.shown?.text]).toEqual([false, before]);
});

test("an edit is of the revision that it began with, so that a newer one is not overwritten", async () => {
  const deliver = hold(transport, "check_rules");
  const edit = rules.edit(MOVE);
  await settled();
  world.rules.store({ ...USUAL, otherwise: null });
  await rules.load();
  await deliver();
  expect([(await edit).kind, rules.isOld]).toEqual(["done", true]);
  expect(await rules.save()).toBe(false);
  expect(world.rules.view().rules.otherwise).toBeNull();
});

test("an edit of a text that is no longer shown is not made", async () => {
  const { text } = rules.shown!;
  await rules.edit(MOVE, text);
  const after = rules.shown!.text;
  expect(await rules.edit({ kind: "remove", index: 0 }, text)).toEqual({ kind: "overtaken" });
  expect(rules.shown?.text).toBe(after);
});

test("what the own save changes is not taken for a change by others", async () => {
  await rules.edit(MOVE);
  const deliver = hold(transport, "set_rules");
  const saved = rules.save();
  await settled();
  await rules.load();
  expect([rules.view?.revision, rules.isOld]).toEqual([2, false]);
  await deliver();
  expect([await saved, rules.isOld, rules.isEdited]).toEqual([true, false, false]);
});

test("edits that are made while the rules are saved stay, and are of the saved ones", async () => {
  await rules.edit(MOVE);
  const deliver = hold(transport, "set_rules");
  const saved = rules.save();
  await settled();
  await rules.edit({ kind: "remove", index: 2 });
  await deliver();
  expect([await saved, rules.isEdited, rules.isOld]).toEqual([true, true, false]);
  const again = rules.save();
  await settled();
  await deliver();
  expect([await again, world.rules.view().rules.rules.length]).toEqual([true, 2]);
});

test("an answer from before the last question or the last save is not shown", async () => {
  const deliver = hold(transport, "rules");
  const first = rules.load();
  await settled();
  world.rules.store({ ...USUAL, otherwise: null });
  const second = rules.load();
  await settled();
  await deliver(1);
  await deliver();
  await Promise.all([first, second]);
  expect(rules.view?.revision).toBe(2);
  const third = rules.load();
  await settled();
  await rules.edit(MOVE);
  await rules.save();
  await deliver();
  await third;
  expect(rules.view?.revision).toBe(3);
});
