// Why packets take a route.
import type { RouteReason } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import { visible } from "./text.ts";

/** Why, without a full stop. */
export function routeReason(why: RouteReason): string {
  switch (why.kind) {
    case "narrowest":
      return say("route-narrowest", { network: why.network });
    case "takes_all":
      return say("route-takes-all", { detail: visible(why.detail) });
    case "private_network":
      return say("route-private-network", { network: why.network });
    case "own_address":
      return say("route-own-address");
    case "no_tunnel":
      return say("route-no-tunnel");
  }
}
