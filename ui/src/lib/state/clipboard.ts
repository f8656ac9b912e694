// Secrets in the clipboard: gone after a minute.
const KEPT = 60_000;

/** Copies a secret, and empties the clipboard after a minute, unless something else is in it by then. */
export async function copySecret(text: string, after = KEPT): Promise<void> {
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
