// The context of a sentence: data it needs beside the value that it describes.
import type { TunnelId } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import { visible } from "./text.ts";

/** Names of tunnels, which the contract's errors have by id alone. */
export interface Context {
  /** The name of a tunnel; undefined where it is not known. */
  nameOf?: (id: TunnelId) => string | undefined;
  /** The name of the tunnel that the sentence is about. */
  tunnel?: string;
}

/** The name of the tunnel that the sentence is about. */
export function ownName(context: Context): string {
  return context.tunnel === undefined ? say("tunnel-unnamed") : visible(context.tunnel);
}

/** The name of another tunnel. */
export function otherName(id: TunnelId, context: Context): string {
  const name = context.nameOf?.(id);
  return name === undefined ? say("tunnel-other") : visible(name);
}
