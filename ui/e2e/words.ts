// The words of the window in each language, for tests that press what has a name.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printed } from "../src/lib/words/typography.ts";
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";

const MESSAGES = join(import.meta.dirname, "../../core/words/messages");
const bundles = new Map(readdirSync(MESSAGES).map((file) => {
  const tag = file.replace(/\.ftl$/, "");
  const bundle = new FluentBundle(tag, { transform: (text) => printed(text, tag === "ar") });
  bundle.addResource(new FluentResource(readFileSync(join(MESSAGES, file), "utf8")));
  return [tag, bundle] as const;
}));

/** Says a message of the catalogue in one language. */
export type Say = (id: string, values?: Record<string, FluentVariable>) => string;

/** The words of a language. */
export function wordsOf(language: string): Say {
  return (id, values) => {
    const bundle = bundles.get(language);
    const pattern = bundle?.getMessage(id)?.value;
    if (!bundle || !pattern) throw new Error(`${language} has no ${id}`);
    return bundle.formatPattern(pattern, values ?? null);
  };
}

/** A message in every language. */
export function inEveryLanguage(id: string): string[] {
  return [...bundles.keys()].map((language) => wordsOf(language)(id));
}
