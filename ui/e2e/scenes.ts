// Every page, with what has to be there and what has to be done to see it.
import type { TunnelView } from "../src/lib/api/generated.ts";
import { CAFE, USUAL } from "../tests/world/rules.ts";
import { crowd } from "../tests/world/people.ts";
import { idOf, OFF, peer, running, START, tunnel, up } from "../tests/world/views.ts";
import { World } from "../tests/world/world.ts";
import { button, dropFiles, fillNew, of, openBackup, openEditor, openForm, press, refusing, type Scene, text, tidy, toggle, type, usual, withRules } from "./acts.ts";
import { ERRORS } from "./errors.ts";

const empty = () => new World([tunnel(1, "Empty", up([], { kind: "idle" }, { last_handshake: null }), { peers: [], peer_count: 0 }), tunnel(2, "Other", OFF)]);

export const SCENES: Scene[] = [
  { name: "list", hash: "" },
  { name: "first-run", hash: "", world: () => Object.assign(new World([]), { takeovers: [] }) },
  { name: "away", hash: "", isAway: true, away: { why: "/run/adit/socket: No such file or directory (os error 2)", cause: "not_running", manager: "systemd" }, quotes: true },
  { name: "away-unknown", hash: "", isAway: true },
  { name: "away-not-permitted", hash: "", isAway: true, away: { why: "/run/adit/socket: Permission denied (os error 13)", cause: "not_permitted", manager: "systemd" }, quotes: true },
  { name: "away-version", hash: "", isAway: true, away: { why: null, cause: "service_older", manager: "open_rc" } },
  { name: "away-stranger", hash: "", isAway: true, away: { why: null, cause: "stranger", manager: "systemd" } },
  { name: "away-no-manager", hash: "", isAway: true, away: { why: null, cause: "not_running", manager: null } },
  { name: "healthy", hash: of(1) },
  { name: "no-answer", hash: of(2) },
  { name: "paused", hash: of(3) },
  { name: "blocked", hash: of(4) },
  { name: "handshaking", hash: of(5) },
  { name: "off", hash: of(6), act: (page) => page.locator("summary").first().click() },
  { name: "failed", hash: of(7) },
  { name: "hooks", hash: of(8) },
  { name: "long-name", hash: of(9) },
  { name: "hostile-name", hash: of(11), quotes: true },
  { name: "starting", hash: of(12) },
  { name: "unusable", hash: of(13) },
  { name: "no-peers", hash: of(1), world: empty },
  {
    name: "details",
    hash: of(1),
    act: async (page, say) => {
      for (const summary of await page.locator("summary").all()) await summary.click();
      await page.getByRole("textbox", { name: say("ui-route") }).fill("10.1.2.3");
      await page.keyboard.press("Enter");
      await page.locator(".answer").first().waitFor();
      await page.locator("main").evaluate((main) => main.scrollTo(0, 100_000));
    },
  },
  { name: "menu", hash: of(1), act: press("ui-more") },
  { name: "refused", hash: of(6), world: refusing("connect", { code: "not_allowed", needs: "operate", action: null }), act: toggle },
  { name: "conflict", hash: of(10), act: toggle },
  { name: "key-question", hash: of(14), act: toggle },
  { name: "hooks-question", hash: of(8), act: press("ui-fix-hooks") },
  { name: "remove-question", hash: of(6), act: (page) => page.keyboard.press("Delete") },
  { name: "lockdown-question", hash: of(6), act: (page, say) => page.getByRole("radio", { name: say("ui-kill-switch-lockdown") }).click({ force: true }) },
  {
    name: "rename",
    hash: of(6),
    act: async (page, say) => {
      await button(page, say("ui-more")).click();
      await page.getByRole("menuitem", { name: say("ui-rename") }).click();
    },
  },
  { name: "edit-text", hash: of(1, "edit"), act: openEditor },
  {
    name: "edit-errors",
    hash: of(1, "edit"),
    act: async (page, say) => {
      await type(page, say, "nonsense\nMTU = 500\nAllowedIPs = 10.7.0.1/24\n");
      await page.getByText(say("ui-no-findings")).waitFor({ state: "detached" });
    },
  },
  { name: "edit-form", hash: of(1, "edit"), act: openForm },
  {
    name: "edit-form-except",
    hash: of(1, "edit"),
    act: async (page, say) => {
      await openForm(page, say);
      await page.getByRole("radio", { name: say("ui-form-through-except") }).click({ force: true });
      await page.getByRole("textbox", { name: say("ui-form-except-what") }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "edit-remove-peer",
    hash: of(1, "edit"),
    act: async (page, say) => {
      await openForm(page, say);
      await button(page, say("ui-form-remove", { peer: "gateway.example.com" })).click();
    },
  },
  {
    name: "edit-completion",
    hash: of(1, "edit"),
    act: async (page, say) => {
      await openEditor(page, say);
      await text(page, say).click();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Control+Space");
      await page.locator(".cm-completionInfo").waitFor();
    },
  },
  {
    name: "edit-hover",
    hash: of(1, "edit"),
    act: async (page, say) => {
      await openEditor(page, say);
      await page.getByText("PersistentKeepalive", { exact: true }).hover();
      await page.locator(".cm-help").waitFor();
    },
  },
  {
    name: "edit-search",
    hash: of(1, "edit"),
    act: async (page, say) => {
      await openEditor(page, say);
      await text(page, say).click();
      await page.keyboard.press("Control+f");
      await page.keyboard.type("10.8");
    },
  },
  {
    name: "edit-review",
    hash: of(1, "edit"),
    act: async (page, say) => {
      await type(page, say, "MTU = 1380\n");
      await button(page, say("ui-review-open")).click();
    },
  },
  { name: "versions", hash: of(1, "versions") },
  { name: "export", hash: of(1, "export"), act: press("ui-export-qr") },
  { name: "key", hash: of(14, "key"), act: press("ui-rotation-test") },
  { name: "key-none", hash: of(1, "key") },
  { name: "add", hash: "add" },
  { name: "add-paste", hash: "add", act: (page) => page.locator(".choice").nth(2).click() },
  { name: "scan", hash: "add", act: (page) => page.locator(".choice").nth(1).click() },
  {
    name: "camera",
    hash: "add",
    act: async (page) => {
      await page.locator(".choice").nth(1).click();
      await page.locator(".ways button").first().click();
      await page.locator("video").evaluate((video: HTMLVideoElement) => video.videoWidth > 0 || new Promise((done) => (video.onplaying = done)));
    },
  },
  {
    name: "camera-refused",
    hash: "add",
    act: async (page) => {
      await page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))));
      await page.locator(".choice").nth(1).click();
      await page.locator(".ways button").first().click();
    },
  },
  { name: "take-over", hash: "add", act: press("ui-take-over") },
  { name: "import", hash: "add", act: dropFiles, quotes: true },
  {
    name: "import-outcome",
    hash: "add",
    quotes: true,
    act: async (page, say) => {
      await dropFiles(page, say);
      await page.getByRole("textbox", { name: say("ui-name") }).first().fill("Parents");
      await button(page, say("ui-import", { count: 3 })).click();
      await button(page, say("ui-done")).waitFor();
    },
  },
  { name: "new", hash: "new", act: (page, say) => page.getByRole("heading", { name: say("ui-form-this-end"), exact: true }).waitFor() },
  { name: "new-preview", hash: "new", act: fillNew },
  {
    name: "new-made",
    hash: "new",
    act: async (page, say) => {
      await fillNew(page, say);
      await button(page, say("ui-create")).click();
      await page.getByRole("region", { name: say("ui-own-key") }).getByRole("button", { name: say("ui-done") }).waitFor();
    },
  },
  { name: "rules-none", hash: "rules" },
  { name: "rules", hash: "rules", world: withRules() },
  { name: "rules-why", hash: "rules", world: withRules((world) => (world.rules.networks = CAFE)), act: (page) => page.locator("summary").first().click() },
  {
    name: "rules-paused",
    hash: "rules",
    world: withRules((world) => (world.rules.pause = { until: Date.now() + 899_000, is_suspended: false })),
  },
  {
    name: "rules-edit",
    hash: "rules",
    world: withRules(),
    act: async (page, say) => {
      await button(page, say("ui-rule-edit", { number: 1 })).click();
      await button(page, say("ui-rule-add-condition")).click();
    },
  },
  {
    name: "rules-settings",
    hash: "rules",
    world: withRules((world) => {
      const steps = [{ kind: "next_endpoint" as const }, { kind: "up" as const, tunnel: "Home server" }, { kind: "down" as const }];
      world.rules.store({ ...USUAL, settings: { ...USUAL.settings, failover: { after_seconds: 30, steps } } });
    }),
    act: (page) => page.locator("main").evaluate((main) => main.scrollTo(0, 100_000)),
  },
  {
    name: "rules-failing",
    hash: "rules",
    world: withRules((world) => {
      world.rules.networks = CAFE;
      world.rules.failover = [{ tunnel: "Office Berlin", step: { kind: "up", tunnel: "Home server" }, next_at: Date.now() + 42_000 }];
      world.rules.autoOff = [{ id: idOf(1), at: Date.now() + 3_599_000 }];
    }),
  },
  { name: "rules-ready-made", hash: "rules", world: withRules(), act: press("ui-rules-ready-made") },
  { name: "turns-off", hash: of(1), world: withRules((world) => (world.rules.autoOff = [{ id: idOf(1), at: Date.now() + 3_599_000 }])) },
  {
    name: "rules-edited",
    hash: "rules",
    world: withRules(),
    act: async (page, say) => {
      await button(page, say("ui-rule-down", { number: 1 })).click();
      await button(page, say("ui-rules-save")).waitFor();
    },
  },
  {
    name: "rules-text",
    hash: "rules",
    world: withRules(),
    act: async (page, say) => {
      await page.getByRole("radio", { name: say("ui-rules-text") }).click({ force: true });
      await page.getByRole("textbox", { name: say("ui-rules-list") }).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("nonsense");
      await page.locator("li.error").waitFor();
    },
  },
  { name: "log", hash: "log" },
  { name: "simulated", hash: of(1), world: () => Object.assign(usual(), { isSimulated: true }) },
  { name: "settings", hash: "settings" },
  { name: "export-all", hash: "export_all" },
  {
    name: "backup",
    hash: "backup",
    act: async (page) => {
      await page.locator("input[type=password]").first().fill("seven blue ho");
      await page.locator("input[type=password]").last().fill("seven blue mules");
    },
  },
  { name: "restore", hash: "restore", act: openBackup },
  {
    name: "restore-passphrase",
    hash: "restore",
    act: async (page) => {
      await page.locator("form button").last().click();
      await page.locator("input[type=password]").fill("wrong");
      await page.locator("form button").first().click();
      await page.locator("[role=alert]").waitFor();
    },
  },
  {
    name: "restore-done",
    hash: "restore",
    act: async (page) => {
      await openBackup(page);
      await page.locator("main .button.primary").click();
      await page.locator("[role=alert]").waitFor();
    },
  },
  { name: "settings-no-tray", hash: "settings", world: () => withDesktop({ has_tray: false }) },
  { name: "support", hash: "support", act: (page) => page.getByText("service.json").click(), quotes: true },
  { name: "shortcuts", hash: "shortcuts" },
  { name: "crowd", hash: `tunnel/${idOf(1000)}`, world: () => new World(crowd(100)) },
  { name: "none-found", hash: "", act: (page, say) => page.getByRole("searchbox", { name: say("ui-search") }).fill("qqq") },
  { name: "portal", hash: of(4), world: () => Object.assign(tidy(), { portal: { captive: "wlan0", is_shut_out: true, open: null, last_end: null } }) },
  { name: "further-endpoints", hash: of(1), world: furtherEndpoints },
  { name: "warnings", hash: of(1), world: warned },
  { name: "copied", hash: of(1), act: (page) => page.locator("main dd button").first().click() },
  ...ERRORS,
];

/** A peer with a second and a third endpoint, of which the second one answers. */
function furtherEndpoints(): World {
  const gateway = peer("gateway.example.com", { further_endpoints: ["vpn-2.example.com:51820", "[2001:db8::17]:443"] });
  const state = { ...up([gateway], { kind: "good" }), peers: [running(gateway, { kind: "good" }, { endpoint: "198.51.100.7:51820" })] } as TunnelView["state"];
  return new World([tunnel(1, "Office Berlin", state, { peers: [gateway] }), tunnel(2, "Home server", OFF)]);
}

/** A tunnel that is up, with everything that can be wrong with it meanwhile. */
function warned(): World {
  const world = tidy();
  const first = world.find(idOf(1));
  const state = { ...up(first.peers.slice(0, 1), { kind: "good" }), differs: true, routing_loops: 3, conflicts: [{ kind: "both_take_all", other: idOf(2) }], in_other_namespace: true } as TunnelView["state"];
  world.change(idOf(1), { state, key_reminder_days: 90, key_since: START - 120 * 86_400_000 });
  return world;
}

function withDesktop(desktop: Partial<World["desktop"]>): World {
  const world = usual();
  world.desktop = { ...world.desktop, ...desktop };
  return world;
}
