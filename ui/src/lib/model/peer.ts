// Why a peer is as it is, from everything that the service says of it, and the one thing that may help.
import type { DropCount, DropReason, PeerStatus, PeerView, TunnelView, UpState } from "../api/generated.ts";
import { say } from "../words/catalogue.svelte.ts";
import { ago } from "../words/quantity.ts";
import { visible } from "../words/text.ts";

/** What a button of a peer does. */
export type PeerFix = "endpoint" | "edit" | "look-up" | "log" | "own-key" | "reload" | "save";

/** Why a peer is as it is. */
export interface PeerReason {
  text: string;
  fix: PeerFix | null;
}

/** What is known of a peer. */
export interface PeerFacts {
  tunnel: TunnelView;
  /** As configured; undefined: added from outside. */
  peer: PeerView | undefined;
  /** As it runs; undefined: it does not. */
  status: PeerStatus | undefined;
  /** What the tunnel dropped, where that can only be about this peer. */
  drops: readonly DropCount[];
}

/** How long a first handshake may take before something is said of it, milliseconds. */
const PATIENCE = 5_000;

/** What arrived from a peer and could not be used, the most telling first. */
const ARRIVED: [reason: DropReason, text: string, fix: PeerFix][] = [
  ["mac1", "ui-peer-why-own-key", "own-key"],
  ["unknown_peer", "ui-peer-why-unknown-key", "edit"],
  ["handshake", "ui-peer-why-shared-key", "edit"],
  ["replayed_initiation", "ui-peer-why-clock", "log"],
];

/** Says why a peer is as it is at `now`; null where there is nothing to say. */
export function peerReason({ tunnel, peer, status, drops }: PeerFacts, now: number): PeerReason | null {
  const { state } = tunnel;
  if (state.kind !== "up") return null;
  if (!status) return reason("ui-peer-why-not-running", "reload");
  const found = ofHealth(state, peer, status, drops, now);
  return !peer && found === null ? reason("ui-peer-why-from-outside", "save") : found;
}

/** Whether what the tunnel dropped may tell why this peer does not answer. */
export function isUnanswered({ health }: PeerStatus): boolean {
  return health.kind === "no_answer" || health.kind === "handshaking" || health.kind === "waiting_for_peer";
}

function ofHealth(state: UpState, peer: PeerView | undefined, status: PeerStatus, drops: readonly DropCount[], now: number): PeerReason | null {
  const { health } = status;
  switch (health.kind) {
    case "good":
      return null;
    case "idle":
      return reason("ui-peer-why-idle", null);
    case "waiting_for_peer":
      return arrived(drops) ?? reason("ui-peer-why-waiting", "endpoint");
    case "handshaking":
      if (now - health.since <= PATIENCE) return null;
      return unreachable(state, peer, status) ?? arrived(drops) ?? reason("ui-peer-why-handshaking", "endpoint");
    case "no_answer":
      return unreachable(state, peer, status) ?? arrived(drops) ?? silent(peer, status, now);
  }
}

/** Why nothing can be sent to a peer. */
function unreachable(state: UpState, peer: PeerView | undefined, status: PeerStatus): PeerReason | null {
  if (state.routing_loops > 0) return reason("ui-peer-why-loop", "edit");
  if (status.endpoint === null && peer?.endpoint) return reason("ui-peer-why-unresolved", "look-up", { host: hostOf(peer.endpoint) });
  return null;
}

function arrived(drops: readonly DropCount[]): PeerReason | null {
  const found = ARRIVED.find(([code]) => drops.some(({ reason, count }) => reason === code && count > 0));
  return found ? reason(found[1], found[2]) : null;
}

/** Why a peer that packets were sent to does not answer. */
function silent(peer: PeerView | undefined, status: PeerStatus, now: number): PeerReason {
  if (status.last_handshake === null) return reason("ui-peer-why-never", peer ? "endpoint" : "log");
  const answered = ago(status.last_handshake, now);
  if (status.has_moved && status.endpoint !== null && peer?.endpoint) {
    return reason("ui-peer-why-roamed", "look-up", { ago: answered, endpoint: status.endpoint });
  }
  if (peer?.endpoint && isName(peer.endpoint)) return reason("ui-peer-why-name-moved", "look-up", { ago: answered, host: hostOf(peer.endpoint) });
  return reason("ui-peer-why-silent", "log", { ago: answered });
}

function reason(id: string, fix: PeerFix | null, values: Record<string, string> = {}): PeerReason {
  return { text: say(id, values), fix };
}

/** The host of an endpoint `host:port`. */
function hostOf(endpoint: string): string {
  return visible(endpoint.replace(/:\d+$/, ""));
}

/** Whether an endpoint has a name in place of an address, which may come to mean another one. */
function isName(endpoint: string): boolean {
  const host = hostOf(endpoint);
  return !host.startsWith("[") && !/^[\d.]+$/.test(host);
}
