// Completion: keys of the section that the cursor is in, and words that are values of the key before it. The core says where sections
// and values are.
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import type { ConfigOutline, OutlineSection } from "../api/generated.ts";
import { say } from "../words/catalogue.svelte.ts";
import { capital } from "../words/text.ts";
import { positions } from "./bytes.ts";
import type { Outliner } from "./edited.svelte.ts";
import { COMMENT_KEYS, KEYS, REPEATABLE, VALUES } from "./keywords.ts";

/** Proposes what fits at the cursor. */
export function completer(outline: Outliner): CompletionSource {
  return async (context) => {
    const before = context.matchBefore(/^.*/);
    if (!before || (before.text.trim() === "" && !context.explicit)) return null;
    const text = context.state.doc.toString();
    // Without an answer of the core there is nothing to propose.
    const found = await outline(text).catch(() => null);
    if (found === null || context.aborted) return null;
    if (/^\s*#/.test(before.text)) return commentKeys(context, text, found);
    return before.text.includes("=") ? values(context, text, found) : keys(context, text, found);
  };
}

/** The keys of Adit that are comments for other programs. */
function commentKeys(context: CompletionContext, text: string, found: ConfigOutline): CompletionResult | null {
  const word = context.matchBefore(/#\s*[A-Za-z:]+$/);
  if (!word || sectionAt(text, found, context.state.doc.lineAt(context.pos).from)?.kind !== "peer") return null;
  const options = COMMENT_KEYS.map((key) => ({ label: `# ${key}`, apply: `# ${key} = `, info: capital(say("ui-help-further-endpoints")) }));
  return { from: word.from, options, validFor: /^#\s*[A-Za-z:]*$/ };
}

function keys(context: CompletionContext, text: string, found: ConfigOutline): CompletionResult | null {
  const word = context.matchBefore(/\[?[A-Za-z]*/);
  if (!word) return null;
  const line = context.state.doc.lineAt(context.pos);
  const section = sectionAt(text, found, line.from);
  const rest = text.slice(context.pos, line.to);
  const free = section === null ? [] : KEYS[section.kind].filter((key) => REPEATABLE.has(key) || !section.entries.some((entry) => entry.key === key));
  const options: Completion[] = free.map((key, index) => ({
    label: key,
    apply: rest.trimStart().startsWith("=") ? key : `${key} = `,
    info: capital(say(`ui-help-${key.toLowerCase()}`)),
    boost: -index,
  }));
  const header = (label: string) => options.push({ label, apply: `${label}\n`, boost: -99 });
  if (!found.sections.some((other) => other.kind === "interface")) header("[Interface]");
  header("[Peer]");
  return { from: word.from, options, validFor: /^\[?[A-Za-z]*$/ };
}

function values(context: CompletionContext, text: string, found: ConfigOutline): CompletionResult | null {
  const at = positions(text);
  const line = context.state.doc.lineAt(context.pos);
  const entry = found.sections.flatMap((section) => section.entries).find((entry) => at(entry.line_start) === line.from);
  const words = entry && VALUES[entry.key];
  const word = context.matchBefore(/[^=\s]*/);
  // A word stands for the whole value, never for a part of it.
  if (!words || !word || context.pos < at(entry.value_start) || text.slice(at(entry.value_start), word.from).trim() !== "") return null;
  return { from: word.from, options: words.map((label, index) => ({ label, boost: -index })), validFor: /^[^=\s]*$/ };
}

/** The section of the line that begins at `line`: the last one whose header is above it. */
function sectionAt(text: string, { sections }: ConfigOutline, line: number): OutlineSection | null {
  const at = positions(text);
  return sections.findLast((section) => at(section.start) < line) ?? null;
}
