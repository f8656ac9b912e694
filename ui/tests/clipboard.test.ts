import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { copySecret } from "../src/lib/state/clipboard.ts";
import type { Service } from "../src/lib/state/service.svelte.ts";

/** What the program around the page was asked. */
let asked: unknown[] = [];
const service = { call: (...question: unknown[]) => Promise.resolve(asked.push(question)) } as unknown as Service;
/** What is in the clipboard. */
let content = "";
let mayRead = true;

beforeEach(() => {
  vi.useFakeTimers();
  [content, mayRead, asked] = ["", true, []];
  vi.stubGlobal("navigator", {
    clipboard: {
      writeText: (text: string) => Promise.resolve(void (content = text)),
      readText: () => (mayRead ? Promise.resolve(content) : Promise.reject(new DOMException("no"))),
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a secret is in the clipboard for sixty seconds", async () => {
  await copySecret(service, "secret");
  await vi.advanceTimersByTimeAsync(59_999);
  expect(content).toBe("secret");
  await vi.advanceTimersByTimeAsync(1);
  expect(content).toBe("");
});

test("what somebody else copied meanwhile stays", async () => {
  await copySecret(service, "secret");
  content = "something else";
  await vi.advanceTimersByTimeAsync(60_000);
  expect(content).toBe("something else");
});

test("a clipboard that may not be read is emptied all the same", async () => {
  await copySecret(service, "secret");
  mayRead = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(content).toBe("");
});

test("in the app the program around the page has the clipboard", async () => {
  vi.stubGlobal("__TAURI_INTERNALS__", {});
  await copySecret(service, "secret");
  expect(asked).toEqual([["copy_secret", { text: "secret" }]]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(content).toBe("");
});
