// Findings about a configuration, and reasons why a file cannot become a tunnel, in each language.
import { forEachDiagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { cleanup, render, screen } from "@testing-library/svelte";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import type { Diagnostic, ImportReason } from "../src/lib/api/generated.ts";
import { extensions, marks } from "../src/lib/editor/setup.ts";
import { edits } from "../src/lib/state/edits.svelte.ts";
import { go } from "../src/lib/state/router.svelte.ts";
import { LANGUAGES, problems, use } from "../src/lib/words/catalogue.svelte.ts";
import { importReason, problemAdvice, problemSentence } from "../src/lib/words/finding.ts";
import { sentence, withoutMarks } from "../src/lib/words/text.ts";
import { printed } from "../src/lib/words/typography.ts";
import { appOf, settled, worldTransport } from "./memory.ts";
import { outline } from "./world/local.ts";
import { logLines } from "./world/logs.ts";
import { people } from "./world/people.ts";
import { diagnose, MASKED } from "./world/texts.ts";
import { idOf } from "./world/views.ts";
import { World } from "./world/world.ts";

const GOLDEN = join(import.meta.dirname, "../../core/words/tests/golden");
const SAMPLES = JSON.parse(readFileSync(join(GOLDEN, "findings.json"), "utf8")) as { diagnostics: Diagnostic[]; reasons: ImportReason[] };
const OTHERS = LANGUAGES.filter((tag) => tag !== "en");
const BROKEN = `nonsense\nMTU = 500\n${MASKED.replace("0.0.0.0/0, ::/0", "10.7.0.1/24").replace("10.8.0.2/24", "10.8.0.2/33")}`;

/** Everything that is said of samples, in the language that is shown. */
function sentences(diagnostics: Diagnostic[], reasons: ImportReason[] = []): string[] {
  const said = diagnostics.flatMap((found) => [problemSentence(found), problemAdvice(found) ?? ""]);
  return [...said, ...reasons.map(importReason)].filter(Boolean).map(withoutMarks);
}

// Loaded when a page needs it; here before, so that no test waits for it.
beforeAll(() => import("../src/lib/editor/edited.svelte.ts"));
beforeEach(() => {
  problems.length = 0;
});
afterEach(async () => {
  await use("en");
  expect(problems).toEqual([]);
});

describe("sentences", () => {
  test("the English ones are those of the Rust catalogue, case by case", () => {
    const theirs = readFileSync(join(GOLDEN, "en.txt"), "utf8").split("\n");
    const said = (kind: string) => theirs.filter((line) => line.startsWith(kind)).map((line) => printed(line.slice(kind.length)));
    // The last one has no sample.
    expect(SAMPLES.diagnostics.map(problemSentence).map(withoutMarks)).toEqual(said("problem: ").slice(0, -1));
    expect(SAMPLES.reasons.map(importReason).map(withoutMarks)).toEqual(said("refusal: "));
  });

  test.each(OTHERS)("%s has its own for each case", async (tag) => {
    const english = sentences(SAMPLES.diagnostics, SAMPLES.reasons);
    await use(tag);
    const ours = sentences(SAMPLES.diagnostics, SAMPLES.reasons);
    expect(ours.length).toBe(english.length);
    expect(ours.filter((text, at) => text === english[at])).toEqual([]);
  });

  test("what could be a key is not quoted, and what a later service finds is named", () => {
    const found: Diagnostic = { ...diagnose(BROKEN, null).diagnostics[0]!, code: "boolean", arguments: [], advice: "from_a_later_version" };
    expect(problemSentence(found)).toContain("(not shown, it could be a key)");
    expect(problemAdvice(found)).toBe(null);
    expect(withoutMarks(problemSentence({ ...found, code: "from_a_later_version" }))).toContain("(from_a_later_version)");
  });

  test("numbers have digits alone, and a character that is a space stays one", () => {
    const found = (text: string) => SAMPLES.diagnostics.map(problemSentence).map(withoutMarks).find((said) => said.includes(text));
    expect(found("70000")).toBe("`70000` is not between 0 and 65535");
    expect(found("the character")).toBe("`a b`: not a host name: the character ' ' cannot be in it");
  });
});

describe("the window", () => {
  test.each(OTHERS)("%s: a broken configuration and refused files are explained without a sentence of English", async (tag) => {
    const { diagnostics } = diagnose(BROKEN, null);
    const reasons: ImportReason[] = [{ code: "not_configuration", arguments: [], worst: null }, { code: "entry_not_a_file", arguments: [], worst: null }];
    const english = sentences(diagnostics, reasons);
    expect(english.length).toBeGreaterThan(6);
    await use(tag);
    const app = appOf(worldTransport(new World(people(), logLines())));
    location.hash = `#/edit/${idOf(1)}`;
    render(App, app as unknown as Record<string, never>);
    await settled();
    edits.get(idOf(1))!.edited.replace(BROKEN);
    await vi.waitFor(() => expect(shown().replaceAll("`", "")).toContain(sentence(sentences(diagnostics)[0]!).replaceAll("`", "")), 5_000);
    const edited = shown();
    go({ kind: "add" });
    await settled();
    await app.imports.addFiles([new File(["nonsense"], "broken.conf"), new File(["PK"], "all.zip")]);
    await app.imports.addText(BROKEN);
    await settled();
    const imported = shown();
    // A sentence begins with a capital letter unless a keyword is before it.
    const says = (page: string, text: string) => page.replaceAll("`", "").toLowerCase().includes(text.replaceAll("`", "").toLowerCase());
    expect(sentences(diagnostics).filter((text) => !says(edited, text))).toEqual([]);
    expect(sentences(diagnostics, reasons).filter((text) => !says(imported, text))).toEqual([]);
    expect(english.filter((text) => says(edited, text) || says(imported, text))).toEqual([]);
    cleanup();
    app.service.end();
    edits.clear();
    go({ kind: "home" }, true);
  });

  test.each(LANGUAGES)("%s: the editor says at a line what is said below it", async (tag) => {
    await use(tag);
    const { diagnostics } = diagnose(BROKEN, null);
    const state = EditorState.create({ doc: BROKEN, extensions: extensions(async (text) => outline(text), "text") });
    const messages: string[] = [];
    forEachDiagnostic(state.update(marks(state, diagnostics)).state, ({ message }) => messages.push(message));
    const expected = diagnostics.map((found) => [problemSentence(found), problemAdvice(found)].filter((part) => part !== null).map(sentence).join(" "));
    expect(messages.sort()).toEqual(expected.sort());
  });
});

function shown(): string {
  return withoutMarks(screen.getByRole("main").textContent);
}
