// How tunnels and peers are.
import type { Health, TunnelState, UpState } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import { span } from "./quantity.ts";

/** How a tunnel is at `now` (Unix milliseconds), in a word or few. */
export function stateWords(state: TunnelState, now: number): string {
  switch (state.kind) {
    case "down":
      return downWords(state);
    case "connecting":
      return say("state-starting", { step: say(`step-${state.step.replaceAll("_", "-")}`) });
    case "up":
      return hasNoPeers(state) ? say("health-no-peers") : healthWords(state.health, now);
    case "disconnecting":
      return say("state-stopping");
    case "paused":
      return state.until === null ? say("state-paused") : say("state-paused-for", { span: span(state.until - now) });
    case "blocked":
      return say("state-blocked");
  }
}

/** Whether a tunnel that is up has nobody to talk to. Idle is the health of no peers, too. */
export function hasNoPeers(up: UpState): boolean {
  return up.peer_count === 0 && up.health.kind === "idle";
}

/** Whether a peer answers, at `now` (Unix milliseconds). */
export function healthWords(health: Health, now: number): string {
  switch (health.kind) {
    case "idle":
      return say("health-idle");
    case "waiting_for_peer":
      return say("health-waiting");
    case "handshaking":
      return say("health-handshaking");
    case "good":
      return say("health-good");
    case "no_answer":
      return say("health-no-answer", { span: span(now - health.since) });
  }
}

function downWords(state: Extract<TunnelState, { kind: "down" }>): string {
  switch (state.reason?.kind) {
    case undefined:
    case "asked":
      return say("state-off");
    case "failed":
      return say("state-failed");
    case "interface_removed":
      return say("state-interface-removed");
    case "engine_stopped":
      return say("state-engine-stopped");
  }
}
