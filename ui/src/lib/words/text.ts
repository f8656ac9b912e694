// Text from outside, made safe to show, and sentences of the catalogue, made ready for a window.
import { language } from "./catalogue.svelte.ts";

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const ISOLATES = /[\u200f\u2066-\u2069]/g;

/** On one line, without characters that hide or reorder text: lines are joined by semicolons, such characters are spelled out. */
export function visible(text: string): string {
  const lines = text.split(/\r?\n/);
  const joined = lines.length === 1 ? text : lines.map((line) => line.trimEnd()).filter(Boolean).join("; ");
  return joined.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** With a capital letter at the beginning, unless a value is there, such as a name: those stay as they are. */
export function capital(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toLocaleUpperCase(language()));
}

/** With a capital letter at the beginning and a full stop at the end. */
export function sentence(text: string): string {
  const begun = capital(text);
  return /[.:!?…。؟]$/u.test(begun.replace(ISOLATES, "")) ? begun : begun + (language() === "ja" ? "。" : ".");
}

/** The parts of a sentence of the catalogue between its backticks: the second, the fourth and so on are to be typed as they are. Backticks in
 * isolated values are text. */
export function betweenBackticks(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "\u2068") depth += 1;
    else if (character === "\u2069") depth -= 1;
    if (character === "`" && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  // They come in pairs.
  return parts.length % 2 === 1 ? parts : [text];
}

/** Without the marks that isolate and turn values: for the clipboard. */
export function withoutMarks(text: string): string {
  return text.replace(ISOLATES, "");
}

/** `AbCd…wXyZ`: as much of a key as people compare. */
export function shortKey(key: string): string {
  return `${key.slice(0, 4)}…${key.slice(39, 43)}`;
}
