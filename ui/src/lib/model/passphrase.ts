// How hard a passphrase is to guess, as far as its length and variety tell.

/** The strength of a passphrase. */
export type Strength = "weak" | "fair" | "strong";

/** From how many characters on a passphrase is no easy guess; `adit backup` says the same. */
const LONG_ENOUGH = 12;
const LONG = 20;
/** The fewest different characters that make it so. */
const VARIED = 6;

/** Estimates the strength. */
export function strength(passphrase: string): Strength {
  const characters = [...passphrase];
  if (characters.length < LONG_ENOUGH || new Set(characters).size < VARIED) return "weak";
  return characters.length < LONG ? "fair" : "strong";
}
