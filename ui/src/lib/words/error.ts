// Sentences for the errors of the service, with advice.
import type { ApiError, Conflict, TunnelId } from "../api/generated.ts";
import { say, sayAttribute, type Values } from "./catalogue.svelte.ts";
import { conflictSentence, conflictWith } from "./conflict.ts";
import { type Context, ownName } from "./context.ts";
import { diagnosticLine } from "./finding.ts";
import { capital, visible } from "./text.ts";

/** A message with what it is given. */
interface Message {
  id: string;
  values?: Values;
}

/** What happened, without a full stop. Details are in [`errorDetails`]. */
export function errorSentence(error: ApiError, context: Context = {}): string {
  const { id, values } = message(error, context);
  return say(id, values);
}

/** What to do about it; null where nothing can be said. */
export function errorAdvice(error: ApiError, context: Context = {}): string | null {
  const { id, values } = message(error, context);
  return sayAttribute(id, "advice", values);
}

/** Lines that belong below the sentence: conflicts, errors of a configuration, what a command printed. */
export function errorDetails(error: ApiError, context: Context = {}): string[] {
  switch (error.code) {
    case "conflict":
      return error.conflicts.map((conflict) => conflictSentence(conflict, context));
    case "invalid":
      return error.diagnostics.filter((found) => found.severity === "error").map(diagnosticLine);
    case "hook_failed":
      return error.stderr.split("\n").filter(Boolean).map(visible);
    default:
      return [];
  }
}

function message(error: ApiError, context: Context): Message {
  const tunnel = ownName(context);
  const named = (id: string, values?: Values): Message => ({ id, values: { tunnel, argument: tunnel, ...values } });
  switch (error.code) {
    case "not_found":
      return context.tunnel === undefined ? { id: "error-not-found", values: { id: error.id } } : named("error-tunnel-gone");
    case "no_such_version":
      return named("error-no-such-version", { version: error.version });
    case "no_such_rule":
      return { id: "error-no-such-rule", values: { number: String(error.index + 1) } };
    case "network_unidentified":
      return { id: error.why === "no_network" ? "error-network-none" : `error-network-${error.why.replaceAll("_", "-")}` };
    case "no_such_takeover":
      return { id: "error-no-such-takeover", values: { name: error.name } };
    case "name_taken":
      return { id: "error-name-taken", values: { name: visible(error.name) } };
    case "interface_taken":
      return { id: "error-interface-taken", values: { interface: error.interface } };
    case "conflict":
      return conflicting(error.conflicts, context, named);
    case "not_allowed":
      if (error.action === "kill_switch") return named("error-not-allowed-kill-switch");
      return { id: error.action === "lockdown" ? "error-not-allowed-lockdown" : `error-not-allowed-${error.needs}` };
    case "invalid":
      return named("error-invalid");
    case "bad_request":
      return { id: "error-bad-request", values: { detail: visible(error.detail) } };
    case "changed":
      return named("error-changed", { version: error.current });
    case "hook_failed":
      return error.exit_code === null ? named("error-hook-not-run") : named("error-hook-failed", { exit: error.exit_code });
    case "wrong_key":
      return named("error-wrong-key", { key: error.public_key });
    case "read_only":
      return named("error-read-only", { path: visible(error.path) });
    case "unresolved":
      return { id: "error-unresolved", values: { host: visible(error.host), detail: visible(error.detail) } };
    case "no_permission":
      return { id: "error-no-permission", values: { doing: visible(error.doing) } };
    case "missing":
      return { id: `error-missing-${error.what.replace("_", "-")}` };
    case "io":
      // No name is there, so it may begin as a sentence does.
      return { id: "error-io", values: { doing: capital(visible(error.doing)), detail: visible(error.detail) } };
    case "too_many_look_ups":
      return { id: "error-too-many-look-ups", values: { limit: error.limit } };
    case "too_large":
      return { id: "error-too-large", values: { limit: error.limit } };
    case "portal_is_open":
      return { id: "error-portal-is-open", values: { by: visible(error.by) } };
    case "portal_not_shut_out":
      return { id: "error-portal-not-shut-out" };
    case "shutting_down":
    case "internal":
      return { id: `error-${error.code.replace("_", "-")}` };
    case "interface_removed":
    case "broken":
    case "hooks_not_approved":
    case "hooks_changed":
    case "busy":
    case "not_up":
    case "not_paused":
    case "needs_key":
    case "key_not_kept":
    case "no_rotation":
    case "rotation_pending":
    case "rotation_not_answered":
    case "lockdown":
    case "draft_gone":
    case "not_full_tunnel":
      return named(`error-${error.code.replaceAll("_", "-")}`);
  }
}

function conflicting(conflicts: Conflict[], context: Context, named: (id: string, values?: Values) => Message): Message {
  const known = conflicts.map(conflictWith).find((id): id is TunnelId => id !== null && context.nameOf?.(id) !== undefined);
  if (known === undefined) return named("error-conflict");
  return named("error-conflict-with-tunnel", { other: visible(context.nameOf?.(known) ?? "") });
}
