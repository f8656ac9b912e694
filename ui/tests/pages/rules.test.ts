import { screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { go } from "../../src/lib/state/router.svelte.ts";
import { settled } from "../memory.ts";
import { CAFE, USUAL } from "../world/rules.ts";
import { app, named, plain, show, transport, user, world } from "./shown.ts";

const rules = () => within(screen.getByRole("list", { name: "Rules" })).getAllByRole("group");
const names = () => rules().map((rule) => plain(rule.querySelector("b")?.textContent ?? ""));
const button = (name: string) => screen.getByRole("button", { name: named(name) });
const edits = () => transport.asked.filter(({ method, params }) => method === "check_rules" && (params as { edit: unknown }).edit !== null);

describe("without rules", () => {
  test("a ready-made choice becomes rules, which are saved when the user agrees", async () => {
    await show("#/rules");
    await user.click(screen.getByRole("button", { name: /^Everywhere except at home/ }));
    await settled();
    expect(names()).toEqual(["If Wi-Fi name is “Home” and gateway is a4:2b:b0:11:22:30"]);
    expect(screen.getByText("These rules are not saved yet.")).toBeVisible();
    expect(world.rules.revision).toBe(0);
    await user.click(button("Save the rules"));
    await settled();
    expect(world.rules.revision).toBe(1);
    expect(screen.queryByText("These rules are not saved yet.")).toBeNull();
    expect(screen.getByText("The rules are saved.")).toBeVisible();
    expect(screen.getByText("All on-demand tunnels off", { selector: ".what" })).toBeVisible();
  });
});

describe("rules", () => {
  beforeEach(() => world.rules.store(USUAL));

  test("say what they do, which one decides now, and why", async () => {
    await show("#/rules");
    expect(names()).toEqual(["At home", "Open Wi-Fi", "If time is Mon–Fri 08:00–18:00 and DNS suffix is not corp.example"]);
    expect(within(rules()[0]!).getByText("Decides now")).toBeVisible();
    await user.click(screen.getByText("Why?"));
    expect(screen.getByText(named("Wi-Fi name is “Home”"), { selector: "li.condition span" })).toHaveTextContent("seen");
    world.rules.networks = CAFE;
    world.tell({ kind: "rules_changed", revision: 1 });
    await settled();
    expect(screen.getByText(named("Office Berlin (everything) on"), { selector: ".what" })).toBeVisible();
    expect(within(rules()[1]!).getByText("Decides now")).toBeVisible();
  });

  test("that trust a name alone say so, and take the gateway of that network", async () => {
    await show("#/rules");
    const first = within(rules()[0]!);
    expect(first.getByText("Trusts a name alone")).toBeVisible();
    await user.click(first.getByRole("button", { name: named("Add the gateway a4:2b:b0:11:22:30") }));
    await settled();
    expect(screen.queryByText("Trusts a name alone")).toBeNull();
    expect(within(rules()[0]!).getByText(named("and gateway is a4:2b:b0:11:22:30"))).toBeVisible();
  });

  test("in another network only say how to mend it", async () => {
    world.rules.networks = CAFE;
    await show("#/rules");
    expect(within(rules()[0]!).getByText(/Join that Wi-Fi to add its gateway/)).toBeVisible();
    expect(screen.queryByRole("button", { name: named("Add the gateway") })).toBeNull();
  });

  test("are moved by the keyboard, which stays with the rule, and put back", async () => {
    await show("#/rules");
    button("Move rule 1 down").focus();
    await user.keyboard("{Enter}");
    await settled();
    expect(names()[1]).toBe("At home");
    expect(screen.getByText(named("Now rule 2 of 3"))).toBeInTheDocument();
    expect(document.activeElement).toHaveAccessibleName(expect.stringContaining("2"));
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await settled();
    expect(names()[2]).toBe("At home");
    await user.click(button("Discard"));
    await settled();
    expect(names()[0]).toBe("At home");
    expect(world.rules.revision).toBe(1);
  });

  test("are edited in a form, whose values the core checks while they are typed", async () => {
    await show("#/rules");
    await user.click(button("Edit rule 1"));
    const form = within(screen.getByRole("form", { name: named("Rule 1") }));
    await user.click(form.getByRole("button", { name: "Add a condition" }));
    const gateway = form.getByRole("textbox", { name: "Gateway" });
    await user.clear(gateway);
    await user.type(gateway, "a4:2b");
    await vi.waitFor(() => expect(gateway).toHaveAttribute("aria-invalid", "true"), 5_000);
    expect(form.getByRole("button", { name: "Done" })).toBeDisabled();
    await user.click(form.getByRole("button", { name: named("Present: a4:2b:b0:11:22:30") }));
    await vi.waitFor(() => expect(form.getByRole("button", { name: "Done" })).toBeEnabled(), 5_000);
    await user.click(form.getByRole("button", { name: "Done" }));
    await settled();
    expect(screen.queryByRole("form")).toBeNull();
    expect(within(rules()[0]!).getByText(named("and gateway is a4:2b:b0:11:22:30"))).toBeVisible();
  });

  test("are added, removed, and given a default", async () => {
    await show("#/rules");
    await user.click(button("Add a rule"));
    const form = within(screen.getByRole("form", { name: "New rule" }));
    await user.type(form.getByRole("textbox", { name: "Name (optional)" }), "Here");
    await user.click(form.getByRole("radio", { name: "Turn on" }));
    await user.click(form.getByRole("button", { name: "Done" }));
    await settled();
    expect(names().at(-1)).toBe("Here");
    await user.click(button("Remove rule 4"));
    await settled();
    expect(names()).toHaveLength(3);
    await user.click(button("Edit what holds in every other network"));
    await user.click(screen.getByRole("radio", { name: "Say nothing" }));
    await user.click(screen.getByRole("button", { name: "Done" }));
    await settled();
    expect(screen.getByText(/so the tunnel of the rules takes everything there/)).toBeVisible();
    expect(edits().length).toBeGreaterThanOrEqual(3);
  });

  test("trust the present network on request", async () => {
    world.rules.networks = CAFE;
    await show("#/rules");
    await user.click(button("Trust this network"));
    await settled();
    expect(names()[0]).toBe("If Wi-Fi name is “Café Central” and gateway is 02:00:5e:00:53:01");
    expect(screen.getByText(named("With them, now: all on-demand tunnels off."))).toBeVisible();
  });

  test("are paused and followed again", async () => {
    await show("#/rules");
    await user.click(button("Pause the rules"));
    await user.click(screen.getByRole("menuitem", { name: named("Until the network changes") }));
    await settled();
    expect(screen.getByText("The rules are paused, and their tunnels are off.")).toBeVisible();
    expect(screen.getByText("That holds until the network changes.")).toBeVisible();
    await user.click(button("Follow the rules again"));
    await settled();
    expect(screen.queryByText(/rules are paused/)).toBeNull();
  });

  test("against which somebody chose show the choice with its end", async () => {
    world.rules.choices = [{ tunnel: "Office Berlin", is_up: true, until: Date.now() + 90_000, is_suspended: true }];
    await show("#/rules");
    expect(screen.getByText(named("Office Berlin was turned on by hand."), { selector: "strong" })).toBeVisible();
    expect(screen.getByText(named("That ends in 1:"))).toBeVisible();
    expect(screen.getByText(/this may be another network/)).toBeVisible();
  });

  test("that were changed meanwhile are not overwritten", async () => {
    await show("#/rules");
    await user.click(button("Move rule 1 down"));
    await settled();
    world.rules.store({ ...USUAL, otherwise: null });
    world.tell({ kind: "rules_changed", revision: 2 });
    await settled();
    expect(screen.getByText(/were changed meanwhile/)).toBeVisible();
    expect(button("Save the rules")).toBeDisabled();
    await user.click(button("Load the newer"));
    await settled();
    expect(names()[0]).toBe("At home");
    expect(screen.queryByText(/were changed meanwhile/)).toBeNull();
  });

  test("are a text too, whose errors keep them from being saved", async () => {
    await show("#/rules");
    await user.click(screen.getByRole("radio", { name: "Text" }));
    await settled();
    await vi.waitFor(() => expect(document.querySelector(".editor")?.shadowRoot?.textContent).toContain('"At home": when wifi "Home" then down'), 5_000);
    expect(screen.getByRole("region", { name: "Findings" })).toBeVisible();
  });

  test("cannot be mended as a list while the text has errors", async () => {
    world.rules.isBroken = true;
    world.rules.networks = null;
    await show("#/rules");
    expect(screen.getByText(/stored rules cannot be read/)).toBeVisible();
    expect(screen.getByText("The networks of this computer are not known yet.")).toBeVisible();
  });

  test("that are not saved outlast a look at another page, and so does an open form", async () => {
    await show("#/rules");
    await user.click(button("Move rule 1 down"));
    await settled();
    await user.click(button("Edit rule 1"));
    await user.type(screen.getByRole("textbox", { name: "Name (optional)" }), " at work");
    await settled();
    go({ kind: "settings" });
    await settled();
    go({ kind: "rules" });
    await settled();
    expect(screen.getByText("These rules are not saved yet.")).toBeVisible();
    expect(screen.getByRole("textbox", { name: "Name (optional)" })).toHaveValue("Open Wi-Fi at work");
    await user.click(button("Done"));
    await settled();
    expect(names().slice(0, 2)).toEqual(["Open Wi-Fi at work", "At home"]);
  });

  test("stay where they are while the form of one is open", async () => {
    await show("#/rules");
    await user.click(button("Edit rule 2"));
    for (const name of ["Move rule 1 down", "Remove rule 3", "Edit rule 1", "Add the gateway", "Edit what holds in every other network"]) expect(button(name)).toBeDisabled();
    button("Move rule 1 down").closest<HTMLElement>("[role=group]")!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", altKey: true, bubbles: true }));
    await settled();
    expect(edits().filter(({ params }) => (params as { edit: { kind: string } }).edit.kind !== "replace")).toEqual([]);
  });

  test("that become others while a form is open are not edited, and the input stays", async () => {
    await show("#/rules");
    await user.click(button("Edit rule 2"));
    await user.type(screen.getByRole("textbox", { name: "Name (optional)" }), "!");
    world.rules.store({ ...USUAL, rules: USUAL.rules.slice(0, 1) });
    world.tell({ kind: "rules_changed", revision: 2 });
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("The rules were changed meanwhile");
    expect(button("Done")).toBeDisabled();
    expect(screen.getByRole("textbox", { name: "Name (optional)" })).toHaveValue("Open Wi-Fi!");
    await user.click(button("Cancel"));
    await settled();
    expect(names()).toEqual(["At home"]);
  });

  test.each(["Edit rule 1", "Edit what holds in every other network"])("that the core refuses stay in the form, with the reason: %s", async (opening) => {
    await show("#/rules");
    await user.click(button(opening));
    world.refusals.set("check_rules", { code: "busy" });
    await user.click(button("Done"));
    await settled();
    const form = within(screen.getByRole("form"));
    expect(form.getByRole("alert")).toBeVisible();
    expect(form.queryByRole("button", { name: "Try now" })).toBeNull();
    world.refusals.delete("check_rules");
    await user.click(button("Done"));
    await settled();
    expect(screen.queryByRole("form")).toBeNull();
  });

  test("that were not moved are not said to be", async () => {
    await show("#/rules");
    world.refusals.set("check_rules", { code: "busy" });
    await user.click(button("Move rule 1 down"));
    await settled();
    expect(screen.queryByText(named("Now rule 2 of 3"))).toBeNull();
    expect(screen.getByRole("alert")).toBeVisible();
    expect(names()[0]).toBe("At home");
  });

  test("are asked for again after the connection was lost", async () => {
    await show("#/rules");
    transport.isThere = false;
    transport.signal({ kind: "lost", why: null });
    await settled();
    world.rules.store({ ...USUAL, rules: [] });
    transport.isThere = true;
    transport.signal({ kind: "connected", sequence: 10 });
    await settled();
    expect(screen.queryByText("At home")).toBeNull();
    expect(screen.queryByRole("button", { name: "Try now" })).toBeNull();
  });

  test("that were not paused or saved say so where that was asked for", async () => {
    await show("#/rules");
    world.refusals.set("pause_rules", { code: "busy" });
    await user.click(button("Pause the rules"));
    await user.click(screen.getByRole("menuitem", { name: named("Until the network changes") }));
    await settled();
    expect(within(screen.getByRole("region", { name: "Now" })).getByRole("alert")).toBeVisible();
    await user.click(button("Move rule 1 down"));
    await settled();
    world.refusals.set("set_rules", { code: "busy" });
    await user.click(button("Save the rules"));
    await settled();
    expect(within(screen.getByText("These rules are not saved yet.").closest<HTMLElement>(".unsaved")!).getByRole("alert")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Try now" })).toBeNull();
    world.refusals.set("rules", { code: "busy" });
    await app.rules.load();
    await settled();
    world.refusals.delete("rules");
    await user.click(button("Try now"));
    await settled();
    expect(screen.queryByRole("button", { name: "Try now" })).toBeNull();
  });

  test("give the keyboard back to the button that opened the form", async () => {
    await show("#/rules");
    for (const [opening, closing] of [["Edit rule 2", "Done"], ["Edit rule 3", "Cancel"], ["Edit what holds in every other network", "Cancel"]] as const) {
      await user.click(button(opening));
      await user.click(button(closing));
      await settled();
      expect(document.activeElement).toHaveAccessibleName(opening.replace(/\d/, (digit) => `\u2068${digit}\u2069`));
    }
    await user.click(button("Add a rule"));
    expect(document.activeElement).toHaveAccessibleName("Name (optional)");
    await user.keyboard("{Escape}");
    await settled();
    expect(document.activeElement).toHaveAccessibleName("Add a rule");
    await user.click(button("Edit what holds in every other network"));
    expect(document.activeElement).toHaveTextContent("In every other network");
  });

  test("keep the keyboard among the conditions when one is removed", async () => {
    await show("#/rules");
    await user.click(button("Edit rule 3"));
    await user.click(screen.getAllByRole("button", { name: "Remove this condition" })[1]!);
    await settled();
    expect(document.activeElement).toHaveAccessibleName(expect.stringContaining("1"));
    expect(document.activeElement).toHaveValue("time");
  });

  test("that are typed and cannot be checked are kept, and checked again on request", async () => {
    await show("#/rules");
    await user.click(screen.getByRole("radio", { name: "Text" }));
    await settled();
    world.refusals.set("check_rules", { code: "busy" });
    app.rules.type("first");
    await vi.waitFor(() => expect(button("Check again")).toBeVisible(), 5_000);
    expect(app.rules.typed).toBe("first");
    expect(button("Save the rules")).toBeDisabled();
    world.refusals.delete("check_rules");
    await user.click(button("Check again"));
    await settled();
    expect([app.rules.typed, app.rules.shown?.text]).toEqual([null, "first"]);
  });
});
