import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import type { Away } from "../src/lib/transport/transport.ts";
import { edits, newTunnel, setNewTunnel, untold } from "../src/lib/state/edits.svelte.ts";
import { go } from "../src/lib/state/router.svelte.ts";
import { programLanguage } from "../src/lib/state/language.ts";
import { loadPreferences, prefer, type Theme } from "../src/lib/state/preferences.svelte.ts";
import type { App as Everything } from "../src/lib/state/context.ts";
import { problems } from "../src/lib/words/catalogue.svelte.ts";
import { appOf, goldenTransport, settled, TestTransport, worldTransport } from "./memory.ts";
import { logLines } from "./world/logs.ts";
import { PASSPHRASE } from "./world/local.ts";
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

// Loaded when a page needs it; here before, so that no test waits for it.
beforeAll(() => import("../src/lib/editor/edited.svelte.ts"));
beforeEach(() => {
  world = new World(people(), logLines());
  problems.length = 0;
});
afterEach(() => {
  app.service.end();
  edits.clear();
  untold.clear();
  setNewTunnel(null);
  go({ kind: "home" }, true);
  expect(problems).toEqual([]);
});

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
    await user.click(screen.getByRole("button", { name: /Paste a text/ }));
    await user.type(screen.getByRole("textbox", { name: "Text of the configuration" }), "[[Interface]\nPrivateKey = x");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    await settled();
    await user.click(screen.getByRole("button", { name: "Import one tunnel" }));
    await settled();
    expect(world.tunnels.size).toBe(1);
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("wg0");
  });
});

describe("a QR code", () => {
  const DRAFT = { from: "camera", name: "wg0", interface: "wg0", config: CONFIG, diagnostics: [] };
  /** What a browser throws for a camera that cannot be used, or the pictures of those that can. */
  const withCamera = (getUserMedia: () => Promise<MediaStream>, cameras: string[] = []) => {
    const devices = cameras.map((deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));
    Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia, enumerateDevices: async () => devices } });
  };
  const inApp = () => Object.defineProperty(globalThis, "__TAURI_INTERNALS__", { configurable: true, value: {} });
  afterEach(() => {
    vi.restoreAllMocks();
    Reflect.deleteProperty(navigator, "mediaDevices");
    Reflect.deleteProperty(globalThis, "__TAURI_INTERNALS__");
  });

  async function scan(way: RegExp): Promise<void> {
    await show("#/add");
    await user.click(screen.getByRole("button", { name: /^Scan a QR code/ }));
    await user.click(screen.getByRole("button", { name: way }));
    await settled();
  }

  test.each([
    ["NotFoundError", /^No camera was found/],
    ["NotAllowedError", /^The camera may not be used/],
    ["NotReadableError", /^The camera could not be started/],
  ])("without a camera a sentence says why: %s", async (name, sentence) => {
    withCamera(() => Promise.reject(new DOMException("", name)));
    await scan(/^Use the camera/);
    expect(screen.getByRole("alert")).toHaveTextContent(sentence);
  });

  test("a window without any way to a camera says that there is none", async () => {
    await scan(/^Use the camera/);
    expect(screen.getByRole("alert")).toHaveTextContent(/^No camera was found/);
  });

  test("the app does not ask for a camera that the user has refused", async () => {
    const asked = vi.fn(() => Promise.reject(new Error("it was asked for")));
    withCamera(asked);
    await show("#/add");
    inApp();
    world.allowsCamera = false;
    await user.click(screen.getByRole("button", { name: /^Scan a QR code/ }));
    await user.click(screen.getByRole("button", { name: /^Use the camera/ }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent(/^The camera may not be used/);
    expect(asked).not.toHaveBeenCalled();
  });

  test("the picture of another camera stays, and no camera is on in a window that is hidden", async () => {
    vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    const streams: { stop: () => void }[] = [];
    withCamera(async () => {
      const track = Object.assign(new EventTarget(), { stop: vi.fn() });
      const stream = { stop: track.stop, getTracks: () => [track], getVideoTracks: () => [track] };
      streams.push(stream);
      return stream as unknown as MediaStream;
    }, ["front", "back"]);
    await scan(/^Use the camera/);
    const video = document.querySelector("video")!;
    await user.selectOptions(screen.getByRole("combobox", { name: "Camera" }), "back");
    // Longer than the pause between two pictures.
    await new Promise((done) => setTimeout(done, 300));
    expect([streams.length, video.srcObject]).toEqual([2, streams[1]]);
    expect(streams[1]?.stop).not.toHaveBeenCalled();
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    await settled();
    expect(streams[1]?.stop).toHaveBeenCalled();
    expect(document.querySelector("video")).toBeNull();
  });

  test("on a clipboard that may not be read is told from an empty one, and the app has no button for it", async () => {
    const read = vi.spyOn(navigator.clipboard, "read").mockRejectedValue(new DOMException("", "NotAllowedError"));
    await scan(/^From the clipboard/);
    expect(screen.getByText("The clipboard is not available.")).toBeVisible();
    read.mockResolvedValue([]);
    await user.click(screen.getByRole("button", { name: /^From the clipboard/ }));
    await settled();
    expect(screen.getByText("There is no picture on the clipboard.")).toBeVisible();
    go({ kind: "home" });
    await settled();
    inApp();
    go({ kind: "add" });
    await settled();
    await user.click(screen.getByRole("button", { name: /^Scan a QR code/ }));
    expect(screen.getByText(/can also be pasted with Ctrl\+V/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /^From the clipboard/ })).toBeNull();
  });

  test("the screen becomes a draft, or nothing where the user does not want it", async () => {
    await show("#/add");
    expect(await app.imports.addScreen()).toBe(false);
    expect(app.imports.drafts).toEqual([]);
    world.seen = { drafts: [{ ...DRAFT, from: "screen" }], refusals: [] };
    expect(await app.imports.addScreen()).toBe(true);
    await settled();
    expect(screen.getByRole("heading", { name: "screen" })).toBeVisible();
    world.refusals.set("scan_screen", { code: "io", doing: "taking a picture of the screen", detail: "no portal" });
    await app.imports.addScreen();
    await settled();
    expect(screen.getByText(/no portal/)).toBeVisible();
  });

  test("a pasted picture is named after the clipboard, and a pasted file after itself", async () => {
    await show("");
    const paste = new Event("paste", { bubbles: true, cancelable: true });
    const files = [new File(["[Interface]"], "image.png"), new File(["[Interface]"], "cabin.conf")];
    window.dispatchEvent(Object.assign(paste, { clipboardData: { files } }));
    await settled();
    expect(screen.getByRole("heading", { name: "clipboard" })).toBeVisible();
    expect(screen.getByRole("heading", { name: "cabin.conf" })).toBeVisible();
    expect(paste.defaultPrevented).toBe(true);
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

describe("tunnels of wg-quick", () => {
  test("are taken over after a question that says what is stopped, what stays and what it will change", async () => {
    world.takeovers = [{ name: "wg0", path: "/etc/wireguard/wg0.conf", active: true, by_service: true, starts_at_boot: true }];
    await show("#/add");
    await user.click(screen.getByRole("button", { name: "Take over" }));
    const dialog = within(screen.getByRole("dialog", { name: named("Take over wg0?") }));
    expect(dialog.getByText(named("wg-quick@wg0 is stopped"))).toBeVisible();
    expect(dialog.getByText(named("The file /etc/wireguard/wg0.conf stays where it is"))).toBeVisible();
    expect(dialog.getByText("sudo systemctl disable wg-quick@wg0.service")).toBeVisible();
    await settled();
    expect(dialog.getByText("What turning it on will change on this computer")).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(transport.asked.some((request) => request.method === "take_over")).toBe(false);
    await user.click(screen.getByRole("button", { name: "Take over" }));
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Take over" }));
    await settled();
    expect(transport.asked).toContainEqual({ method: "take_over", params: { name: "wg0" } });
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("wg0");
  });

  test("that are off stay off, and a refusal is said", async () => {
    world.takeovers = [{ name: "wg-home", path: "/etc/wireguard/wg-home.conf", active: false, by_service: false, starts_at_boot: false }];
    world.refusals.set("take_over", { code: "no_permission", doing: "telling wg-quick" });
    await show("#/add");
    await user.click(screen.getByRole("button", { name: "Take over" }));
    const dialog = within(screen.getByRole("dialog"));
    expect(dialog.getByText(/stays off until you turn it on/)).toBeVisible();
    expect(dialog.queryByText(/systemctl/)).toBeNull();
    await user.click(dialog.getByRole("button", { name: "Take over" }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent("telling wg-quick");
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

describe("the form", () => {
  const text = () => edits.get(idOf(1))!.edited.text;
  const allowed = () => /AllowedIPs = (.*)/.exec(text())?.[1];
  const choice = (name: string) => screen.getByRole("radio", { name });

  async function form(): Promise<void> {
    await show(`#/edit/${idOf(1)}`);
    await user.click(screen.getByRole("radio", { name: "Form" }));
    await settled();
  }

  async function fill(field: HTMLElement, value: string): Promise<void> {
    await user.clear(field);
    await user.type(field, value);
    await user.tab();
    await settled();
  }

  test("shows which networks go through the peer as one of four choices, and each can be chosen", async () => {
    await form();
    expect(choice("Everything")).toBeChecked();
    await user.click(choice("Private networks"));
    await settled();
    expect([allowed(), (choice("Private networks") as HTMLInputElement).checked]).toEqual(["10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7", true]);
    await user.click(choice("Everything except…"));
    await settled();
    const outside = screen.getByRole("textbox", { name: "Networks that stay outside" });
    expect(outside).toHaveValue("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7");
    await fill(outside, "128.0.0.0/1 8000::/1");
    expect([allowed(), (choice("Everything except…") as HTMLInputElement).checked]).toEqual(["0.0.0.0/1, ::/1", true]);
    await user.click(choice("Own list"));
    await settled();
    const own = screen.getByRole("textbox", { name: "AllowedIPs" });
    expect([allowed(), document.activeElement]).toEqual(["0.0.0.0/1, ::/1", own]);
    expect(choice("Own list")).toBeChecked();
    await fill(own, "10.1.0.0/16");
    expect([allowed(), (choice("Own list") as HTMLInputElement).checked]).toEqual(["10.1.0.0/16", true]);
    await user.click(choice("Everything"));
    await settled();
    expect([allowed(), (choice("Everything") as HTMLInputElement).checked]).toEqual(["0.0.0.0/0, ::/0", true]);
  });

  test("says where networks to leave out are not valid, and changes nothing", async () => {
    await form();
    await user.click(choice("Everything except…"));
    await settled();
    const before = text();
    await fill(screen.getByRole("textbox", { name: "Networks that stay outside" }), "nonsense");
    expect(screen.getByText(named("nonsense is not a network"))).toBeVisible();
    expect(text()).toBe(before);
  });

  test("takes changes back, also after a look at another page", async () => {
    await form();
    await fill(screen.getByRole("textbox", { name: "MTU" }), "1380");
    await user.click(choice("Private networks"));
    await settled();
    go({ kind: "log", tunnel: null });
    await settled();
    go({ kind: "edit", id: idOf(1) });
    await settled();
    expect(screen.getByRole("radio", { name: "Form" })).toBeChecked();
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await settled();
    expect(allowed()).toBe("0.0.0.0/0, ::/0");
    await user.keyboard("{Control>}z{/Control}");
    await settled();
    expect(text()).toBe(MASKED);
    expect(screen.getByRole("textbox", { name: "MTU" })).toHaveValue("");
    await user.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    await settled();
    expect(text()).toContain("MTU = 1380");
    await user.click(screen.getByRole("button", { name: "Redo" }));
    await settled();
    expect(allowed()).toContain("172.16.0.0/12");
    expect(screen.getByRole("button", { name: "Redo" })).toBeDisabled();
  });

  test("leaves typing in a field to the field until it is part of the text", async () => {
    await form();
    await fill(screen.getByRole("textbox", { name: "MTU" }), "1380");
    await user.type(screen.getByRole("textbox", { name: "DNS" }), "x");
    await user.keyboard("{Control>}z{/Control}");
    await settled();
    expect(text()).toContain("MTU = 1380");
  });

  test("adds a peer, and removes it without a question while it is empty", async () => {
    await form();
    await user.click(screen.getByRole("button", { name: "Add a peer" }));
    await settled();
    expect(text()).toBe(`${MASKED}\n[Peer]\nPublicKey = \nEndpoint = \nAllowedIPs = \n`);
    await user.click(screen.getByRole("button", { name: named("Remove Peer 2") }));
    await settled();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(text()).toBe(MASKED);
  });

  test("asks before it removes a peer with values", async () => {
    await form();
    const remove = () => user.click(screen.getByRole("button", { name: named("Remove gateway.example.com") }));
    await remove();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Keep it" }));
    expect(text()).toBe(MASKED);
    await remove();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove this peer" }));
    await settled();
    expect(text()).not.toContain("[Peer]");
  });

  /** Keeps back the next answers to a method; `release` gives them, or fails with them. */
  function keepBack(method: string): ((why?: unknown) => void)[] {
    const call = transport.call.bind(transport);
    const waiting: ((why?: unknown) => void)[] = [];
    transport.call = async (request) => {
      const answer = await call(request);
      if (request.method === method) await new Promise<void>((done, fail) => waiting.push((why) => (why === undefined ? done() : fail(why))));
      return answer;
    };
    return waiting;
  }

  test("removes a peer that was asked about before the text was outlined again", async () => {
    await form();
    await user.click(screen.getByRole("button", { name: named("Remove gateway.example.com") }));
    edits.get(idOf(1))!.edited.replace(`# Office\n${MASKED}`);
    await settled();
    expect(within(screen.getByRole("dialog")).getByText(named("gateway.example.com"))).toBeVisible();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove this peer" }));
    await settled();
    expect(text()).not.toContain("[Peer]");
  });

  test("changes the text that is there when the answer comes, and forgets what failed for an older one", async () => {
    await form();
    const waiting = keepBack("outline");
    const { edited } = edits.get(idOf(1))!;
    edited.replace(`# a\n${MASKED}`);
    await settled();
    await fill(screen.getByRole("textbox", { name: "MTU" }), "1380");
    edited.replace(`# a longer line\n${MASKED}`);
    await settled();
    const [first, ...others] = waiting.splice(0);
    for (const answer of others) answer();
    await settled();
    for (const answer of waiting.splice(0)) answer();
    await settled();
    expect(text()).toBe(`# a longer line\n${MASKED}`.replace(/(DNS = .*\n)/, "$1MTU = 1380\n"));
    first?.(new Error("too late"));
    await settled();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("makes a preshared key on request, and shows what the other side needs", async () => {
    await form();
    expect(screen.getByText("Set; the service keeps it")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Make another" }));
    await settled();
    const key = /PresharedKey = (.*)/.exec(text())?.[1] ?? "";
    expect(key).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    const write = vi.spyOn(navigator.clipboard, "writeText");
    await user.click(screen.getByRole("button", { name: "Copy" }));
    expect(write).toHaveBeenCalledWith(key);
    await user.click(within(screen.getByRole("group", { name: "PresharedKey" })).getByRole("button", { name: "Remove" }));
    await settled();
    expect(text()).not.toContain("PresharedKey");
    expect(screen.getByRole("button", { name: "Make one" })).toBeEnabled();
  });
});

describe("a new tunnel", () => {
  const KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
  const PEER = keyOf("other side");

  async function begin(): Promise<void> {
    await show("#/new");
    await fill("Address", "10.0.0.2/32");
    await fill("PublicKey", PEER);
    await vi.waitFor(() => expect(screen.getByRole("button", { name: "Create" })).toBeEnabled(), 5_000);
    await settled();
  }

  async function fill(name: string, value: string): Promise<void> {
    await user.type(screen.getByRole("textbox", { name }), value);
    await user.tab();
    await settled();
  }

  test("is made in the form, its changes are shown before, and its key afterwards for the other side", async () => {
    await begin();
    expect(screen.getByText(/The service makes the keys when you create the tunnel/)).toBeVisible();
    expect(screen.getByText("What turning it on will change on this computer")).toBeVisible();
    expect(transport.asked.some((request) => request.method === "preview_config")).toBe(true);
    await user.click(screen.getByRole("button", { name: "Create" }));
    await settled();
    const made = [...world.tunnels.values()].find((tunnel) => tunnel.name === "New tunnel")!;
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("New tunnel");
    expect(transport.asked.some((request) => request.method === "create")).toBe(true);
    const own = within(screen.getByRole("region", { name: "Public key of this computer" }));
    expect(own.getByText(made.public_key!)).toBeVisible();
    expect(own.getByRole("button", { name: named("Copy the public key") })).toBeEnabled();
    await user.click(own.getByRole("button", { name: "Done" }));
    expect(screen.queryByRole("region", { name: "Public key of this computer" })).toBeNull();
  });

  test("with a private key of its own shows the public one before it is made, and keeps that key", async () => {
    await begin();
    await fill("PrivateKey", KEY);
    await vi.waitFor(() => expect(screen.getByText(keyOf(`of ${KEY}`))).toBeVisible(), 5_000);
    await user.click(screen.getByRole("button", { name: "Create" }));
    await settled();
    const asked = transport.asked.find((request) => request.method === "import");
    expect(asked?.params).toMatchObject({ name: "New tunnel", config: expect.stringContaining(`PrivateKey = ${KEY}`) });
  });

  test("has a name that is not part of its text, and of its history", async () => {
    await begin();
    await user.type(screen.getByRole("textbox", { name: "Name" }), " 2");
    await user.keyboard("{Control>}z{/Control}");
    await settled();
    expect(newTunnel()?.edited.text).toContain(PEER);
  });

  test("is still there after a look at another page", async () => {
    await begin();
    go({ kind: "settings" });
    await settled();
    go({ kind: "new" });
    await settled();
    expect(newTunnel()?.edited.text).toContain(PEER);
    expect(screen.getByRole("textbox", { name: "Address" })).toHaveValue("10.0.0.2/32");
  });
});

describe("where an address goes", () => {
  async function ask(ip: string): Promise<void> {
    await show(`#/tunnel/${idOf(1)}`);
    await user.type(screen.getByRole("textbox", { name: "Where does an address go?" }), `${ip}{Enter}`);
    await settled();
  }

  test("is said with the tunnel and the peer", async () => {
    await ask("10.1.2.3");
    expect(screen.getByText(named("10.1.2.3 goes through Office Berlin to"))).toBeVisible();
  });

  test("is said where it goes past all tunnels", async () => {
    for (const { id } of [...world.tunnels.values()]) world.change(id, { state: { kind: "down", reason: null, retry_at: null } });
    await ask("10.1.2.3");
    expect(screen.getByText(named("10.1.2.3 goes past all tunnels, over eth0."))).toBeVisible();
  });

  test("is refused with a reason where it is no address", async () => {
    await ask("office");
    expect(screen.getByText(named("invalid IP address syntax"))).toBeVisible();
  });
});

describe("an endpoint", () => {
  test("that has moved is shown with the configured one", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    const main = plain(screen.getByRole("main").textContent ?? "");
    expect(main).toMatch(/203\.0\.113\.10:51820\s*has moved; configured:\s*vpn\.example\.com:51820/);
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
  });
});

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
    expect(screen.getByText(named("Kill switch: Off -> Lockdown"))).toBeVisible();
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
