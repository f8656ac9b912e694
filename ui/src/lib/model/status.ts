// How a tunnel is, as it is shown: a kind that has a shape and a colour, a word, and one line that says why.
import type { Health, PeerStatus, TunnelState, TunnelView } from "../api/generated.ts";
import { say } from "../words/catalogue.svelte.ts";
import type { Context } from "../words/context.ts";
import { errorSentence } from "../words/error.ts";
import { ago, countdown } from "../words/quantity.ts";
import { hasNoPeers, healthWords, stateWords } from "../words/state.ts";
import { capital } from "../words/text.ts";

/** What has a shape and a colour of its own. */
export type Status =
  | "off"
  | "failed"
  | "starting"
  | "stopping"
  | "handshaking"
  | "empty"
  | "healthy"
  | "idle"
  | "waiting"
  | "silent"
  | "blocked"
  | "paused";

/** The family of colours that a status is drawn in. */
export type Tone = "ok" | "warn" | "bad" | "busy" | "off";

const TONES: Record<Status, Tone> = {
  off: "off",
  failed: "bad",
  starting: "busy",
  stopping: "busy",
  handshaking: "warn",
  empty: "warn",
  healthy: "ok",
  idle: "ok",
  waiting: "off",
  silent: "warn",
  blocked: "bad",
  paused: "busy",
};

/** The colours of a status. */
export function tone(status: Status): Tone {
  return TONES[status];
}

/** The status of a tunnel. */
export function statusOf(tunnel: TunnelView): Status {
  const { state } = tunnel;
  switch (state.kind) {
    case "down":
      return state.reason === null || state.reason.kind === "asked" ? "off" : "failed";
    case "connecting":
      return "starting";
    case "disconnecting":
      return "stopping";
    case "paused":
      return "paused";
    case "blocked":
      return "blocked";
    case "up":
      return hasNoPeers(state) ? "empty" : ofHealth(state.health);
  }
}

/** The status of a peer that runs. */
export function ofHealth(health: Health): Status {
  switch (health.kind) {
    case "idle":
      return "idle";
    case "waiting_for_peer":
      return "waiting";
    case "handshaking":
      return "handshaking";
    case "good":
      return "healthy";
    case "no_answer":
      return "silent";
  }
}

/** The word for a status: `Healthy`. */
export function statusWord(status: Status): string {
  return say(`ui-status-${status}`);
}

/** Whether the tunnel was turned off, and its lockdown lets nothing past it. */
export function isLockedDown(state: TunnelState): boolean {
  return state.kind === "blocked" && state.cause.code === "lockdown";
}

/** Whether the switch of a tunnel is on: whether somebody wants it up. */
export function isWanted({ state }: TunnelView): boolean {
  switch (state.kind) {
    case "up":
    case "connecting":
    case "paused":
      return true;
    case "blocked":
      return !isLockedDown(state);
    case "down":
    case "disconnecting":
      return false;
  }
}

/** The line below a tunnel's name in the list. */
export function whyLine(tunnel: TunnelView, now: number, context: Context): string {
  const { state } = tunnel;
  switch (state.kind) {
    case "up":
      return state.health.kind === "good" && state.last_handshake !== null
        ? say("ui-row-answered", { ago: ago(state.last_handshake, now) })
        : stateWords(state, now);
    case "paused":
      return state.until === null ? stateWords(state, now) : say("ui-row-paused", { time: countdown(state.until, now) });
    case "blocked":
      return say("ui-row-blocked");
    case "down":
      if (state.reason?.kind === "failed") return errorSentence(state.reason.error, { ...context, tunnel: tunnel.name });
      return tunnel.usable ? stateWords(state, now) : say("ui-row-unusable");
    case "connecting":
    case "disconnecting":
      return stateWords(state, now);
  }
}

/** How a peer is, in a word or few. */
export function peerWord(peer: PeerStatus, now: number): string {
  return capital(peer.health.kind === "good" ? say("ui-peer-answers") : healthWords(peer.health, now));
}
