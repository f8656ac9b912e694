// Sentences for conflicts between two tunnels, or a tunnel and the network.
import type { Conflict, TunnelId } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import { type Context, otherName } from "./context.ts";
import { visible } from "./text.ts";

/** One conflict, without a full stop. */
export function conflictSentence(conflict: Conflict, context: Context): string {
  switch (conflict.kind) {
    case "same_network":
      return say("conflict-same-network", { other: otherName(conflict.other, context), network: conflict.network });
    case "both_take_all":
      return say("conflict-both-take-all", { other: otherName(conflict.other, context) });
    case "same_address":
      return say("conflict-same-address", { other: otherName(conflict.other, context), address: conflict.address });
    case "same_port":
      return say("conflict-same-port", { other: otherName(conflict.other, context), port: String(conflict.port) });
    case "both_set_dns":
      return say("conflict-both-set-dns", { other: otherName(conflict.other, context) });
    case "interface_exists":
      return say("conflict-interface-exists", { interface: conflict.interface });
    case "local_network":
      return say("conflict-local-network", { interface: visible(conflict.interface), network: conflict.network });
    case "other_vpn":
      return say("conflict-other-vpn", { interface: visible(conflict.interface) });
  }
}

/** The tunnel that a conflict is with; null where it is something else. */
export function conflictWith(conflict: Conflict): TunnelId | null {
  switch (conflict.kind) {
    case "same_network":
    case "both_take_all":
    case "same_address":
    case "same_port":
    case "both_set_dns":
      return conflict.other;
    case "interface_exists":
    case "local_network":
    case "other_vpn":
      return null;
  }
}
