// Texts that are being edited. They stay while the window is open, so that a look at another page loses nothing.
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { PublicKey, TunnelId } from "../api/generated.ts";
import type { EditedText } from "../editor/edited.svelte.ts";

/** How a configuration is shown. */
export type View = "text" | "form";

/** A text that is not saved. */
export interface Edit {
  edited: EditedText;
  /** As it was when it was opened. */
  saved: string;
  /** The version that it was made from. */
  version: number;
  view: View;
}

/** A tunnel that is not made yet. */
export interface NewTunnel {
  edited: EditedText;
  name: string;
  view: View;
}

/** By tunnel. */
export const edits = new SvelteMap<TunnelId, Edit>();

let started = $state.raw<NewTunnel | null>(null);

/** The tunnel that is being made; null while there is none. */
export function newTunnel(): NewTunnel | null {
  return started;
}

/** Begins, or forgets, a tunnel that is being made. */
export function setNewTunnel(tunnel: NewTunnel | null): void {
  started = tunnel;
}

let wanted: PublicKey | null = null;

/** Has the form show the endpoint of a peer when it is opened next. */
export function wantEndpoint(peer: PublicKey): void {
  wanted = peer;
}

/** The peer whose endpoint is wanted, once. */
export function takeWantedEndpoint(): PublicKey | null {
  const peer = wanted;
  wanted = null;
  return peer;
}

/** Tunnels that were made in this window, whose public key the other side may not know yet. */
export const untold = new SvelteSet<TunnelId>();
