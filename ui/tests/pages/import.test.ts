import { screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { chosenFolder, dropped } from "../../src/lib/model/folder.ts";
import { isUsable } from "../../src/lib/state/imports.svelte.ts";
import { hold, settled } from "../memory.ts";
import { people } from "../world/people.ts";
import { CONFIG, MASKED } from "../world/texts.ts";
import { idOf, keyOf } from "../world/views.ts";
import { World } from "../world/world.ts";
import { app, named, show, transport, use, user, world } from "./shown.ts";

/** Called when the page has begun to listen to an event of the program around it. */
let onListen: (name: string) => void = () => undefined;
vi.mock("@tauri-apps/api/event", () => ({
  emit: async () => undefined,
  listen: async (name: string) => {
    onListen(name);
    return () => undefined;
  },
}));

describe("importing", () => {
  test("one bad file does not spoil the others, and each has its reason", async () => {
    await show("#/add");
    const file = (name: string, content: BlobPart) => new File([content], name);
    const large = new File([new Uint8Array(1024 * 1024 + 1)], "large.conf");
    await app.imports.addFiles([file("home.conf", CONFIG), file("home.conf", CONFIG), large, file("broken.conf", "nonsense")]);
    await settled();
    expect(app.imports.drafts.map((draft) => [draft.name, draft.interface, isUsable(draft)])).toEqual([
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
    // The one that failed is still there, to be mended and tried again.
    const left = within(screen.getByRole("region", { name: named("Tunnel from home.conf") }));
    expect(left.getByText(named("Another tunnel is called home already"))).toBeVisible();
    await user.type(left.getByRole("textbox", { name: "Name" }), " abroad");
    await user.click(screen.getByRole("button", { name: "Import one tunnel" }));
    await settled();
    expect([...world.tunnels.values()].map(({ name }) => name)).toContain("home abroad");
    expect(app.imports.drafts).toEqual([]);
  });

  test("what comes while tunnels are imported stays, and nothing is taken away meanwhile", async () => {
    await show("#/add");
    await app.imports.addFiles([new File([CONFIG], "home.conf")]);
    await settled();
    const deliver = hold(transport, "import_draft");
    await user.click(screen.getByRole("button", { name: "Import one tunnel" }));
    expect(screen.getByRole("button", { name: "Cancel" })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Leave this one out" })).toBeDisabled();
    await app.imports.addFiles([new File([CONFIG], "later.conf"), new File(["nonsense"], "broken.conf")]);
    await deliver();
    expect(screen.getByText(named("Imported 1 of 1"))).toBeVisible();
    expect(app.imports.drafts.map(({ name }) => name)).toEqual(["later"]);
    expect(app.imports.refusals.map(({ from }) => from)).toEqual(["broken.conf"]);
    expect(screen.getByRole("region", { name: named("Tunnel from later.conf") })).toBeVisible();
    expect(world.drafts.size).toBe(1);
    await user.click(screen.getByRole("button", { name: "Done" }));
    expect(app.imports.drafts).toHaveLength(1);
  });

  test("a draft whose check failed does not stop the others, and can be checked again", async () => {
    await show("#/add");
    await app.imports.addFiles([new File(["PK"], "all.zip")]);
    await settled();
    const first = () => within(screen.getAllByRole("region", { name: named("Tunnel from all.zip") })[0]!);
    await user.click(first().getByRole("button", { name: "Edit the text" }));
    await settled();
    world.refusals.set("check_draft", { code: "busy" });
    await user.click(first().getByRole("radio", { name: "Form" }));
    await settled();
    await user.type(first().getByRole("textbox", { name: "MTU" }), "1380");
    await user.tab();
    await vi.waitFor(() => expect(app.imports.drafts[0]?.config).toContain("MTU = 1380"));
    await user.click(first().getByRole("button", { name: "Edit the text" }));
    await settled();
    expect(first().getByText("not checked")).toBeVisible();
    expect(screen.getByRole("button", { name: "Import one tunnel" })).toBeEnabled();
    world.refusals.delete("check_draft");
    await user.click(first().getByRole("button", { name: "Check again" }));
    await settled();
    expect(first().queryByText("not checked")).toBeNull();
    expect(screen.getByRole("button", { name: named("Import 2 tunnels") })).toBeEnabled();
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
    const previews = () => transport.asked.filter((request) => request.method === "preview_draft").length;
    const [, second] = screen.getAllByText("What turning it on will change on this computer");
    expect(previews()).toBe(0);
    const details = second!.closest("details")!;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    await settled();
    expect(previews()).toBe(1);
    expect(within(details).getByText(named("lab-2, MTU 1420"))).toBeVisible();
  });

  test("no key of a file reaches the page, and what is edited is imported with its keys", async () => {
    await show("#/add");
    await app.imports.addFiles([new File([CONFIG], "home.conf")]);
    await settled();
    const secrets = [keyOf("private"), keyOf("psk")];
    const answers = () => JSON.stringify(transport.answered);
    await user.click(screen.getByRole("button", { name: "Edit the text" }));
    await settled();
    await user.click(screen.getByRole("radio", { name: "Form" }));
    await settled();
    await user.type(screen.getByRole("textbox", { name: "MTU" }), "1380");
    await user.tab();
    await vi.waitFor(() => expect(app.imports.drafts[0]?.config).toContain("MTU = 1380"));
    await vi.waitFor(() => expect(screen.getByRole("button", { name: "Import one tunnel" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Import one tunnel" }));
    await settled();
    for (const secret of secrets) expect(answers()).not.toContain(secret);
    expect(transport.asked.map(({ method }) => method)).toEqual(expect.arrayContaining(["check_draft", "preview_draft", "import_draft"]));
    expect(world.imported.at(-1)).toBe(CONFIG.replace("DNS = ", "DNS = ").replace(/(?=\n\n# gateway)/, "\nMTU = 1380"));
    expect(document.body.innerHTML).not.toContain(secrets[0]);
  });

  test("what is left out or given up is forgotten by the program around the page", async () => {
    await show("#/add");
    await app.imports.addFiles([new File(["PK"], "all.zip"), new File([CONFIG], "home.conf")]);
    await settled();
    expect(world.drafts.size).toBe(3);
    await user.click(screen.getAllByRole("button", { name: "Leave this one out" })[0]!);
    await settled();
    expect(world.drafts.size).toBe(2);
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await settled();
    expect(world.drafts.size).toBe(0);
  });

  test("a text that cannot be imported can be mended where it is", async () => {
    await show("#/add");
    await app.imports.addText(CONFIG.replace("10.8.0.2/24", "10.8.0.2/33"));
    await settled();
    expect(screen.getByText("cannot be imported")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Edit the text" }));
    await settled();
    await user.click(screen.getByRole("radio", { name: "Form" }));
    await settled();
    const address = screen.getByRole("textbox", { name: "Address" });
    await user.clear(address);
    await user.type(address, "10.8.0.2/32");
    await user.tab();
    await vi.waitFor(() => expect(screen.queryByText("cannot be imported")).toBeNull());
    await vi.waitFor(() => expect(screen.getByRole("button", { name: "Import one tunnel" })).toBeEnabled());
  });

  test("a folder brings its configurations, and one without any has the reason", async () => {
    await show("#/add");
    const within = (path: string, content = CONFIG) => {
      const file = new File([content], path.split("/").at(-1)!);
      return Object.defineProperty(file, "webkitRelativePath", { value: path });
    };
    const files = ["vpn/b.conf", "vpn/a.conf", "vpn/.hidden.conf", "vpn/notes.txt", "vpn/old/c.conf"].map((path) => within(path));
    await app.imports.addFolders([chosenFolder(files)!, chosenFolder([within("empty/notes.txt")])!]);
    await settled();
    expect(app.imports.drafts.map((draft) => draft.from)).toEqual(["a.conf", "b.conf"]);
    expect(screen.getByText(named("empty: There is no .conf file in this folder."))).toBeVisible();
    await user.click(screen.getByRole("button", { name: named("Import 2 tunnels") }));
    await settled();
    expect(screen.getByText(named("Imported 2 of 3"))).toBeVisible();
  });

  test("folders and files that are dropped are told apart", async () => {
    const entries = [["a.conf", "notes.txt"], ["b.conf"], []].map((names) => names.map((name) => ({ isFile: true, name, file: (done: (file: File) => void) => done(new File([CONFIG], name)) })));
    const folder = { isDirectory: true, name: "vpn", createReader: () => ({ readEntries: (done: (found: unknown[]) => void) => done(entries.shift() ?? []) }) };
    const items = [
      { kind: "file", webkitGetAsEntry: () => folder, getAsFile: () => null },
      { kind: "file", webkitGetAsEntry: () => ({ isDirectory: false }), getAsFile: () => new File([CONFIG], "home.conf") },
      { kind: "string", webkitGetAsEntry: () => null, getAsFile: () => null },
    ];
    const { files, folders } = await dropped({ items } as unknown as DataTransfer);
    expect(files.map((file) => file.name)).toEqual(["home.conf"]);
    expect(folders.map(({ name, files }) => [name, files.map((file) => file.name)])).toEqual([["vpn", ["a.conf", "b.conf"]]]);
  });

  describe("in the app", () => {
    beforeEach(() => void Object.defineProperty(globalThis, "__TAURI_INTERNALS__", { configurable: true, value: {} }));
    afterEach(() => void Reflect.deleteProperty(globalThis, "__TAURI_INTERNALS__"));
    const draft = (from: string) => ({ id: world.keep(CONFIG), from, name: "home", interface: "home", config: MASKED, diagnostics: [] });

    test("the program reads the files and folders that the user chooses", async () => {
      await show("#/add");
      world.seen = { drafts: [draft("home.conf")], refusals: [] };
      await user.click(screen.getByRole("button", { name: "Folder…" }));
      await settled();
      expect(transport.asked.find(({ method }) => method === "choose_import")?.params).toEqual({ folder: true });
      expect(screen.getByRole("heading", { name: "home.conf" })).toBeVisible();
      world.refusals.set("choose_import", { code: "busy" });
      await user.click(screen.getByRole("button", { name: /^Import a file/ }));
      await settled();
      expect(app.imports.refusals).toHaveLength(1);
    });

    test("files that were opened with it are taken at the start and later", async () => {
      world.opened = { drafts: [draft("home.conf")], refusals: [] };
      await show("");
      expect(screen.getByRole("heading", { name: "home.conf" })).toBeVisible();
      expect(await app.imports.addOpened()).toBe(false);
    });

    test("a file that is opened just before the page listens does not wait unnoticed", async () => {
      onListen = (name) => {
        if (name === "open") world.opened = { drafts: [draft("late.conf")], refusals: [] };
      };
      await show("");
      onListen = () => undefined;
      expect(screen.getByRole("heading", { name: "late.conf" })).toBeVisible();
    });
  });

  test("an empty window asks for the first tunnel", async () => {
    use(new World([]));
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
