// Sentences for what is found about a configuration, and for files that cannot become a tunnel.
import { FluentNumber } from "@fluent/bundle";
import type { Argument, Diagnostic, ImportReason } from "../api/generated.ts";
import { knows, say, type Values } from "./catalogue.svelte.ts";
import { visible } from "./text.ts";

/** What is wrong, without the place and without a full stop. */
export function problemSentence({ code, arguments: given }: Diagnostic): string {
  const id = idOf("problem", code);
  return knows(id) ? say(id, values(given)) : say("problem-unknown", { code: visible(code) });
}

/** What to do about it; null where nothing can be said. */
export function problemAdvice({ advice, arguments: given }: Diagnostic): string | null {
  const id = idOf("advice", advice ?? "");
  return knows(id) ? say(id, values(given)) : null;
}

/** The keyword that it is about with a colon after it, or nothing. */
export function keyOf({ key }: Diagnostic): string {
  return key === null ? "" : `${visible(key)}: `;
}

/** One diagnostic on one line, with its place. */
export function diagnosticLine(found: Diagnostic): string {
  return say("diagnostic", { ...parts(found), severity: say(`severity-${found.severity}`) });
}

/** Why a file cannot become a tunnel, without a full stop. */
export function importReason({ code, arguments: given, worst }: ImportReason): string {
  const id = idOf("refusal", code);
  if (!knows(id)) return say("refusal-unknown", { code: visible(code) });
  return say(id, { ...values(given), ...(worst === null ? {} : parts(worst)) });
}

function parts(found: Diagnostic): Values {
  const advice = problemAdvice(found);
  return {
    line: found.line,
    column: found.column,
    key: keyOf(found),
    problem: problemSentence(found),
    advice: advice === null ? "" : ` (${advice})`,
  };
}

/** Arguments as Fluent takes them. A message may always use `text`: without one, it says why nothing is quoted. */
function values(given: Argument[]): Values {
  const entries = given.map((argument): [string, Values[string]] => {
    // Ports, prefix lengths and the like are written in digits alone.
    if (argument.kind === "number") return [argument.name, new FluentNumber(argument.number, { useGrouping: false })];
    const text = visible(argument.text);
    return [argument.name, argument.name === "text" ? say("quoted", { text }) : text];
  });
  return { text: say("quoted-hidden"), ...Object.fromEntries(entries) };
}

/** The id of the message for a name of the contract. */
function idOf(kind: string, name: string): string {
  return `${kind}-${name.replaceAll("_", "-")}`;
}
