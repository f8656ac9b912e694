import { render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import { edits } from "../src/lib/state/edits.svelte.ts";
import { go } from "../src/lib/state/router.svelte.ts";
import type { App as Everything } from "../src/lib/state/context.ts";
import { problems } from "../src/lib/words/catalogue.svelte.ts";
import { appOf, goldenTransport, settled, TestTransport, worldTransport } from "./memory.ts";
import { logLines } from "./world/logs.ts";
import { people } from "./world/people.ts";
import { CONFIG, MASKED } from "./world/texts.ts";
import { idOf, keyOf } from "./world/views.ts";
import { World } from "./world/world.ts";

let world: World;
let transport: TestTransport;
let app: Everything;

async function show(hash: string, way: TestTransport = worldTransport(world)): Promise<void> {
  transport = way;
  app = appOf(transport);
  location.hash = hash;
  render(App, app as unknown as Record<string, never>);
  await settled();
}

const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, "");
const named = (name: string) => (content: string) => plain(content).includes(name);
const user = userEvent.setup();

beforeEach(() => {
  world = new World(people(), logLines());
  problems.length = 0;
});
afterEach(() => {
  app.service.end();
  edits.clear();
  go({ kind: "home" }, true);
  expect(problems).toEqual([]);
});

describe("without a service", () => {
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

  test("what is shown is called old when the service goes away", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    transport.signal({ kind: "lost", why: null });
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("may be out of date");
  });
});

describe("the page of a tunnel", () => {
  test("shows a tunnel of the golden files", async () => {
    await show("#/tunnel/0123456789abcdef0123456789abcdef", goldenTransport());
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Office");
  });

  test("says what is wrong and what to do about it", async () => {
    await show(`#/tunnel/${idOf(4)}`);
    const main = within(screen.getByRole("main"));
    expect(main.getByText("The tunnel could not be kept up, and its kill switch lets nothing past it.")).toBeVisible();
    expect(main.getByText(named("travel.example.org was not found"))).toBeVisible();
    expect(main.getByRole("button", { name: "Restart" })).toBeEnabled();
  });

  test("shows names as text, whatever they contain", async () => {
    await show(`#/tunnel/${idOf(11)}`);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("<b onclick=alert(1)>bold</b> \\u{202e}gnp.exe");
    expect(document.querySelector("b[onclick]")).toBeNull();
  });

  test("shows nothing received while nobody answers", async () => {
    await show(`#/tunnel/${idOf(2)}`);
    const rates = [...document.querySelectorAll("main")].map((main) => plain(main.textContent ?? "")).join("");
    expect(rates).not.toMatch(/Mbit|MB|GB/);
  });

  test("turns a tunnel off and on", async () => {
    await show(`#/tunnel/${idOf(2)}`);
    const toggle = within(screen.getByRole("main")).getByRole("switch", { name: /Home server/ });
    expect(toggle).toBeChecked();
    await user.click(toggle);
    await settled();
    expect(toggle).not.toBeChecked();
    expect(world.tunnels.get(idOf(2))?.state.kind).toBe("down");
  });

  test("a refusal is said where it arises, once", async () => {
    world.refusals.set("connect", { code: "not_allowed", needs: "operate", action: null });
    await show(`#/tunnel/${idOf(6)}`);
    await user.click(within(screen.getByRole("main")).getByRole("switch", { name: /Parents/ }));
    await settled();
    expect(screen.getAllByText("You may not switch tunnels.")).toHaveLength(1);
  });

  test("a lockdown is asked about first", async () => {
    await show(`#/tunnel/${idOf(6)}`);
    await user.click(screen.getByRole("radio", { name: "Lockdown" }));
    expect(world.tunnels.get(idOf(6))?.kill_switch).toBe("off");
    await user.click(screen.getByRole("button", { name: "Set lockdown" }));
    await settled();
    expect(world.tunnels.get(idOf(6))?.kill_switch).toBe("lockdown");
  });
});

describe("questions", () => {
  test("a conflict offers to turn the other tunnel off instead", async () => {
    await show(`#/tunnel/${idOf(10)}`);
    await user.click(within(screen.getByRole("main")).getByRole("switch", { name: /مكتب/ }));
    await settled();
    const dialog = within(screen.getByRole("dialog"));
    expect(dialog.getByText(named("Office Berlin already takes all traffic."))).toBeVisible();
    await user.click(dialog.getByRole("button", { name: named("Turn off Office Berlin instead") }));
    await settled();
    expect(world.tunnels.get(idOf(1))?.state.kind).toBe("down");
    expect(world.tunnels.get(idOf(10))?.state.kind).toBe("up");
  });

  test("the key of a tunnel that does not keep it is asked for, and sent with the request alone", async () => {
    await show(`#/tunnel/${idOf(14)}`);
    world.tunnels.delete(idOf(1));
    await user.click(within(screen.getByRole("main")).getByRole("switch", { name: /Vault/ }));
    await settled();
    const key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    await user.type(screen.getByLabelText("Private key"), key);
    await user.click(screen.getByRole("button", { name: "Turn on" }));
    await settled();
    expect(transport.asked).toContainEqual(expect.objectContaining({ method: "connect_with_key", params: { id: idOf(14), key, despite_conflicts: false } }));
    expect(transport.asked.filter((request) => JSON.stringify(request).includes(key))).toHaveLength(1);
    expect(document.body.textContent).not.toContain(key);
  });

  test("commands are shown before anybody approves of them", async () => {
    await show(`#/tunnel/${idOf(8)}`);
    await user.click(screen.getByRole("button", { name: "Read the commands" }));
    await settled();
    const dialog = within(screen.getByRole("dialog"));
    expect(dialog.getByText("ip route add 10.99.0.0/16 dev wg0 && logger <up>")).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Approve" }));
    await settled();
    expect(world.tunnels.get(idOf(8))?.hooks.kind).toBe("approved");
  });

  test("removing is asked about", async () => {
    await show(`#/tunnel/${idOf(6)}`);
    await user.keyboard("{Delete}");
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove" }));
    await settled();
    expect(world.tunnels.has(idOf(6))).toBe(false);
  });
});

describe("importing", () => {
  test("one bad file does not spoil the others, and each has its reason", async () => {
    await show("#/add");
    const file = (name: string, content: BlobPart) => new File([content], name);
    const large = new File([new Uint8Array(1024 * 1024 + 1)], "large.conf");
    await app.imports.addFiles([file("home.conf", CONFIG), file("home.conf", CONFIG), large, file("broken.conf", "nonsense")]);
    await settled();
    expect(app.imports.drafts.map((draft) => [draft.name, draft.interface, draft.isWanted])).toEqual([
      ["home", "home", true],
      ["home 2", "home2", true],
    ]);
    expect(app.imports.refusals.map((refusal) => refusal.from)).toEqual(["large.conf", "broken.conf"]);
    expect(app.imports.refusals[1]?.reason).toBe("This is not a WireGuard configuration, which has an [Interface] section.");
    world.tell({ kind: "tunnel_added", tunnel: { ...people()[0]!, id: idOf(99), name: "home" } });
    world.tunnels.set(idOf(99), { ...people()[0]!, id: idOf(99), name: "home" });
    await user.click(screen.getByRole("button", { name: named("Import 2 tunnels") }));
    await settled();
    expect(screen.getByText(named("Imported 1 of 4"))).toBeVisible();
    expect(screen.getByText(named("home: Another tunnel is called home already"))).toBeVisible();
  });

  test("an archive becomes several drafts", async () => {
    await show("#/add");
    await app.imports.addFiles([new File(["PK"], "all.zip")]);
    await settled();
    expect(app.imports.drafts.map((draft) => draft.name)).toEqual(["office-2", "lab-2"]);
    expect(screen.getByText(named("The entry is a link or a device, not a file"))).toBeVisible();
  });

  test("what a tunnel would change is shown before it is imported, and follows the name of its interface", async () => {
    await show("#/add");
    await app.imports.addFiles([new File([CONFIG], "home.conf")]);
    await settled();
    const changes = screen.getByText("What turning it on will change on this computer").closest("details")!;
    expect(changes.open).toBe(true);
    expect(within(changes).getByText(named("home, MTU 1420"))).toBeVisible();
    await user.type(screen.getByRole("textbox", { name: "Interface" }), "9");
    await vi.waitFor(() => expect(within(changes).getByText(named("home9, MTU 1420"))).toBeVisible(), 5_000);
    expect(world.tunnels.has(idOf(99))).toBe(false);
  });

  test("of many tunnels the changes of each are asked about when they are opened", async () => {
    await show("#/add");
    await app.imports.addFiles([new File(["PK"], "all.zip")]);
    await settled();
    const previews = () => transport.asked.filter((request) => request.method === "preview_config").length;
    const [, second] = screen.getAllByText("What turning it on will change on this computer");
    expect(previews()).toBe(0);
    const details = second!.closest("details")!;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await settled();
    expect(previews()).toBe(1);
    expect(within(details).getByText(named("lab-2, MTU 1420"))).toBeVisible();
  });

  test("an empty window asks for the first tunnel", async () => {
    world = new World([]);
    await show("");
    expect(screen.getByRole("heading", { name: "Add your first tunnel" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: /Paste or scan/ }));
    await user.type(screen.getByRole("textbox", { name: "Text of the configuration" }), "[[Interface]\nPrivateKey = x");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    await settled();
    await user.click(screen.getByRole("button", { name: "Import one tunnel" }));
    await settled();
    expect(world.tunnels.size).toBe(1);
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("wg0");
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

describe("editing", () => {
  async function edit(text: string): Promise<void> {
    edits.set(idOf(1), { ...edits.get(idOf(1))!, text });
    const isAsked = () => transport.asked.some((request) => request.method === "check_config" && request.params.config === text);
    await vi.waitFor(() => expect(isAsked()).toBe(true), 5_000);
    await settled();
  }

  test("the keys stay with the service", async () => {
    await show(`#/edit/${idOf(1)}`);
    expect(transport.asked.map((request) => request.method)).toContain("masked_config");
    expect(transport.asked.map((request) => request.method)).not.toContain("export");
    expect(edits.get(idOf(1))?.text).toBe(MASKED);
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
    expect(edits.get(idOf(1))?.text).toContain("1380");
    expect(screen.getByRole("button", { name: "Load the newer version" })).toBeEnabled();
  });

  test("a problem with one remedy has a button for it", async () => {
    await show(`#/edit/${idOf(1)}`);
    // Bytes and characters differ in front of it.
    await edit(MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.1/24"));
    await user.click(screen.getByRole("button", { name: named("Replace it with 10.7.0.0/24") }));
    expect(edits.get(idOf(1))?.text).toBe(MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.0/24"));
  });

  test("a fix is applied to the checked text alone, never to a newer one", async () => {
    await show(`#/edit/${idOf(1)}`);
    await edit(MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.1/24"));
    const name = named("Replace it with 10.7.0.0/24");
    expect(screen.getByRole("button", { name })).toBeEnabled();
    const newer = `# a line above\n${MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.1/24")}`;
    edits.set(idOf(1), { ...edits.get(idOf(1))!, text: newer });
    await settled();
    expect(screen.getByRole("button", { name })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Review and save" })).toBeDisabled();
    // Also where the press was on its way already.
    (screen.getByRole("button", { name }) as HTMLButtonElement).disabled = false;
    await user.click(screen.getByRole("button", { name }));
    expect(edits.get(idOf(1))?.text).toBe(newer);
    await edit(newer);
    await user.click(screen.getByRole("button", { name }));
    expect(edits.get(idOf(1))?.text).toBe(newer.replace("10.7.0.1/24", "10.7.0.0/24"));
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

describe("technical details", () => {
  test("say what was dropped, and why", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    await user.click(screen.getByText("Technical details"));
    await settled();
    expect(screen.getByText(named("34 · received: a packet from an address that is not among the peer's allowed IPs"))).toBeInTheDocument();
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

describe("the settings of the program around the page", () => {
  test("are switched one by one", async () => {
    await show("#/settings");
    await user.click(screen.getByRole("switch", { name: "Tell when a tunnel turns on" }));
    await settled();
    await user.click(screen.getByRole("switch", { name: "Start when you log in" }));
    await settled();
    expect(world.desktop).toMatchObject({ settings: { notify_up: false, notify_down: true }, start_at_login: true });
    expect(screen.getByRole("switch", { name: "Tell when a tunnel turns on" })).not.toBeChecked();
  });

  test("say what closing does where there is no tray", async () => {
    world.desktop = { ...world.desktop, has_tray: false };
    await show("#/settings");
    expect(screen.getByText(/closing the window ends Adit/)).toBeVisible();
    expect(screen.queryByRole("switch", { name: "Close the window into the tray" })).toBeNull();
  });

  test("say why they were not saved", async () => {
    world.refusals.set("set_desktop", { code: "io", doing: "saving the settings of the app", detail: "the disk is full" });
    await show("#/settings");
    await user.click(screen.getByRole("switch", { name: "Tell when a key is old" }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("the disk is full");
  });

  test("are not there in a browser", async () => {
    world.refusals.set("desktop", { code: "bad_request", detail: "desktop" });
    await show("#/settings");
    expect(screen.queryByText("Tray and notifications")).toBeNull();
  });
});

describe("the log", () => {
  test("shows levels and tunnels that are wanted", async () => {
    await show("#/log");
    const log = screen.getByRole("log");
    const levels = () => new Set([...log.querySelectorAll(".level")].map((level) => level.textContent));
    expect(levels()).toEqual(new Set(["Info", "Warning", "Error"]));
    await user.click(screen.getByRole("radio", { name: "Error" }));
    await settled();
    expect(levels()).toEqual(new Set(["Error"]));
    await user.selectOptions(screen.getByRole("combobox", { name: "Tunnel" }), "Old VPS");
    await settled();
    expect(log).toHaveTextContent("Could not be brought up");
    expect(log).not.toHaveTextContent("Travel");
  });
});

describe("the keyboard", () => {
  test("reaches every page", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    await user.keyboard("{F1}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Keyboard shortcuts");
    await user.keyboard("{Control>},{/Control}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Settings");
    await user.keyboard("{Control>}n{/Control}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("New tunnel");
    await user.keyboard("{Escape}");
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Add a tunnel");
  });
});
