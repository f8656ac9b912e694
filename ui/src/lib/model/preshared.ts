// Preshared keys. Both ends have to know them, so the user makes them where they can be copied.

/** A new preshared key: 32 random bytes, base64. */
export function newPresharedKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
}

/** Whether the value is a mark of the service for a key that it keeps to itself. */
export function isMasked(value: string): boolean {
  return value.startsWith("(");
}
