// An error in each place where one can be.
import type { ApiError } from "../src/lib/api/generated.ts";
import { USUAL } from "../tests/world/rules.ts";
import { idOf, keyOf } from "../tests/world/views.ts";
import { button, fillNew, of, openBackup, openEditor, press, refusing, type Scene, tidy, toggle, type, withRules } from "./acts.ts";

const NOT_ALLOWED: ApiError = { code: "not_allowed", needs: "administer", action: null };
const FULL: ApiError = { code: "io", doing: "write /var/lib/adit/rules", detail: "No space left on device (os error 28)" };

/** What the service refuses, and where that is said. */
export const ERRORS: Scene[] = [
  { name: "error-route", hash: of(1), act: async (page, say) => {
    await page.getByRole("textbox", { name: say("ui-route") }).fill("here");
    await page.keyboard.press("Enter");
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-off", hash: of(1), world: refusing("disconnect", { code: "not_allowed", needs: "operate", action: "lockdown" }), act: toggle },
  { name: "error-hook", hash: of(6), world: refusing("connect", { code: "hook_failed", exit_code: 2, stderr: "RTNETLINK answers: File exists" }), act: toggle, quotes: true },
  { name: "error-changes", hash: of(6), world: refusing("preview", { code: "too_many_look_ups", limit: 8 }), act: (page) => page.locator("summary").first().click() },
  { name: "error-kill-switch", hash: of(6), world: refusing("set_kill_switch", { code: "not_allowed", needs: "operate", action: "kill_switch" }), act: (page, say) => page.getByRole("radio", { name: say("ui-kill-switch-block") }).click({ force: true }) },
  { name: "error-wrong-key", hash: of(14), world: refusing("connect_with_key", { code: "wrong_key", public_key: keyOf("own Vault") }), act: async (page, say) => {
    await toggle(page);
    await page.getByRole("dialog").locator("input").fill(keyOf("another"));
    await page.getByRole("dialog").getByRole("button", { name: say("ui-turn-on"), exact: true }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
  } },
  { name: "error-hooks-changed", hash: of(8), world: refusing("approve_hooks", { code: "hooks_changed", hash: "6f".repeat(32) }), act: async (page, say) => {
    await press("ui-fix-hooks")(page, say);
    await page.getByRole("dialog").locator(".primary").click();
    await page.getByRole("main").getByRole("alert").waitFor();
  } },
  { name: "error-rename", hash: of(6), act: async (page, say) => {
    await button(page, say("ui-more")).click();
    await page.getByRole("menuitem", { name: say("ui-rename") }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("Home server");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("alert").waitFor();
  } },
  { name: "error-remove", hash: of(6), world: refusing("remove", NOT_ALLOWED), act: async (page) => {
    await page.keyboard.press("Delete");
    await page.getByRole("dialog").locator(".danger").click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-edit-load", hash: of(1, "edit"), world: refusing("masked_config", NOT_ALLOWED) },
  { name: "error-edit-check", hash: of(1, "edit"), world: refusing("check_config", { code: "busy" }), act: openEditor },
  { name: "error-edit-conflict", hash: of(1, "edit"), world: refusing("replace_config", { code: "changed", current: 4 }), act: async (page, say) => {
    await type(page, say, "MTU = 1380\n");
    await button(page, say("ui-review-open")).click();
    await page.getByRole("dialog").locator(".primary").click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-versions", hash: of(1, "versions"), world: refusing("restore_version", { code: "changed", current: 4 }), act: async (page, say) => {
    await page.getByRole("button", { name: say("ui-restore") }).first().click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-export", hash: of(1, "export"), world: refusing("export_qr", NOT_ALLOWED), act: press("ui-export-qr") },
  { name: "error-key", hash: of(1, "key"), world: refusing("begin_rotation", { code: "read_only", path: "/etc/wireguard/wg0.conf" }), act: (page) => page.locator("main .primary").click() },
  { name: "error-new", hash: "new", world: refusing("create", { code: "name_taken", name: "New tunnel" }), act: async (page, say) => {
    await fillNew(page, say);
    await button(page, say("ui-create")).click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-import", hash: "add", quotes: true, act: async (page) => {
    await page.locator("input[type=file]:not([webkitdirectory])").setInputFiles([{ name: "holiday.png", mimeType: "image/png", buffer: Buffer.from("PNG") }]);
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-take-over", hash: "add", world: refusing("take_over", { code: "io", doing: "stop wg-quick@wg-home", detail: "Unit wg-quick@wg-home.service not loaded." }), quotes: true, act: async (page, say) => {
    await press("ui-take-over")(page, say);
    await page.getByRole("dialog").locator(".primary").click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-rules", hash: "rules", world: refusing("rules", { code: "internal" }) },
  { name: "error-rules-broken", hash: "rules", world: withRules((world) => (world.rules.isBroken = true)) },
  { name: "error-rules-save", hash: "rules", quotes: true, world: withRules((world) => world.refusals.set("set_rules", FULL)), act: async (page, say) => {
    await button(page, say("ui-rule-down", { number: 1 })).click();
    await button(page, say("ui-rules-save")).click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-rules-newer", hash: "rules", world: withRules(), act: async (page, say, { world }) => {
    await button(page, say("ui-rule-down", { number: 1 })).click();
    await button(page, say("ui-rules-save")).waitFor();
    world.rules.store({ ...USUAL, otherwise: null });
    world.tell({ kind: "rules_changed", revision: world.rules.revision });
    await button(page, say("ui-load-newer")).waitFor();
  } },
  { name: "error-rule", hash: "rules", world: withRules(), act: async (page, say) => {
    await button(page, say("ui-rule-edit", { number: 1 })).click();
    await page.locator(".condition textarea").first().fill("");
    await page.locator(".condition [aria-invalid=true]").first().waitFor();
  } },
  { name: "error-pause", hash: "rules", world: withRules((world) => { world.rules.networks = null; world.refusals.set("pause_rules", NOT_ALLOWED); }), act: async (page, say) => {
    await button(page, say("ui-rules-pause")).click();
    await page.getByRole("menuitem").first().click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-log", hash: "log", world: refusing("logs", NOT_ALLOWED) },
  { name: "error-support", hash: "support", world: refusing("support_bundle", NOT_ALLOWED) },
  { name: "error-settings", hash: "settings", world: refusing("set_desktop", { code: "io", doing: "write the settings", detail: "Read-only file system (os error 30)" }), quotes: true, act: async (page, say) => {
    await page.getByRole("switch", { name: say("ui-show-tray") }).click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-export-all", hash: "export_all", world: refusing("export_all", NOT_ALLOWED), act: (page) => page.locator("main .stack button").first().click() },
  { name: "error-restore", hash: "restore", world: refusing("restore", NOT_ALLOWED), act: async (page) => {
    await openBackup(page);
    await page.locator("main .button.primary").click();
    await page.locator("[role=alert]").waitFor();
  } },
  { name: "error-gone", hash: `tunnel/${idOf(99)}` },
  { name: "banner", hash: of(1), act: async (page, say, server) => {
    server.kill();
    await page.getByText(say("ui-away-banner")).waitFor();
  } },
  { name: "banner-rules", hash: "rules", world: withRules(), act: async (page, say, server) => {
    server.kill();
    await page.getByText(say("ui-away-banner")).waitFor();
  } },
  { name: "error-restart", hash: of(2), world: () => Object.assign(tidy(), { refusals: new Map([["restart", { code: "no_permission", doing: "create the interface" }]]) }), quotes: true, act: (page, say) => page.getByRole("main").getByRole("button", { name: say("ui-fix-restart") }).first().click() },
];
