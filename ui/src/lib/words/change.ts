// Changes of a configuration.
import type { ConfigChange, PublicKey, TunnelView } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import { shortKey, visible } from "./text.ts";

/** A change on one line: `Endpoint of server: a -> b`. Names of peers are those of `tunnel`. */
export function changeLine(tunnel: TunnelView | null, change: ConfigChange): string {
  const { field, before, after } = change;
  const peer = change.peer === null ? null : peerName(tunnel, change.peer);
  if (field === "peer_added" && peer !== null) return say("change-peer-added", { peer });
  if (field === "peer_removed" && peer !== null) return say("change-peer-removed", { peer });
  if (field === "hooks") return say("change-hooks");
  if (field === "text") return say("change-text");
  const name = say(`field-${field.replaceAll("_", "-")}`);
  const subject = peer === null ? name : say("change-of-peer", { field: name, peer });
  if (before !== null && after !== null) return say("change-both", { subject, before: visible(before), after: visible(after) });
  if (after !== null) return say("change-set", { subject, after: visible(after) });
  if (before !== null) return say("change-unset", { subject, before: visible(before) });
  return say("change-hidden", { subject });
}

/** What it takes for a change to come true. */
export function changeEffect(change: ConfigChange): string {
  return say(`change-effect-${change.effect}`);
}

/** A peer by its name, or the short form of its key. */
export function peerName(tunnel: TunnelView | null, key: PublicKey): string {
  const name = tunnel?.peers.find((peer) => peer.public_key === key)?.name;
  return name ? visible(name) : shortKey(key);
}
