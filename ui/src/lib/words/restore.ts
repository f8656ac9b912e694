// Sentences for what a backup would change.
import type { BackupProblem, KillSwitch, RestoreChange, RestoreStep, TunnelView } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import { changeLine } from "./change.ts";
import { capital, visible } from "./text.ts";

/** The differences of a tunnel from the present one, a line each. */
export function stepLines(step: RestoreStep, present: TunnelView | null): string[] {
  const closes = step.changes.some((change) => change.kind === "kill_switch" && change.after === "lockdown");
  const lines = step.changes.map((change) => capital(restoreChange(change, present)));
  return [...interfaceLines(step), ...lines, ...(closes ? [say("ui-kill-switch-lockdown-text")] : [])];
}

function interfaceLines({ action, interface: other }: RestoreStep): string[] {
  if (!("interface" in action) || action.interface === other) return [];
  const values = { interface: visible(action.interface), other: visible(other) };
  return [say(action.kind === "new" ? "ui-restore-interface" : "ui-restore-keeps", values)];
}

function restoreChange(change: RestoreChange, present: TunnelView | null): string {
  switch (change.kind) {
    case "config":
      return changeLine(present, change.change);
    case "more":
      return say("ui-review-more", { count: change.count });
    case "text":
      return say("ui-restore-text-differs");
    case "start_at_boot":
      return switched("ui-start-at-boot", change.after);
    case "kill_switch":
      return setting("ui-kill-switch", killSwitch(change.before), killSwitch(change.after));
    case "allow_lan":
      return switched("ui-allow-lan", change.after);
    case "allow_ipv6_outside":
      return switched("ui-ipv6-outside", change.after);
    case "key_reminder":
      return setting("ui-restore-reminder", days(change.before), days(change.after));
  }
}

const setting = (id: string, before: string, after: string) => say("change-both", { subject: say(id), before, after });
const yes = (value: boolean) => say(value ? "ui-yes" : "ui-no");
/** A switch that differs was the other way. */
const switched = (id: string, after: boolean) => setting(id, yes(!after), yes(after));
const killSwitch = (value: KillSwitch) => say(`ui-kill-switch-${value}`);
const days = (value: number | null) => (value === null ? say("ui-never") : say("ui-days", { days: value }));

/** Why a backup cannot be read, and the rest of what is known. */
export function backupProblem(problem: BackupProblem): { text: string; more: string[] } {
  const more = "detail" in problem ? [visible(problem.detail)] : [];
  return { text: say(`ui-backup-problem-${problem.kind.replaceAll("_", "-")}`), more };
}
