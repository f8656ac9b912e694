// Secrets in the clipboard: gone after a minute. In the app the program around the page does that, because WebKit lets a page write to the
// clipboard only while it handles a key or a click, and read it never.
import { isInTauri } from "../transport/tauri.ts";
import type { Service } from "./service.svelte.ts";

const KEPT = 60_000;

/** Copies a secret, and empties the clipboard after a minute, unless something else is in it by then. */
export async function copySecret(service: Service, text: string, after = KEPT): Promise<void> {
  if (isInTauri()) return void (await service.call("copy_secret", { text }));
  await navigator.clipboard.writeText(text);
  setTimeout(() => void forget(text), after);
}

async function forget(text: string): Promise<void> {
  try {
    if ((await navigator.clipboard.readText()) !== text) return;
  } catch {
    // Where it may not be read it is emptied all the same: the secret may still be in it.
  }
  await navigator.clipboard.writeText("");
}
