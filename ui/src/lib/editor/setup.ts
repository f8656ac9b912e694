// Assembles the editor. It does not parse the configuration: colours and diagnostics come from the core.
import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import type { Diagnostic, Span } from "../api/generated.ts";
import { say } from "../words/catalogue.svelte.ts";
import { problemAdvice, problemSentence } from "../words/finding.ts";
import { capital, sentence } from "../words/text.ts";
import { positions } from "./bytes.ts";
import { helpOf, KEYS } from "./keywords.ts";
import { THEME } from "./theme.ts";

const classes = new Compartment();
const PLAIN = new Set(["space", "line_end", "delimiter", "byte_order_mark"]);
const colours = StateEffect.define<DecorationSet>();

const coloured = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    const given = transaction.effects.find((effect) => effect.is(colours));
    return given ? given.value : value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** An editor in a shadow root. `onchange` gets every text that the user makes. */
export function makeEditor(root: ShadowRoot, text: string, label: string, onchange: (text: string) => void): EditorView {
  return new EditorView({
    root,
    parent: root,
    state: EditorState.create({ doc: text, extensions: extensions(label, onchange) }),
  });
}

/** Draws the core's spans of `text`; nothing where the user has typed on meanwhile. */
export function colour(view: EditorView, text: string, spans: Span[]): void {
  if (view.state.doc.toString() !== text) return;
  const at = positions(text);
  const marks = spans
    .filter((span) => span.end > span.start && !PLAIN.has(span.class))
    .map((span) => Decoration.mark({ class: `cm-${span.class}` }).range(at(span.start), at(span.end)));
  view.dispatch({ effects: colours.of(Decoration.set(marks, true)) });
}

/** Underlines the core's findings about the text. */
export function mark(view: EditorView, found: Diagnostic[]): void {
  const text = view.state.doc.toString();
  const at = positions(text);
  const marks = found.map((one): Mark => {
    const from = Math.min(at(one.start), text.length);
    return {
      from,
      to: Math.min(Math.max(at(one.end), from), text.length),
      severity: one.severity === "note" ? "info" : one.severity,
      message: [problemSentence(one), problemAdvice(one)].filter((part) => part !== null).map(sentence).join(" "),
    };
  });
  view.dispatch(setDiagnostics(view.state, marks));
}

/** Shows private and preshared keys as dots. */
export function hideKeys(view: EditorView, hides: boolean): void {
  view.dispatch({ effects: classes.reconfigure(hides ? EditorView.editorAttributes.of({ class: "hides" }) : []) });
}

/** Makes `text` the text, as one step that can be undone. */
export function replaceText(view: EditorView, text: string): void {
  if (view.state.doc.toString() === text) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

function extensions(label: string, onchange: (text: string) => void): Extension[] {
  return [
    lineNumbers(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(false),
    autocompletion({ override: [complete], icons: false }),
    hoverTooltip(help),
    coloured,
    classes.of([]),
    THEME,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocorrect: "off", autocapitalize: "off", dir: "ltr" }),
    // Tab moves the focus on, as everywhere else in the window.
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorView.updateListener.of((update) => update.docChanged && onchange(update.state.doc.toString())),
  ];
}

function complete(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/^\s*[A-Za-z]*/);
  if (!word || (word.text.trim() === "" && !context.explicit)) return null;
  const from = word.from + (word.text.length - word.text.trimStart().length);
  const options = [...KEYS.interface, ...KEYS.peer].map((key) => ({ label: key, apply: `${key} = `, info: say(`ui-help-${key.toLowerCase()}`) }));
  return { from, options: [...options, { label: "[Interface]", apply: "[Interface]\n" }, { label: "[Peer]", apply: "[Peer]\n" }] };
}

function help(view: EditorView, at: number) {
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
