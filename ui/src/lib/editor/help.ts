// Help for the key under the pointer.
import type { EditorView, Tooltip } from "@codemirror/view";
import { say } from "../words/catalogue.svelte.ts";
import { capital } from "../words/text.ts";
import { helpOf } from "./keywords.ts";

/** What is shown at a place of the text; null where there is no key. */
export function help(view: EditorView, at: number): Tooltip | null {
  const word = view.state.wordAt(at);
  const id = word && helpOf(view.state.sliceDoc(word.from, word.to));
  if (!word || !id) return null;
  return {
    pos: word.from,
    end: word.to,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "cm-help";
      dom.textContent = capital(say(id));
      return { dom };
    },
  };
}
