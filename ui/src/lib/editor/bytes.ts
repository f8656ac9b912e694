// The core counts bytes of UTF-8, the editor units of UTF-16.

/** Turns offsets in bytes into positions in the editor. Offsets must not fall within a character. */
export function positions(text: string): (byte: number) => number {
  if (/^[\u0000-\u007f]*$/.test(text)) return (byte) => Math.min(byte, text.length);
  const found: number[] = [];
  let index = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let byte = 0; byte < length; byte += 1) found.push(index);
    index += character.length;
  }
  found.push(index);
  return (byte) => found[byte] ?? index;
}
