// The configuration as a form: every change is a change of the text, at the place that the core names.
import type { Entry, OutlineSection } from "../api/generated.ts";
import { positions } from "../editor/bytes.ts";

/** What the form shows of a section, in order. Keys that are not here are left as they are. */
export const FIELDS: Record<OutlineSection["kind"], string[]> = {
  interface: ["Address", "DNS", "ListenPort", "MTU"],
  peer: ["PublicKey", "Endpoint", "PersistentKeepalive", "PresharedKey", "AllowedIPs"],
};

/** The value of a key: of several lines, all of them. */
export function valueOf(section: OutlineSection, key: string): string {
  return entriesOf(section, key).map((entry) => entry.value).join(", ");
}

/** The text with another value of a key. An empty one removes the line; several lines become one. */
export function withValue(text: string, section: OutlineSection, key: string, value: string): string {
  const at = positions(text);
  const [first, ...others] = entriesOf(section, key);
  const cut = (from: number, to: number, by: string, of: string) => of.slice(0, from) + by + of.slice(to);
  let changed = text;
  // From the end, so that the places before stay true.
  for (const entry of others.reverse()) changed = cut(at(entry.line_start), at(entry.line_end), "", changed);
  const trimmed = value.trim();
  if (first && trimmed === "") return cut(at(first.line_start), at(first.line_end), "", changed);
  if (first) return cut(at(first.value_start), at(first.value_end), trimmed, changed);
  if (trimmed === "") return changed;
  const end = at(section.end);
  const before = end > 0 && text[end - 1] !== "\n" ? "\n" : "";
  return cut(end, end, `${before}${key} = ${trimmed}\n`, changed);
}

/** The text with an empty peer at its end. */
export function withPeer(text: string): string {
  const gap = text === "" || text.endsWith("\n\n") ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return `${text}${gap}[Peer]\nPublicKey = \nEndpoint = \nAllowedIPs = \n`;
}

/** The text without a section: its lines, the comment that names it, and the empty lines behind it. */
export function withoutSection(text: string, section: OutlineSection): string {
  const at = positions(text);
  const before = text.slice(0, at(section.start));
  const above = section.name === null ? null : /(?:^|\n)([ \t]*#[^\n]*\n)$/.exec(before);
  const kept = above?.[1]?.includes(section.name ?? "") ? before.slice(0, before.length - above[1].length) : before;
  const after = text.slice(at(section.end)).replace(/^([ \t]*\r?\n)+/, "");
  return after === "" ? kept.replace(/\n\s*$/, "\n") : kept + after;
}

/** Whether a section has a value that would be lost with it. */
export function hasValues(section: OutlineSection): boolean {
  return section.entries.some((entry) => entry.value.trim() !== "");
}

function entriesOf(section: OutlineSection, key: string): Entry[] {
  return section.entries.filter((entry) => entry.key === key);
}
