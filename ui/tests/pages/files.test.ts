import { readFileSync } from "node:fs";
import { join } from "node:path";
import { screen } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { go } from "../../src/lib/state/router.svelte.ts";
import { settled } from "../memory.ts";
import { PASSPHRASE } from "../world/local.ts";
import { CONFIG } from "../world/texts.ts";
import { idOf } from "../world/views.ts";
import { named, show, transport, user, world } from "./shown.ts";

describe("an export", () => {
  test("is copied and shown as a QR code, below a warning", async () => {
    const write = vi.spyOn(navigator.clipboard, "writeText");
    await show(`#/export/${idOf(1)}`);
    expect(screen.getByText("Whoever has this configuration can use your tunnel.")).toBeVisible();
    expect(transport.asked.some((request) => request.method === "export")).toBe(false);
    await user.click(screen.getByRole("button", { name: "Copy the configuration" }));
    await settled();
    expect(write).toHaveBeenCalledWith(CONFIG);
    await user.click(screen.getByRole("button", { name: "Show as QR code" }));
    await settled();
    expect(transport.asked.some((request) => request.method === "export_qr")).toBe(true);
    expect(screen.getByRole("img", { name: /QR/ })).toBeVisible();
    const code = JSON.parse(readFileSync(join(import.meta.dirname, "../world/qr.json"), "utf8")) as { text: string };
    expect(code.text).toBe(CONFIG);
  });
});

describe("files with keys", () => {
  test("are written by the program around the page, which asks it for no key", async () => {
    await show(`#/export/${idOf(1)}`);
    await user.click(screen.getByRole("button", { name: "Save as a file…" }));
    await settled();
    expect(screen.getByText(named("Office Berlin.conf is saved"))).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Back" }));
    go({ kind: "export_all" });
    await settled();
    await user.click(screen.getByRole("button", { name: "Save as a zip archive…" }));
    await settled();
    expect(screen.getByText(named("adit.zip is saved"))).toBeVisible();
    expect(transport.asked.map((request) => request.method)).not.toContain("export");
  });

  test("are not said to be saved where the user gave up, or the service refused", async () => {
    world.chooses = false;
    await show(`#/export/${idOf(1)}`);
    await user.click(screen.getByRole("button", { name: "Save as a file…" }));
    await settled();
    expect(screen.queryByText(named("is saved"))).toBeNull();
    world.refusals.set("export_file", { code: "not_allowed", needs: "administer", action: null });
    await user.click(screen.getByRole("button", { name: "Save as a file…" }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("You may not");
  });
});

describe("a backup", () => {
  const first = () => screen.getByLabelText("Passphrase");
  const again = () => screen.getByLabelText("The same again");
  const save = () => screen.getByRole("button", { name: "Save the backup…" });

  test("has a passphrase that is typed twice, is never shown, and is gone after it was used", async () => {
    await show("#/backup");
    expect(first()).toHaveAttribute("type", "password");
    await user.type(first(), "horses");
    expect(screen.getByText(/Easy to guess/)).toBeVisible();
    await user.clear(first());
    await user.type(first(), PASSPHRASE);
    expect(screen.queryByText(/Easy to guess/)).toBeNull();
    await user.type(again(), "seven blue mules!");
    expect(screen.getByText("The passphrases differ.")).toBeVisible();
    expect(save()).toBeDisabled();
    await user.clear(again());
    await user.type(again(), PASSPHRASE);
    expect(screen.queryByText("The passphrases differ.")).toBeNull();
    await user.click(save());
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent(/adit\.age\S* is written/);
    expect(transport.asked.filter((request) => JSON.stringify(request).includes(PASSPHRASE))).toHaveLength(1);
    expect([first(), again()].map((field) => (field as HTMLInputElement).value)).toEqual(["", ""]);
    expect(document.body.innerHTML).not.toContain(PASSPHRASE);
  });

  test("says what it will lack", async () => {
    await show("#/backup");
    expect(screen.getByText(named("Vault asks for its private key"))).toBeVisible();
  });

  test("changes nothing before its differences were shown, and then only what is ticked", async () => {
    await show("#/restore");
    await user.click(screen.getByRole("button", { name: "Choose a backup…" }));
    await settled();
    await user.type(screen.getByLabelText("Passphrase"), "wrong");
    await user.click(screen.getByRole("button", { name: "Open" }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("That is not the passphrase of this backup.");
    await user.type(screen.getByLabelText("Passphrase"), PASSPHRASE);
    await user.click(screen.getByRole("button", { name: "Open" }));
    await settled();
    expect(screen.getByText(named("Kill switch: Off → Lockdown"))).toBeVisible();
    expect(screen.getByText(named("because cabin is in use"))).toBeVisible();
    expect(screen.getByRole("checkbox", { name: named("Add Cabin") })).toBeChecked();
    expect(screen.getByRole("checkbox", { name: named("Replace Office Berlin") })).not.toBeChecked();
    expect(screen.getAllByRole("checkbox")).toHaveLength(2);
    expect(transport.asked.map((request) => request.method)).not.toContain("restore");
    await user.click(screen.getByRole("checkbox", { name: named("Replace Office Berlin") }));
    await user.click(screen.getByRole("button", { name: named("Restore 2 tunnels") }));
    await settled();
    expect(transport.asked).toContainEqual({ method: "restore", params: { tunnels: ["Cabin", "Office Berlin"] } });
    expect(screen.getByRole("alert")).toHaveTextContent("One tunnel was restored");
    expect(screen.getByText("It has commands, which run only after you approved them.")).toBeVisible();
    expect(screen.getByText("Not restored")).toBeVisible();
  });

  test("is chosen again after restoring failed: the program has forgotten it", async () => {
    await show("#/restore");
    await user.click(screen.getByRole("button", { name: "Choose a backup…" }));
    await settled();
    await user.type(screen.getByLabelText("Passphrase"), PASSPHRASE);
    await user.click(screen.getByRole("button", { name: "Open" }));
    await settled();
    world.refusals.set("restore", { code: "busy" });
    await user.click(screen.getByRole("button", { name: named("Restore one tunnel") }));
    await settled();
    expect(screen.getByRole("alert")).toBeVisible();
    expect(screen.getByRole("button", { name: "Choose a backup…" })).toBeEnabled();
    expect(screen.queryByLabelText("Passphrase")).toBeNull();
  });

  test("that cannot be read says why, and is forgotten with the page", async () => {
    world.backup = { kind: "refused", name: "holiday.png", problem: { kind: "not_a_backup" } };
    await show("#/restore");
    await user.click(screen.getByRole("button", { name: "Choose a backup…" }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("This is not a backup of Adit.");
    expect(screen.queryByLabelText("Passphrase")).toBeNull();
    go({ kind: "settings" });
    await settled();
    expect(transport.asked.map((request) => request.method)).toContain("close_backup");
  });
});
