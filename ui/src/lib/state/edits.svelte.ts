// Texts that are being edited. They stay while the window is open, so that a look at another page loses nothing.
import { SvelteMap } from "svelte/reactivity";
import type { TunnelId } from "../api/generated.ts";

/** A text that is not saved. */
export interface Edit {
  text: string;
  /** As it was when it was opened. */
  saved: string;
  /** The version that it was made from. */
  version: number;
}

/** By tunnel. */
export const edits = new SvelteMap<TunnelId, Edit>();
