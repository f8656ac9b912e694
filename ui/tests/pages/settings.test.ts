import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { programLanguage } from "../../src/lib/state/language.ts";
import { loadPreferences, prefer, type Theme } from "../../src/lib/state/preferences.svelte.ts";
import { settled, worldTransport } from "../memory.ts";
import { named, show, user, world } from "./shown.ts";

describe("high contrast", () => {
  test("is light or dark as chosen or as the system, and the system can ask for it", async () => {
    const look = async (theme: Theme) => {
      await prefer({ theme });
      const { dataset } = document.documentElement;
      return [dataset.theme, dataset.contrast];
    };
    expect(await look("light")).toEqual(["light", "normal"]);
    expect(await look("contrast")).toEqual(["system", "more"]);
    expect(await look("contrast-dark")).toEqual(["dark", "more"]);
    expect(await look("contrast-light")).toEqual(["light", "more"]);
    expect(await look("system")).toEqual(["system", "normal"]);
  });
});

describe("the settings of the program around the page", () => {
  test("are switched one by one", async () => {
    await show("#/settings");
    await user.click(screen.getByRole("switch", { name: "A tunnel turns on" }));
    await settled();
    await user.click(screen.getByRole("switch", { name: "Start when you log in" }));
    await settled();
    expect(world.desktop).toMatchObject({ settings: { notify_up: false, notify_down: true }, start_at_login: true });
    expect(screen.getByRole("switch", { name: "A tunnel turns on" })).not.toBeChecked();
  });

  test("say what closing does where there is no tray", async () => {
    world.desktop = { ...world.desktop, has_tray: false };
    await show("#/settings");
    expect(screen.getByText(/closing the window ends Adit/)).toBeVisible();
    expect(screen.queryByRole("switch", { name: "Close the window into the tray" })).toBeNull();
  });

  test("say what closing does without an icon in the tray", async () => {
    await show("#/settings");
    await user.click(screen.getByRole("switch", { name: "Show an icon in the tray" }));
    await settled();
    expect(world.desktop.settings.show_tray).toBe(false);
    expect(screen.getByText("Closing the window ends Adit. Tunnels stay as they are.")).toBeVisible();
    expect(screen.queryByRole("switch", { name: "Close the window into the tray" })).toBeNull();
  });

  test("say which version it has", async () => {
    await show("#/settings");
    expect(within(screen.getByRole("region", { name: "About Adit" })).getByText(named("Version 0.1.0"))).toBeVisible();
  });

  test("keep the language, which is another one only where it is kept", async () => {
    await loadPreferences(await programLanguage(worldTransport(world)));
    await show("#/settings");
    const list = screen.getByRole("combobox", { name: "Language" });
    world.refusals.set("set_language", { code: "io", doing: "saving the settings of the app", detail: "the disk is full" });
    await user.selectOptions(list, "de");
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("the disk is full");
    expect([list, world.desktop.language]).toEqual([expect.objectContaining({ value: "" }), null]);
    world.refusals.clear();
    await user.selectOptions(list, "de");
    await vi.waitFor(() => expect(screen.getByText("Leiste und Benachrichtigungen")).toBeVisible());
    expect(world.desktop.language).toBe("de");
    await user.selectOptions(screen.getByRole("combobox", { name: "Sprache" }), "");
    await vi.waitFor(() => expect(screen.getByText("Tray and notifications")).toBeVisible());
    expect(world.desktop.language).toBeNull();
    await loadPreferences();
  });

  test("say why they were not saved", async () => {
    world.refusals.set("set_desktop", { code: "io", doing: "saving the settings of the app", detail: "the disk is full" });
    await show("#/settings");
    await user.click(screen.getByRole("switch", { name: "A key is old" }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("the disk is full");
  });

  test("are not there in a browser", async () => {
    world.refusals.set("desktop", { code: "bad_request", detail: "desktop" });
    await show("#/settings");
    expect(screen.queryByText("Tray and notifications")).toBeNull();
  });
});

describe("the support bundle", () => {
  test("is shown completely before it is copied, and again without addresses", async () => {
    await show("#/settings");
    await user.click(screen.getByRole("button", { name: "Preview" }));
    await settled();
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Support bundle");
    expect(screen.getByLabelText("log.txt")).toHaveTextContent("192.0.2.1");
    expect(screen.getByLabelText("log.txt")).not.toHaveTextContent("\u202e");
    const copied = vi.spyOn(navigator.clipboard, "writeText");
    await user.click(screen.getByRole("checkbox", { name: /Hide IP addresses/ }));
    await settled();
    await user.click(screen.getByRole("button", { name: "Copy all" }));
    await settled();
    const [text = ""] = copied.mock.calls[0] ?? [];
    expect(text).toContain("==> service.json <==");
    expect(text).toContain("address-1");
    expect(text).not.toContain("192.0.2.1");
  });
});
