import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { Away } from "../../src/lib/transport/transport.ts";
import { settled, worldTransport } from "../memory.ts";
import { idOf } from "../world/views.ts";
import { show, transport, user, world } from "./shown.ts";

describe("without a service", () => {
  test("the settings and the part about the program are there all the same", async () => {
    const way = worldTransport(world);
    way.isThere = false;
    await show("#/settings", way);
    expect(screen.getByRole("region", { name: "About Adit" })).toBeVisible();
    expect(screen.getByRole("combobox", { name: "Language" })).toBeEnabled();
  });

  test("says how to start it, and comes alive by itself", async () => {
    const way = worldTransport(world);
    way.isThere = false;
    await show("", way);
    expect(screen.getByRole("heading", { name: "The Adit service is not running" })).toBeVisible();
    expect(screen.getByText("sudo systemctl enable --now aditd")).toBeVisible();
    way.isThere = true;
    way.signal({ kind: "connected", sequence: 0 });
    await settled();
    expect(screen.queryByText("The Adit service is not running")).toBeNull();
  });

  const CAUSES: [Away, heading: string, command: string | null][] = [
    [{ why: null, cause: "not_running", manager: "systemd" }, "The Adit service is not running", "sudo systemctl enable --now aditd"],
    [{ why: null, cause: "not_running", manager: "open_rc" }, "The Adit service is not running", "sudo rc-update add aditd default && sudo rc-service aditd start"],
    [{ why: null, cause: "not_running", manager: "runit" }, "The Adit service is not running", "sudo ln -s /etc/sv/aditd /var/service/"],
    [{ why: null, cause: "not_running", manager: null }, "The Adit service is not running", null],
    [{ why: "permission denied", cause: "not_permitted", manager: "systemd" }, "You may not use the Adit service", "sudo usermod -aG adit-operators $USER"],
    [{ why: null, cause: "service_older", manager: "open_rc" }, "The Adit service is older than this window", "sudo rc-service aditd restart"],
    [{ why: null, cause: "service_newer", manager: "systemd" }, "The Adit service is newer than this window", null],
    [{ why: "a process of user 1000 listens", cause: "stranger", manager: "systemd" }, "Another program stands in for the Adit service", null],
    [{ why: null, cause: "no_answer", manager: "runit" }, "The Adit service does not answer", "sudo sv restart aditd"],
  ];

  test.each(CAUSES)("says for %o what is wrong and what to do", async (away, heading, command) => {
    const way = worldTransport(world);
    [way.isThere, way.away] = [false, away];
    await show("", way);
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent(heading);
    expect(document.querySelector(".command code")?.textContent ?? null).toBe(command);
    expect(screen.queryByText(/neither systemd nor OpenRC nor runit/) !== null).toBe(away.manager === null);
    if (away.why) expect(screen.getByText(new RegExp(away.why, "i"))).toBeVisible();
  });

  test("that goes away later is asked why, and the banner says what to do", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    [transport.isThere, transport.away] = [false, { why: null, cause: "not_running", manager: "open_rc" }];
    transport.signal({ kind: "lost", why: "the connection ended" });
    await settled();
    await user.click(screen.getByRole("button", { name: "What to do" }));
    const dialog = within(screen.getByRole("dialog", { name: "The Adit service is not running" }));
    expect(dialog.getByText(/rc-service aditd start/)).toBeVisible();
    // Another attempt to connect says less.
    transport.signal({ kind: "lost", why: "the connection ended" });
    await settled();
    expect(dialog.getByText(/rc-service aditd start/)).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Done" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("what is shown is called old when the service goes away", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    transport.signal({ kind: "lost", why: null });
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("may be out of date");
  });
});

describe("a simulated system", () => {
  const BANNER = "Simulated system: nothing on this computer is changed";

  test("is called one on every page", async () => {
    world.isSimulated = true;
    await show("#/settings");
    expect(screen.getByText(BANNER)).toBeVisible();
    await user.keyboard("{F1}");
    expect(screen.getByText(BANNER)).toBeVisible();
  });

  test("a real one has no banner", async () => {
    await show("#/settings");
    expect(screen.queryByText(BANNER)).toBeNull();
  });
});
