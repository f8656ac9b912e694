import { FluentResource } from "@fluent/bundle";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Event, LogLine, Notice, Response } from "../src/lib/api/generated.ts";
import { problemsOf } from "../src/lib/model/problems.ts";
import { direction, language, LANGUAGES, problems, say, use, useText } from "../src/lib/words/catalogue.svelte.ts";
import { changeLine } from "../src/lib/words/change.ts";
import { logLine } from "../src/lib/words/log.ts";
import { previewLines, previewSummary } from "../src/lib/words/preview.ts";
import { stateWords } from "../src/lib/words/state.ts";
import { capital, sentence, withoutMarks } from "../src/lib/words/text.ts";
import { warningSentence } from "../src/lib/words/warning.ts";
import { printed } from "../src/lib/words/typography.ts";
import { golden } from "./memory.ts";

const ROOT = join(import.meta.dirname, "../..");
const MESSAGES = join(ROOT, "core/words/messages");

function idsOf(tag: string): string[] {
  const resource = new FluentResource(readFileSync(join(MESSAGES, `${tag}.ftl`), "utf8"));
  return resource.body.filter((entry) => !entry.id.startsWith("-")).map((entry) => entry.id);
}

function sources(folder = join(import.meta.dirname, "../src")): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith("generated.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Ids in the sources: whole ones, and beginnings of ones that are put together. */
function used(): { whole: Set<string>; begun: string[] } {
  const text = sources().join("\n");
  const whole = new Set([...text.matchAll(/["'`](ui-[a-z0-9-]+[a-z0-9])["'`]/g)].map(([, id]) => id ?? ""));
  const begun = [...text.matchAll(/`(ui-[a-z0-9-]*-)\$\{/g)].map(([, id]) => id ?? "");
  return { whole, begun: [...new Set(begun)] };
}

beforeEach(() => {
  problems.length = 0;
});

describe("messages of the window", () => {
  const window = idsOf("en").filter((id) => id.startsWith("ui-"));

  test("each one is used", () => {
    const { whole, begun } = used();
    expect(window.filter((id) => !whole.has(id) && !begun.some((begin) => id.startsWith(begin)))).toEqual([]);
  });

  test("each one that is used is there", () => {
    const { whole, begun } = used();
    expect([...whole].filter((id) => !window.includes(id))).toEqual([]);
    expect(begun.filter((begin) => !window.some((id) => id.startsWith(begin)))).toEqual([]);
  });

  test("no id is there twice", () => {
    expect(window.filter((id, at) => window.indexOf(id) !== at)).toEqual([]);
  });

  test("every language has the same ones", () => {
    for (const tag of LANGUAGES) expect(idsOf(tag).sort(), tag).toEqual(idsOf("en").sort());
  });
});

describe("sentences", () => {
  test("lines of the log are those of the Rust catalogue, code by code", () => {
    const logs = golden<Response[]>("responses").find((response) => response.method === "logs");
    const lines = logs?.method === "logs" ? logs.result.lines : [];
    const english = readFileSync(join(ROOT, "core/words/tests/golden/en.txt"), "utf8").split("\n");
    // By code, the sentences of that file; a code that it lacks is for the tests of core/words to find.
    const theirs = new Map<string, string[]>();
    for (const line of english.slice(english.findIndex((line) => line.startsWith("daemon_started: ")))) {
      const [, code = "", text = ""] = /^([a-z0-9_]+): (.*)$/.exec(line) ?? [];
      theirs.set(code, [...(theirs.get(code) ?? []), printed(text)]);
    }
    const nameOf = () => "server 1";
    const ours = lines.filter((line: LogLine) => line.left_out === 0 && theirs.has(line.code));
    expect(new Set(ours.map((line) => line.code)).size).toBeGreaterThan(70);
    for (const line of ours) {
      expect(theirs.get(line.code), line.code).toContain(withoutMarks(logLine(line, { nameOf, tunnel: "office" })));
    }
    expect(problems).toEqual([]);
  });

  test("everything in the golden files can be said", () => {
    for (const { event } of golden<Notice[]>("events")) sayEvent(event);
    for (const response of golden<Response[]>("responses")) {
      if (response.method === "preview") {
        expect(previewLines(response.result).length).toBeGreaterThan(5);
        expect(previewSummary(response.result)).not.toBe("");
        response.result.warnings.forEach((warning) => warningSentence(warning));
      }
      if (response.method === "check_config") response.result.changes.forEach((change) => changeLine(null, change));
      if (response.method === "versions") response.result.flatMap((version) => version.changes).forEach((change) => changeLine(null, change));
    }
    expect(problems).toEqual([]);
  });

  test("a name keeps its small letter at the beginning of a sentence", () => {
    expect(withoutMarks(sentence(say("error-not-up", { tunnel: "wg0" })))).toBe("wg0 is not up.");
    expect(capital("off")).toBe("Off");
  });

  test("a value is isolated from the direction of the sentence", () => {
    expect(say("ui-gone-text")).not.toMatch(/[\u2066-\u2069]/);
    expect(say("ui-removed", { tunnel: "مكتب" })).toBe("\u2068مكتب\u2069 is removed");
  });

  test("a language is found by its tag, by a wider one, and by that of another region", async () => {
    const found = [];
    for (const wanted of ["de-AT", "pt-PT", "ar", "tlh"]) {
      await use(wanted);
      found.push(`${wanted} ${language()} ${direction()}`);
    }
    expect(found).toEqual(["de-AT de ltr", "pt-PT pt-BR ltr", "ar ar rtl", "tlh en ltr"]);
    await use("en");
  });

  test("what a language lacks is said in English", () => {
    useText("xx", "ui-back = Zurück\n");
    expect([say("ui-back"), say("ui-cancel")]).toEqual(["Zurück", "Cancel"]);
    useText("en", "");
  });
});

function sayEvent(event: Event): void {
  if (event.kind === "tunnel_changed" || event.kind === "tunnel_added") {
    expect(stateWords(event.tunnel.state, Date.now())).not.toBe("");
    problemsOf(event.tunnel, Date.now(), {});
  }
}
