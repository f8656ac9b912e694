import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState, StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { describe, expect, test } from "vitest";
import { completer } from "../src/lib/editor/complete.ts";
import { EditedText } from "../src/lib/editor/edited.svelte.ts";
import { networksIn, PRIVATE, readAllowed, type Subtract } from "../src/lib/model/allowed.ts";
import { hasValues, withoutSection, withPeer, withValue } from "../src/lib/model/form.ts";
import { isMasked, newPresharedKey } from "../src/lib/model/preshared.ts";
import { outline } from "./world/local.ts";
import { subtract } from "./world/networks.ts";
import { CONFIG, MASKED } from "./world/texts.ts";

describe("the completion", () => {
  const proposed = async (text: string) => {
    const context = new CompletionContext(EditorState.create({ doc: text }), text.length, false);
    const found = await completer(async (config) => outline(config))(context);
    return found?.options.map(({ label }) => label) ?? [];
  };

  test("proposes a further endpoint in the comments of a peer, and nowhere else", async () => {
    const peer = `${CONFIG}\n[Peer]\n`;
    expect(await proposed(`${peer}# ad`)).toEqual(["# adit:Endpoint"]);
    expect(await proposed(`${peer}#`)).toEqual([]);
    expect(await proposed("[Interface]\n# ad")).toEqual([]);
  });
});

describe("the history of a text", () => {
  const of = (text: string) => new EditedText(text, async (config) => outline(config));

  test("takes steps back one by one, and again", () => {
    const edited = of("a\n");
    expect([edited.canUndo, edited.canRedo]).toEqual([false, false]);
    edited.replace("a\nb\n");
    edited.replace("a\nb\nc\n");
    edited.undo();
    expect(edited.text).toBe("a\nb\n");
    edited.undo();
    expect([edited.text, edited.canUndo, edited.canRedo]).toEqual(["a\n", false, true]);
    edited.redo();
    edited.redo();
    expect([edited.text, edited.canUndo, edited.canRedo]).toEqual(["a\nb\nc\n", true, false]);
  });

  test("is the same with an editor, after it, and with another one", () => {
    const edited = of("MTU = 1\n");
    const root = () => document.createElement("div").attachShadow({ mode: "open" });
    const first = root();
    const end = edited.mount(first);
    edited.replace("MTU = 12\n");
    expect(first.querySelector(".cm-line")?.textContent).toBe("MTU = 12");
    end();
    edited.replace("MTU = 123\n");
    const second = root();
    edited.mount(second);
    expect(second.querySelector(".cm-line")?.textContent).toBe("MTU = 123");
    edited.undo();
    edited.undo();
    expect(second.querySelector(".cm-line")?.textContent).toBe("MTU = 1");
  });

  test("keeps what a form changed after the editor, whatever the editor's extensions still do", () => {
    const edited = of("MTU = 1\n");
    const root = document.createElement("div").attachShadow({ mode: "open" });
    const end = edited.mount(root);
    const view = EditorView.findFromDOM(root.querySelector<HTMLElement>(".cm-editor")!)!;
    end();
    edited.replace("MTU = 12\n");
    // Completion does this 10 ms after the focus has left.
    view.dispatch({ effects: StateEffect.define<null>().of(null) });
    expect([edited.text, edited.canUndo]).toEqual(["MTU = 12\n", true]);
  });

  test("a step that changes nothing is none", () => {
    const edited = of("a\n");
    edited.replace("a\n");
    expect(edited.canUndo).toBe(false);
  });

  test("a step replaces what differs alone, wherever that is", () => {
    for (const [before, after] of [["", "a"], ["a", ""], ["aaa", "aa"], ["abcabc", "abc"], ["xay", "xby"], ["ab", "ba"]] as const) {
      const edited = of(before);
      edited.replace(after);
      expect(edited.text).toBe(after);
      edited.undo();
      expect(edited.text).toBe(before);
    }
  });
});

describe("networks of a peer", () => {
  const calculate: Subtract = async (include, exclude) => subtract(include, exclude);
  const read = (value: string) => readAllowed(networksIn(value), calculate);

  test("are read as the choice that they are", async () => {
    expect((await read("0.0.0.0/0, ::/0")).choice).toBe("everything");
    expect((await read("0.0.0.0/1,128.0.0.0/1 ::/1,8000::/1")).choice).toBe("everything");
    expect((await read(PRIVATE.toReversed().join(", "))).choice).toBe("private");
    expect((await read("10.0.0.0/8")).choice).toBe("custom");
    expect((await read("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16")).choice).toBe("custom");
    expect((await read("")).choice).toBe("custom");
    expect(await read("0.0.0.0/0")).toEqual({ choice: "except", excluded: ["::/0"] });
  });

  test("everything except some says which", async () => {
    for (const excluded of [["192.168.1.0/24"], PRIVATE, ["10.0.0.0/8", "fd00::/8"]]) {
      const networks = subtract(["0.0.0.0/0", "::/0"], excluded);
      expect(await readAllowed(networks, calculate)).toEqual({ choice: "except", excluded });
    }
  });

  test("that are not valid are an error of the calculator", async () => {
    await expect(readAllowed(["nonsense"], () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
  });
});

describe("peers of a form", () => {
  const sections = (text: string) => outline(text).sections;

  test("are added at the end, whatever the text ends with", () => {
    for (const text of ["[Interface]\n", "[Interface]", "[Interface]\n\n"]) {
      expect(withPeer(text)).toBe("[Interface]\n\n[Peer]\nPublicKey = \nEndpoint = \nAllowedIPs = \n");
    }
    expect(sections(withPeer(CONFIG)).map(({ kind }) => kind)).toEqual(["interface", "peer", "peer"]);
  });

  test("go with their name, and nothing else goes with them", () => {
    const more = `${CONFIG}\n# Data centre\n[Peer]\nPublicKey = x\n`;
    const [, first, second] = sections(more);
    expect(withoutSection(more, second!)).toBe(CONFIG);
    const rest = withoutSection(more, first!);
    expect(rest).not.toContain("gateway.example.com");
    expect(rest).toContain("# Laptop of Zoë\n");
    expect(rest).toContain("DNS = 10.8.0.1, corp.example\n\n# Data centre\n[Peer]\n");
  });

  test("keep a comment that is about something else", () => {
    const text = "[Interface]\n# keep me\n[Peer]\nPublicKey = x\n";
    const [, peer] = sections(text);
    expect(withoutSection(text, { ...peer!, name: null })).toBe("[Interface]\n# keep me\n");
  });

  test("have values or not", () => {
    const [, empty] = sections(withPeer("[Interface]\n"));
    expect(hasValues(empty!)).toBe(false);
    expect(hasValues(sections(CONFIG)[1]!)).toBe(true);
  });

  test("get a preshared key of their own", () => {
    const [, peer] = sections(MASKED);
    const [one, other] = [newPresharedKey(), newPresharedKey()];
    expect(one).toMatch(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);
    expect(one).not.toBe(other);
    const changed = withValue(MASKED, peer!, "PresharedKey", one);
    expect(changed).toContain(`PresharedKey = ${one}\n`);
    expect([isMasked("(unchanged...)"), isMasked(one)]).toEqual([true, false]);
  });
});
