// The messages of a language, from the one catalogue of the project: core/words/messages.
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import { printed } from "./typography.ts";
import english from "../../../../core/words/messages/en.ftl?raw";

/** What a message is given. */
export type Values = Record<string, FluentVariable>;

/** Texts of the other languages, loaded when somebody chooses one. Adding a file adds a language. */
const FILES = import.meta.glob<string>(["../../../../core/words/messages/*.ftl", "!../../../../core/words/messages/en.ftl"], {
  query: "?raw",
  import: "default",
});

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

/** Tags of the languages that there are. */
export const LANGUAGES: string[] = ["en", ...Object.keys(FILES).map((path) => path.replace(/^.*\/|\.ftl$/g, ""))].sort();

/** Called with each message that could not be formatted; tests fail on it. */
export const problems: string[] = [];

const ENGLISH = bundleOf("en", english);

interface Language {
  tag: string;
  bundle: FluentBundle;
}

let current = $state.raw<Language>({ tag: "en", bundle: ENGLISH });

/** The tag of the language that is shown. */
export function language(): string {
  return current.tag;
}

/** `rtl` for languages that are written from right to left. */
export function direction(tag: string = current.tag): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(tag) ? "rtl" : "ltr";
}

/** Shows another language: the wanted one, the next wider one, one of another region, or English. */
export async function use(wanted: string): Promise<void> {
  const wider = (tag: string) => tag.split("-")[0];
  const tag = [wanted, wider(wanted)].find((tag) => tag && LANGUAGES.includes(tag)) ?? LANGUAGES.find((tag) => wider(tag) === wider(wanted)) ?? "en";
  if (tag === "en") return void (current = { tag, bundle: ENGLISH });
  const load = FILES[`../../../../core/words/messages/${tag}.ftl`];
  if (load) useText(tag, await load());
}

/** Shows the language of a file's text. */
export function useText(tag: string, text: string, transform?: (text: string) => string): void {
  current = { tag, bundle: bundleOf(tag, text, transform) };
}

/** The message with that id, in the language that is shown; in English where that language lacks it. */
export function say(id: string, values?: Values): string {
  return format(current.bundle, id, null, values) ?? format(ENGLISH, id, null, values) ?? missing(id);
}

/** Whether there is a message with that id. */
export function knows(id: string): boolean {
  return ENGLISH.hasMessage(id);
}

/** An attribute of the message with that id; null where it has none. */
export function sayAttribute(id: string, attribute: string, values?: Values): string | null {
  return format(current.bundle, id, attribute, values) ?? format(ENGLISH, id, attribute, values);
}

function format(bundle: FluentBundle, id: string, attribute: string | null, values?: Values): string | null {
  const message = bundle.getMessage(id);
  const pattern = attribute === null ? message?.value : message?.attributes[attribute];
  if (!pattern) return null;
  const errors: Error[] = [];
  const text = bundle.formatPattern(pattern, direction(bundle.locales[0]) === "rtl" ? rightToLeft(values) : values, errors);
  if (errors.length > 0) problems.push(`${id}: ${errors.join(", ")}`);
  return text;
}

/** Values that are phrases of the catalogue themselves are isolated in their own direction; without letters of their own, theirs would be that of English. */
function rightToLeft(values: Values = {}): Values {
  const isPhrase = (value: FluentVariable) => typeof value === "string" && value.includes("\u2068") && !/\p{L}/u.test(outside(value));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isPhrase(value) ? `\u200f${String(value)}` : value]));
}

/** What is in none of the isolated parts. */
function outside(text: string): string {
  const less = text.replace(/\u2068[^\u2068\u2069]*\u2069/g, "");
  return less === text ? text : outside(less);
}

function missing(id: string): string {
  problems.push(`there is no message ${id}`);
  return id;
}

function bundleOf(tag: string, text: string, transform?: (text: string) => string): FluentBundle {
  // Values are isolated from the direction of the sentence around them.
  const isRightToLeft = direction(tag) === "rtl";
  const bundle = new FluentBundle(tag, { useIsolating: true, transform: (text) => (transform ?? String)(printed(text, isRightToLeft)) });
  bundle.addResource(new FluentResource(text), { allowOverrides: true });
  return bundle;
}
