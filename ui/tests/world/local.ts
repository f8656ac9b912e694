// Answers of the process around the page, as far as tests need them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackupOpening, ConfigChange, ConfigOutline, DesktopRequest, Diagnostic, Entry, ImportReading, LocalRequest, QrModules, RestoreResult, SpanClass } from "../../src/lib/api/generated.ts";
import type { Question } from "../../src/lib/transport/transport.ts";
import { No } from "./no.ts";
import { subtract } from "./networks.ts";
import { CONFIG, diagnose, masked } from "./texts.ts";
import { idOf } from "./views.ts";
import type { World } from "./world.ts";

type Asked = LocalRequest | DesktopRequest;

/** What a test asks for by its name. */
const METHODS: ReadonlySet<string> = new Set<Asked["method"]>([
  "outline",
  "read_import",
  "read_frame",
  "check_draft",
  "preview_draft",
  "import_draft",
  "discard_drafts",
  "allowed_ips",
  "support_bundle",
  "export_qr",
  "desktop",
  "set_desktop",
  "set_language",
  "copy_secret",
  "scan_screen",
  "choose_import",
  "read_opened",
  "allow_camera",
  "export_file",
  "export_all",
  "back_up",
  "choose_backup",
  "open_backup",
  "restore",
  "close_backup",
]);

/** Whether it is for the program around the page. */
export function isLocal(request: Question): request is Asked {
  return METHODS.has(request.method);
}

/** Answers it. */
export function answerLocally({ method, params }: Asked, world: World): unknown {
  switch (method) {
    case "outline":
      return outline(params.config);
    case "read_import":
      return read(params.files, world);
    case "check_draft":
      return diagnose(world.unmasked(params.draft, params.config), null);
    case "preview_draft":
      return world.result({ method: "preview_config", params: { interface: params.interface, config: world.unmasked(params.draft, params.config) } });
    case "import_draft":
      return world.result({ method: "import", params: { name: params.name, interface: params.interface, config: world.unmasked(params.draft, params.config) } });
    case "discard_drafts":
      for (const draft of params.drafts) world.drafts.delete(draft);
      return null;
    case "read_frame":
      return world.seen;
    case "scan_screen":
      return world.seen;
    case "choose_import":
      return world.chooses ? world.seen : null;
    case "read_opened": {
      const opened = world.opened;
      world.opened = null;
      return opened;
    }
    case "allow_camera":
      return world.allowsCamera;
    case "desktop":
      return world.desktop;
    case "set_desktop":
      return (world.desktop = { ...world.desktop, settings: params.settings, start_at_login: params.start_at_login });
    case "set_language":
      return (world.desktop = { ...world.desktop, language: params.language });
    case "copy_secret":
      return null;
    case "export_file":
      return world.find(params.id) && world.chooses ? `${world.find(params.id).name}.conf` : null;
    case "export_all":
      return world.chooses ? "adit.zip" : null;
    case "back_up":
      return world.chooses ? "adit.age" : null;
    case "choose_backup":
      return world.backup;
    case "open_backup":
      return open(params.passphrase);
    case "restore":
      return restored(params.tunnels);
    case "close_backup":
      return null;
    case "support_bundle":
      return [
        { name: "README.txt", text: "What Adit collected about itself on this computer.\n" },
        { name: "service.json", text: `{\n  "version": "0.1.0"\n}\n` },
        { name: "log.txt", text: `2026-11-30 09:00:00Z  info   ${params.hide_addresses ? "address-1" : "192.0.2.1"}\u202e\n` },
      ];
    case "export_qr":
      world.find(params.id);
      return qr();
    case "allowed_ips":
      return allowedIps(params.include, params.exclude);
  }
}

/** The passphrase of the backup of this world. */
export const PASSPHRASE = "seven blue horses";

function open(passphrase: string): BackupOpening {
  if (passphrase !== PASSPHRASE) return { kind: "refused", problem: { kind: "wrong_passphrase" } };
  const diagnostic: Diagnostic = { severity: "error", code: "unknown_key", section: "Interface", key: null, line: 3, column: 1, start: 40, end: 45, advice: "suggest_key", arguments: ["text", "suggestion", "section"].map((name, at) => ({ kind: "text", name, text: ["Adress", "Address", "[Interface]"][at]! })), fixes: [] };
  const mtu: ConfigChange = { peer: null, field: "mtu", before: "1420", after: "1380", effect: "restart" };
  return {
    kind: "opened",
    plan: {
      made_at: 1_795_000_000_000,
      made_by: "adit 0.1.0",
      tunnels: [
        { name: "Cabin", interface: "cabin", action: { kind: "new", interface: "cabin-2" }, changes: [{ kind: "start_at_boot", after: true }] },
        { name: "Home server", interface: "home", action: { kind: "same", interface: "home" }, changes: [] },
        {
          name: "Office Berlin",
          interface: "office",
          action: { kind: "different", id: idOf(1), interface: "office" },
          changes: [
            { kind: "config", change: mtu },
            { kind: "kill_switch", before: "off", after: "lockdown" },
            { kind: "key_reminder", before: null, after: 90 },
          ],
        },
        { name: "Old phone", interface: "phone", action: { kind: "invalid", diagnostic }, changes: [] },
      ],
    },
  };
}

function restored(wanted: string[]): RestoreResult[] {
  const opening = open(PASSPHRASE);
  const all = opening.kind === "opened" ? opening.plan.tunnels : [];
  return all.map(({ name, action }) => {
    if (!wanted.includes(name)) return { name, outcome: { kind: "unchanged" } };
    if (action.kind === "new") return { name, outcome: { kind: "added", has_commands: true } };
    return { name, outcome: { kind: "failed", error: { code: "busy" }, remains: [] } };
  });
}

function allowedIps(include: string[], exclude: string[]): string[] {
  const wrong = [...include, ...exclude].find((text) => !/^[0-9a-f.:]+\/\d+$/i.test(text));
  if (wrong !== undefined) throw new No({ code: "bad_request", detail: `${wrong} is not a network` });
  return subtract(include, exclude);
}

/** The QR code of the configuration, which core/local has made (`core/local/tests/window_code.rs`). */
function qr(): QrModules {
  const { size, modules } = JSON.parse(readFileSync(join(import.meta.dirname, "qr.json"), "utf8")) as QrModules;
  return { size, modules };
}

function read(files: { name: string; bytes: string }[], world: World): ImportReading {
  const reading: ImportReading = { drafts: [], refusals: [] };
  for (const { name, bytes } of files) {
    const text = Buffer.from(bytes, "base64").toString("utf8");
    const draft = (from: string, called: string, config: string) => reading.drafts.push({ id: world.keep(config), from, name: called, interface: called.slice(0, 15), config: masked(config), diagnostics: [] });
    if (name.endsWith(".zip")) {
      draft(`${name}: office-2.conf`, "office-2", CONFIG);
      draft(`${name}: lab-2.conf`, "lab-2", CONFIG);
      reading.refusals.push({ from: `${name}: ../etc/passwd`, reason: { code: "entry_not_a_file", arguments: [], worst: null } });
    } else if (text.includes("[Interface]")) draft(name, name.replace(/\.conf$/, ""), text);
    else reading.refusals.push({ from: name, reason: { code: "not_configuration", arguments: [], worst: null } });
  }
  return reading;
}

/** Takes a text apart that is written as the tests write it. */
export function outline(config: string): ConfigOutline {
  const found: ConfigOutline = { spans: [], sections: [] };
  const length = (text: string) => new TextEncoder().encode(text).length;
  let at = 0;
  for (const line of config.split("\n")) {
    const end = at + length(line);
    const span = (from: number, to: number, kind: SpanClass) => to > from && found.spans.push({ start: from, end: to, class: kind });
    const pair = /^(\w+)(\s*=\s*)(.*)$/.exec(line);
    if (line.startsWith("#")) span(at, end, "comment");
    else if (line.startsWith("[")) {
      span(at, end, "section");
      const name = config.split("\n")[found.sections.length === 0 ? -1 : config.slice(0, at).split("\n").length - 2] ?? "";
      found.sections.push({ kind: /interface/i.test(line) ? "interface" : "peer", name: name.startsWith("#") ? name.slice(2) : null, start: at, end: end + 1, entries: [] });
    } else if (pair) {
      const [, key = "", equals = "", value = ""] = pair;
      const begin = at + length(key) + length(equals);
      span(at, at + length(key), "key");
      span(begin, end, classOf(key));
      const entry: Entry = { key, value, value_start: begin, value_end: end, line_start: at, line_end: end + 1 };
      const section = found.sections.at(-1);
      section?.entries.push(entry);
      if (section) section.end = end + 1;
    } else if (line.trim() !== "") span(at, end, "unknown");
    at = end + 1;
  }
  return found;
}

function classOf(key: string): SpanClass {
  const classes: Record<string, SpanClass> = { PrivateKey: "private_key", PresharedKey: "preshared_key", PublicKey: "public_key", Endpoint: "host", MTU: "mtu", PersistentKeepalive: "keepalive", ListenPort: "port" };
  return classes[key] ?? "address";
}
