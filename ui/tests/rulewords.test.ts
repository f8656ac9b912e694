// What the page says of rules is what the core says.
import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogLine } from "../src/lib/api/generated.ts";
import { logLine } from "../src/lib/words/log.ts";
import { use } from "../src/lib/words/catalogue.svelte.ts";
import { actionWords, conditionsWords, seenWords, sourceWords } from "../src/lib/words/rule.ts";
import { betweenBackticks, withoutMarks } from "../src/lib/words/text.ts";
import { USUAL } from "./world/rules.ts";

test("a line of the log names what decided as the page of the rules does", () => {
  const by = { kind: "rule", index: 1, name: "At home" } as const;
  const line = { code: "rules_acted", fields: { by, networks: [], up: null, kill_switch: "as_tunnel" }, left_out: 0 } as unknown as LogLine;
  expect(withoutMarks(sourceWords(by))).toBe("rule 2 (At home)");
  expect(withoutMarks(logLine(line, {}))).toBe("rule 2 (At home), in no known network: all tunnels stay as they are; kill switch: as each tunnel is set");
});

test("what goes through a tunnel and what was seen is said in the words of the core", () => {
  const up = (mode: { kind: "private" } | { kind: "only"; networks: string[] }) => withoutMarks(actionWords({ kind: "up", tunnels: [{ name: "Office", mode }] }));
  expect(up({ kind: "private" })).toBe("Office (private ranges) on");
  expect(up({ kind: "only", networks: ["10.0.0.0/8"] })).toBe("Office (only 10.0.0.0/8) on");
  expect(withoutMarks(seenWords({ kind: "home_probe", answer: { kind: "not_asked" } }))).toBe("seen: nobody has asked yet");
  expect(sourceWords({ kind: "no_rules" })).toBe("there are no rules");
});

test("no message of the page repeats one of the rules", () => {
  const text = readFileSync(join(import.meta.dirname, "../../core/words/messages/en.ftl"), "utf8");
  const messages = [...text.matchAll(/^([a-z0-9-]+) = (.+)$/gm)].map(([, id = "", value = ""]) => ({ id, value }));
  const rules = new Set(messages.filter(({ id }) => id.startsWith("rules-")).map(({ value }) => value));
  expect(messages.filter(({ id, value }) => /^ui-(rules?|seen|verdict)-/.test(id) && rules.has(value))).toEqual([]);
});

test("a condition in an Arabic sentence runs from right to left, though its parts are isolated", async () => {
  await use("ar");
  const words = conditionsWords(USUAL.rules[0]!);
  await use("en");
  // Of an isolated phrase whose letters are all in further isolates, the mark is the only one with a direction.
  expect(words).toContain("\u2068\u200f\u2068");
  expect(conditionsWords(USUAL.rules[0]!)).not.toContain("\u200f");
});

test("backticks of the catalogue mark what is typed, and those of a name stay", () => {
  expect(betweenBackticks("be in the group `adit-operators`")).toEqual(["be in the group ", "adit-operators", ""]);
  expect(betweenBackticks("unknown key `\u2068Adress\u2069`")).toEqual(["unknown key ", "\u2068Adress\u2069", ""]);
  expect(betweenBackticks("\u2068a`b`c\u2069 is gone")).toEqual(["\u2068a`b`c\u2069 is gone"]);
  expect(betweenBackticks("a lone ` is text")).toEqual(["a lone ` is text"]);
});
