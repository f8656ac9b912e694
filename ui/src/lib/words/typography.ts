// Signs that a terminal has in ASCII and a window draws as printed text has them.

/** A part of a message of the catalogue, without its values, as a window shows it: `the peer's a -> b` as `the peer’s a → b`. */
export function printed(text: string, isRightToLeft = false): string {
  return text.replace(/(?<=\p{L})'(?=[\p{L}\s]|$)|^'(?=s\b)/gu, "’").replaceAll("->", isRightToLeft ? "←" : "→");
}
