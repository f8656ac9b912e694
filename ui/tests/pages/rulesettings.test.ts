import { screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { settled } from "../memory.ts";
import { HOME, USUAL } from "../world/rules.ts";
import { idOf } from "../world/views.ts";
import { named, plain, show, user, world } from "./shown.ts";

const button = (name: string) => screen.getByRole("button", { name: named(name) });
const names = () => within(screen.getByRole("list", { name: "Rules" })).getAllByRole("group").map((rule) => plain(rule.querySelector("b")?.textContent ?? ""));
const list = (name: string) => screen.getByRole("combobox", { name: named(name) });
const choices = (list: HTMLElement) => within(list).getAllByRole<HTMLOptionElement>("option");
const option = (list: HTMLElement, name: string) => within(list).getByRole("option", { name: named(name) });
const stored = () => world.rules.view().rules.settings.failover;

async function save(): Promise<void> {
  await user.click(button("Save the rules"));
  await settled();
}

beforeEach(() => world.rules.store(USUAL));

describe("the settings for a server that does not answer", () => {
  test("begin with its other addresses, and take steps in their order", async () => {
    await show("#/rules");
    expect(list("If a server does not answer")).toHaveDisplayValue("Do nothing");
    await user.selectOptions(list("If a server does not answer"), "60");
    await settled();
    expect(list("Step 1")).toHaveDisplayValue("Try its other addresses");
    await user.click(button("Add a step"));
    await settled();
    expect(document.activeElement).toBe(list("Step 2"));
    await user.selectOptions(list("Step 2"), option(list("Step 2"), "Turn on Home server instead"));
    await settled();
    await user.click(button("Add a step"));
    await settled();
    await user.selectOptions(list("Step 3"), "down");
    await settled();
    await save();
    expect(stored()).toEqual({ after_seconds: 60, steps: [{ kind: "next_endpoint" }, { kind: "up", tunnel: "Home server" }, { kind: "down" }] });
  });

  test("offer no step twice, and keep one that the text has twice", async () => {
    const steps = [{ kind: "next_endpoint" as const }, { kind: "down" as const }, { kind: "down" as const }];
    world.rules.store({ ...USUAL, settings: { ...USUAL.settings, failover: { after_seconds: 30, steps } } });
    await show("#/rules");
    const values = (number: number) => choices(list(`Step ${number}`)).map((choice) => choice.value);
    expect(values(1)).toContain("up Home server");
    expect(values(1)).not.toContain("down");
    expect(values(2)).not.toContain("next_endpoint");
    expect(list("Step 3")).toHaveDisplayValue("Turn it off");
    expect(within(screen.getByRole("list", { name: "Steps" })).getAllByRole("combobox")).toHaveLength(3);
  });

  test("lose a step, which the keyboard follows, and end with nothing to do", async () => {
    const steps = [{ kind: "next_endpoint" as const }, { kind: "up" as const, tunnel: "Gone" }, { kind: "down" as const }];
    world.rules.store({ ...USUAL, settings: { ...USUAL.settings, failover: { after_seconds: 45, steps } } });
    await show("#/rules");
    // A time of the text that the list does not have, and a tunnel that is no more.
    expect(list("If a server does not answer")).toHaveDisplayValue(/45/);
    expect(choices(list("If a server does not answer")).map((choice) => choice.value)).toEqual(["", "15", "30", "45", "60", "300"]);
    expect(list("Step 2")).toHaveDisplayValue(/Turn on .*Gone.* instead/);
    await user.click(button("Remove step 2"));
    await settled();
    expect(document.activeElement).toBe(list("Step 2"));
    expect(list("Step 2")).toHaveDisplayValue("Turn it off");
    await user.selectOptions(list("If a server does not answer"), "");
    await settled();
    await save();
    expect(stored()).toBeNull();
  });

  test("say what is done about such a server now", async () => {
    world.rules.failover = [
      { tunnel: "Office Berlin", step: { kind: "up", tunnel: "Home server" }, next_at: Date.now() + 30_000 },
      { tunnel: "Quiet", step: null, next_at: null },
    ];
    await show("#/rules");
    const alert = screen.getByText(named("The server of Office Berlin does not answer."), { selector: "strong" }).closest("div");
    expect(plain(alert?.textContent ?? "")).toMatch(/Step now: Turn on Home server instead\..*Next attempt in 0:(30|29)\./);
    expect(screen.queryByText(named("The server of Quiet does not answer."))).toBeNull();
  });
});

describe("ready-made rules", () => {
  test("take the place of rules that are there, once they are saved", async () => {
    await show("#/rules");
    await user.click(button("Ready-made rules"));
    expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Ready-made rules" }));
    await user.click(screen.getByRole("button", { name: /^Everywhere except at home/ }));
    await settled();
    expect(names()).toEqual(["If Wi-Fi name is “Home” and gateway is a4:2b:b0:11:22:30"]);
    expect(world.rules.revision).toBe(1);
    await user.click(button("Discard"));
    await settled();
    expect(names()[0]).toBe("At home");
  });

  test("can be left without a choice", async () => {
    await show("#/rules");
    await user.click(button("Ready-made rules"));
    await user.click(button("Cancel"));
    expect(names()[0]).toBe("At home");
  });
});

test("a name that is trusted alone is made sure by the home probe, where home answers", async () => {
  const key = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
  world.rules.networks = { ...HOME, links: [{ ...HOME.links[0]!, home: { kind: "answered", key } }] };
  await show("#/rules");
  await user.click(button("Add the home probe"));
  await settled();
  expect(screen.queryByText("trusts a name alone")).toBeNull();
  const [first] = world.rules.check(null, null).rules;
  expect(first?.form?.conditions).toHaveLength(1);
  await save();
  expect(world.rules.view().rules.rules[0]?.form?.conditions[1]).toEqual({ not: false, is: { kind: "home_probe", keys: [key] } });
});

test("what would be lost with an open form cannot be discarded or replaced", async () => {
  await show("#/rules");
  await user.click(button("Move rule 1 down"));
  await settled();
  expect(button("Discard")).toBeEnabled();
  await user.click(button("Edit rule 1"));
  expect(button("Discard")).toBeDisabled();
  world.rules.revision = 7;
  world.tell({ kind: "rules_changed", revision: 7 });
  await settled();
  expect(button("Load the newer version")).toBeDisabled();
  await user.click(button("Cancel"));
  expect(button("Load the newer version")).toBeEnabled();
});

describe("a tunnel", () => {
  test("turns off by itself after a time that is chosen on its page, unless it is left on", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    await user.click(screen.getAllByRole("button", { name: "Pause" })[0]!);
    await user.click(screen.getByRole("menuitem", { name: named("Turn off in 2 h") }));
    await settled();
    // A clock that is a second behind.
    expect(plain(screen.getByText(named("Turns off in"), { selector: ".off span" }).textContent ?? "")).toMatch(/in (2:00:0[01]|1:59:59)$/);
    await user.click(button("Leave it on"));
    await settled();
    expect(screen.queryByText(named("Turns off in"))).toBeNull();
    expect(world.rules.autoOff).toEqual([]);
  });

  test("that turns off by itself is named with the rules", async () => {
    world.rules.autoOff = [{ id: idOf(1), at: Date.now() + 60_000 }];
    await show("#/rules");
    expect(screen.getByText(named("Office Berlin turns off in"))).toBeVisible();
  });
});
