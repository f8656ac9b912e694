import { fireEvent, screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { edits } from "../../src/lib/state/edits.svelte.ts";
import { settled } from "../memory.ts";
import { MASKED } from "../world/texts.ts";
import { idOf, keyOf } from "../world/views.ts";
import { named, show, transport, user, world } from "./shown.ts";

describe("editing", () => {
  const edited = () => edits.get(idOf(1))!.edited;

  async function edit(text: string): Promise<void> {
    edited().replace(text);
    const isAsked = () => transport.asked.some((request) => request.method === "check_config" && request.params.config === text);
    await vi.waitFor(() => expect(isAsked()).toBe(true), 5_000);
    await settled();
  }

  test("the keys stay with the service", async () => {
    await show(`#/edit/${idOf(1)}`);
    expect(transport.asked.map((request) => request.method)).toContain("masked_config");
    expect(transport.asked.map((request) => request.method)).not.toContain("export");
    expect(edited().text).toBe(MASKED);
    expect(screen.getByRole("button", { name: "Review and save" })).toBeDisabled();
  });

  test("what will change is shown before it is saved, and a newer version is not overwritten", async () => {
    await show(`#/edit/${idOf(1)}`);
    await edit(`${MASKED}MTU = 1380\n`);
    world.change(idOf(1), { version: 7 });
    await user.click(screen.getByRole("button", { name: "Review and save" }));
    expect(within(screen.getByRole("dialog")).getByText(named("MTU: 1380 (was not set)"))).toBeVisible();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Save" }));
    await settled();
    expect(screen.getByText(named("Office Berlin was changed meanwhile"))).toBeVisible();
    expect(edited().text).toContain("1380");
    expect(screen.getByRole("button", { name: "Load the newer version" })).toBeEnabled();
  });

  test("what was reviewed is what is saved", async () => {
    await show(`#/edit/${idOf(1)}`);
    await edit(`${MASKED}MTU = 1380\n`);
    await user.click(screen.getByRole("button", { name: "Review and save" }));
    await user.keyboard("{Control>}z{/Control}");
    expect(edited().text).toBe(`${MASKED}MTU = 1380\n`);
    // A change of the form that was on its way.
    edited().replace(`${MASKED}MTU = 1400\n`);
    await fireEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Save" }));
    await settled();
    expect(transport.asked.map((request) => request.method)).not.toContain("replace_config");
  });

  test("a step back in the search is one of the search", async () => {
    await show(`#/edit/${idOf(1)}`);
    await edit(`${MASKED}MTU = 1380\n`);
    const editor = document.querySelector(".editor")!.shadowRoot!;
    await fireEvent.keyDown(editor.querySelector(".cm-content")!, { key: "f", keyCode: 70, ctrlKey: true });
    await fireEvent.keyDown(editor.querySelector("input[name=search]")!, { key: "z", ctrlKey: true });
    expect(edited().text).toBe(`${MASKED}MTU = 1380\n`);
  });

  test("a problem with one remedy has a button for it", async () => {
    await show(`#/edit/${idOf(1)}`);
    // Bytes and characters differ in front of it.
    await edit(MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.1/24"));
    await user.click(screen.getByRole("button", { name: named("Replace it with 10.7.0.0/24") }));
    expect(edited().text).toBe(MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.0/24"));
  });

  test("a fix is applied to the checked text alone, never to a newer one", async () => {
    await show(`#/edit/${idOf(1)}`);
    await edit(MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.1/24"));
    const name = named("Replace it with 10.7.0.0/24");
    expect(screen.getByRole("button", { name })).toBeEnabled();
    const newer = `# a line above\n${MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.1/24")}`;
    world.refusals.set("check_config", { code: "busy" });
    edited().replace(newer);
    await settled();
    expect(screen.getByRole("button", { name })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Review and save" })).toBeDisabled();
    // Also where the press was on its way already.
    (screen.getByRole("button", { name }) as HTMLButtonElement).disabled = false;
    await user.click(screen.getByRole("button", { name }));
    expect(edited().text).toBe(newer);
    world.refusals.clear();
    await edit(`${newer}# checked\n`);
    await user.click(screen.getByRole("button", { name }));
    expect(edited().text).toBe(`${newer}# checked\n`.replace("10.7.0.1/24", "10.7.0.0/24"));
  });

  test("a check that failed can be asked for again", async () => {
    world.refusals.set("check_config", { code: "busy" });
    await show(`#/edit/${idOf(1)}`);
    await edit(`${MASKED}MTU = 1380\n`);
    expect(screen.getByRole("button", { name: "Review and save" })).toBeDisabled();
    world.refusals.clear();
    await user.click(screen.getByRole("button", { name: "Try now" }));
    await settled();
    expect(screen.getByRole("button", { name: "Review and save" })).toBeEnabled();
  });

  test("the public key of a private key that is typed is shown", async () => {
    await show(`#/edit/${idOf(1)}`);
    const key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    await edit(MASKED.replace(/PrivateKey = .*/, `PrivateKey = ${key}`));
    expect(screen.getByText(keyOf(`of ${key}`))).toBeVisible();
  });

  test("a refusal leaves a way to try again", async () => {
    world.refusals.set("masked_config", { code: "not_allowed", needs: "administer", action: null });
    await show(`#/edit/${idOf(1)}`);
    expect(screen.queryByRole("button", { name: "Review and save" })).toBeNull();
    world.refusals.clear();
    await user.click(screen.getByRole("button", { name: "Try now" }));
    await settled();
    expect(screen.getByRole("button", { name: "Review and save" })).toBeDisabled();
  });
});

describe("protection beside the text", () => {
  const main = () => within(screen.getByRole("main"));
  const asked = () => transport.asked.filter((request) => request.method === "set_kill_switch").map((request) => request.params);

  test("is set at once: off, block and, after a question, lockdown", async () => {
    await show(`#/edit/${idOf(6)}`);
    await user.click(main().getByRole("radio", { name: "Block" }));
    await settled();
    expect(main().getByRole("radio", { name: "Block" })).toBeChecked();
    await user.click(main().getByRole("radio", { name: "Lockdown" }));
    expect(main().getByRole("radio", { name: "Block" })).toBeChecked();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Set lockdown" }));
    await settled();
    expect(main().getByRole("radio", { name: "Lockdown" })).toBeChecked();
    await user.click(main().getByRole("radio", { name: "Off" }));
    await settled();
    expect(asked()).toEqual(["block", "lockdown", "off"].map((kill_switch) => ({ id: idOf(6), kill_switch, allow_lan: true })));
  });

  test("opens and closes local networks, and says where that has no effect", async () => {
    await show(`#/edit/${idOf(6)}`);
    const lan = () => main().getByRole("switch", { name: "Local networks stay reachable" });
    expect(lan()).toHaveAccessibleDescription(/No effect while the kill switch is off/);
    await user.click(lan());
    await settled();
    expect(lan()).not.toBeChecked();
    await user.click(main().getByRole("radio", { name: "Block" }));
    await settled();
    expect(lan()).toHaveAccessibleDescription(/Printers/);
    expect(asked()).toEqual([{ id: idOf(6), kill_switch: "off", allow_lan: false }, { id: idOf(6), kill_switch: "block", allow_lan: false }]);
  });

  test("says there why it was not set", async () => {
    world.refusals.set("set_kill_switch", { code: "not_full_tunnel" });
    await show(`#/edit/${idOf(6)}`);
    await user.click(main().getByRole("radio", { name: "Block" }));
    await settled();
    expect(main().getByRole("alert")).toBeVisible();
    await user.click(main().getByRole("button", { name: "Dismiss" }));
    expect(main().queryByRole("alert")).toBeNull();
  });

  test("is on the page of the tunnel too, with local networks always", async () => {
    await show(`#/tunnel/${idOf(6)}`);
    expect(main().getByRole("switch", { name: "Local networks stay reachable" })).toHaveAccessibleDescription(/No effect/);
    await user.click(main().getByRole("radio", { name: "Block" }));
    await settled();
    expect(world.tunnels.get(idOf(6))?.kill_switch).toBe("block");
  });
});

describe("earlier versions", () => {
  test("one is restored", async () => {
    await show(`#/versions/${idOf(1)}`);
    await user.click(screen.getAllByRole("button", { name: "Restore" })[0]!);
    await settled();
    expect(transport.asked).toContainEqual({ method: "restore_version", params: { id: idOf(1), version: 2 } });
    expect(screen.getAllByText(named("Version 2 is restored"))[0]).toBeVisible();
  });
});
