// The problems of a tunnel, each with its remedy.
import type { ApiError, TunnelView, UpState } from "../api/generated.ts";
import { say } from "../words/catalogue.svelte.ts";
import { conflictSentence } from "../words/conflict.ts";
import type { Context } from "../words/context.ts";
import { errorAdvice, errorDetails, errorSentence } from "../words/error.ts";
import { countdown, span } from "../words/quantity.ts";
import { sentence } from "../words/text.ts";
import { warningAdvice, warningSentence } from "../words/warning.ts";
import { isLockedDown } from "./status.ts";

/** What a button of a problem does. */
export type Fix = "connect" | "disconnect" | "restart" | "reload" | "save" | "edit" | "hooks" | "key" | "rotation";

/** Something to know about a tunnel. */
export interface Problem {
  /** Tells problems of a tunnel apart. */
  id: string;
  severity: "bad" | "warn" | "note";
  /** What is wrong. */
  text: string;
  /** What to do, and what else is known. */
  more: string[];
  fix: Fix | null;
}

const DAY = 86_400_000;

/** Everything that is wrong with a tunnel at `now`, the worst first. */
export function problemsOf(tunnel: TunnelView, now: number, names: Context): Problem[] {
  const context = { ...names, tunnel: tunnel.name };
  const { state } = tunnel;
  const found: Problem[] = [];
  // What its user asked for is no problem.
  if (state.kind === "blocked" && !isLockedDown(state)) found.push(blocked(state.cause, state.retry_at, now, context));
  if (state.kind === "down" && state.reason !== null) found.push(...down(tunnel, now, context));
  if (state.kind === "up") found.push(...up(state, now, context));
  if (!tunnel.usable) found.push({ id: "unusable", severity: "bad", text: say("ui-problem-unusable"), more: [], fix: "edit" });
  else if (tunnel.hooks.kind === "not_approved" && state.kind !== "up" && !isAboutHooks(tunnel)) {
    const text = sentence(errorSentence({ code: "hooks_not_approved", hash: tunnel.hooks.hash }, context));
    found.push({ id: "hooks", severity: "warn", text, more: [], fix: "hooks" });
  }
  found.push(...keys(tunnel, now));
  return found;
}

/** A refusal as a problem. */
export function refusal(error: ApiError, context: Context, severity: Problem["severity"] = "bad"): Problem {
  const advice = errorAdvice(error, context);
  const more = errorDetails(error, context).map(sentence);
  if (advice !== null) more.push(sentence(advice));
  return { id: "refused", severity, text: sentence(errorSentence(error, context)), more, fix: fixOf(error) };
}

function blocked(cause: ApiError, retryAt: number | null, now: number, context: Context): Problem {
  const { more, fix, text } = refusal(cause, context);
  const retry = retryAt === null ? [] : [retryWords(retryAt, now)];
  return { id: "blocked", severity: "bad", text: say("ui-problem-blocked"), more: [text, ...more, ...retry], fix: fix ?? "restart" };
}

/** When it is tried again. */
function retryWords(at: number, now: number): string {
  return at <= now ? say("ui-problem-retrying") : say("ui-problem-retry", { time: countdown(at, now) });
}

function down(tunnel: TunnelView, now: number, context: Context): Problem[] {
  if (tunnel.state.kind !== "down") return [];
  const { reason, retry_at } = tunnel.state;
  switch (reason?.kind) {
    case undefined:
    case "asked":
      return [];
    case "failed": {
      const problem = refusal(reason.error, context);
      if (retry_at !== null) problem.more.push(retryWords(retry_at, now));
      return [{ ...problem, id: "failed", fix: problem.fix ?? "connect" }];
    }
    case "interface_removed":
      return [{ id: "removed", severity: "bad", text: say("ui-problem-interface-removed"), more: [], fix: "connect" }];
    case "engine_stopped":
      return [{ id: "stopped", severity: "bad", text: say("ui-problem-engine-stopped"), more: [], fix: "connect" }];
  }
}

function up(state: UpState, now: number, context: Context): Problem[] {
  const found: Problem[] = [];
  if (state.health.kind === "no_answer") {
    found.push({
      id: "no_answer",
      severity: "warn",
      text: say("ui-problem-no-answer", { span: span(now - state.health.since) }),
      more: [say("ui-problem-no-answer-advice")],
      fix: "restart",
    });
  }
  if (state.health.kind === "handshaking" && now - state.health.since > 15_000) {
    const more = [say("ui-problem-no-handshake-advice")];
    found.push({ id: "no_handshake", severity: "warn", text: say("ui-problem-no-handshake", { span: span(now - state.health.since) }), more, fix: null });
  }
  if (state.routing_loops > 0) {
    const text = say("ui-problem-routing-loops", { count: state.routing_loops });
    found.push({ id: "loops", severity: "bad", text, more: [say("ui-problem-routing-loops-advice")], fix: "edit" });
  }
  if (state.in_other_namespace) {
    found.push({ id: "namespace", severity: "note", text: say("ui-problem-namespace"), more: [], fix: null });
  }
  if (state.conflicts.length > 0) {
    const more = state.conflicts.map((conflict) => sentence(conflictSentence(conflict, context)));
    found.push({ id: "conflicts", severity: "warn", text: say("ui-problem-conflicts"), more, fix: null });
  }
  for (const warning of state.warnings) {
    const advice = warningAdvice(warning, context);
    const more = advice === null ? [] : [sentence(advice)];
    found.push({ id: `warning-${warning.kind}`, severity: "warn", text: sentence(warningSentence(warning, context)), more, fix: null });
  }
  if (state.differs) {
    found.push({ id: "differs", severity: "note", text: say("ui-problem-differs"), more: [], fix: "reload" });
  }
  return found;
}

function keys(tunnel: TunnelView, now: number): Problem[] {
  if (tunnel.rotation !== null) {
    return [{ id: "rotation", severity: "note", text: say("ui-problem-rotation"), more: [], fix: "rotation" }];
  }
  const days = tunnel.key_reminder_days;
  if (days === null || tunnel.key_since === null || now - tunnel.key_since < days * DAY) return [];
  return [{ id: "key", severity: "note", text: say("ui-problem-key-old", { days }), more: [], fix: "rotation" }];
}

function isAboutHooks(tunnel: TunnelView): boolean {
  if (tunnel.state.kind !== "down" || tunnel.state.reason?.kind !== "failed") return false;
  const { code } = tunnel.state.reason.error;
  return code === "hooks_not_approved" || code === "hooks_changed";
}

function fixOf(error: ApiError): Fix | null {
  switch (error.code) {
    case "hooks_not_approved":
    case "hooks_changed":
      return "hooks";
    case "invalid":
    case "not_full_tunnel":
      return "edit";
    case "needs_key":
    case "wrong_key":
      return "key";
    case "interface_removed":
      return "connect";
    default:
      return null;
  }
}
