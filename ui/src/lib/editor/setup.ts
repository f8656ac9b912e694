// Assembles the editor. It does not parse the configuration: colours, sections and diagnostics come from the core.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, StateEffect, StateField, type TransactionSpec } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import type { Diagnostic, Span } from "../api/generated.ts";
import { problemAdvice, problemSentence } from "../words/finding.ts";
import { sentence } from "../words/text.ts";
import { positions } from "./bytes.ts";
import { completer } from "./complete.ts";
import type { Outliner } from "./edited.svelte.ts";
import { help } from "./help.ts";
import { VALUES } from "./keywords.ts";
import { phrases } from "./phrases.ts";
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

/** The change that draws the core's spans of a text. */
export function painted(text: string, spans: Span[]): StateEffect<unknown> {
  const at = positions(text);
  const ranges = spans
    .filter((span) => span.end > span.start && !PLAIN.has(span.class))
    .map((span) => Decoration.mark({ class: `cm-${span.class}` }).range(at(span.start), at(span.end)));
  return colours.of(Decoration.set(ranges, true));
}

/** The change that underlines the core's findings about the text. */
export function marks(state: EditorState, found: Diagnostic[]): TransactionSpec {
  const text = state.doc.toString();
  const at = positions(text);
  const underlined = found.map((one): Mark => {
    const from = Math.min(at(one.start), text.length);
    return {
      from,
      to: Math.min(Math.max(at(one.end), from), text.length),
      severity: one.severity === "note" ? "info" : one.severity,
      message: [problemSentence(one), problemAdvice(one)].filter((part) => part !== null).map(sentence).join(" "),
    };
  });
  return setDiagnostics(state, underlined);
}

/** The change that shows private and preshared keys as dots, or as they are. */
export function hidden(hides: boolean): StateEffect<unknown> {
  return classes.reconfigure(hides ? EditorView.editorAttributes.of({ class: "hides" }) : []);
}

/** The place of a finding. */
export function selectionAt(state: EditorState, found: Diagnostic): { anchor: number } {
  return { anchor: Math.min(positions(state.doc.toString())(found.start), state.doc.length) };
}

/** Of the search, what fits one cursor: find, find again, replace. */
const SEARCH_KEYS = new Set(["Mod-f", "F3", "Mod-g", "Escape"]);

/** All of the editor, but for its text. */
export function extensions(outline: Outliner, label: string): Extension[] {
  return [
    lineNumbers(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(false),
    EditorState.phrases.of(phrases()),
    search({ top: true }),
    // A key whose value is one of a few words is followed by these.
    autocompletion({ override: [completer(outline)], icons: false, activateOnCompletion: ({ label }) => label in VALUES }),
    hoverTooltip(help),
    coloured,
    classes.of([]),
    THEME,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocorrect: "off", autocapitalize: "off", dir: "ltr" }),
    // Tab moves the focus on, as everywhere else in the window.
    keymap.of([...completionKeymap, ...searchKeymap.filter(({ key }) => SEARCH_KEYS.has(key ?? "")), ...defaultKeymap, ...historyKeymap]),
  ];
}
