// A configuration while it is edited. Its text and its history outlive the views, so that the editor, the form and the way back to
// the page share one history.
import { isolateHistory, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import { EditorState, type StateCommand, type StateEffect, type Transaction, type TransactionSpec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { ConfigOutline, Diagnostic, Span } from "../api/generated.ts";
import { say } from "../words/catalogue.svelte.ts";
import { extensions, hidden, marks, painted, selectionAt } from "./setup.ts";

/** Asks the core for the parts of a text. */
export type Outliner = (text: string) => Promise<ConfigOutline>;

/** A text with its history. */
export class EditedText {
  text = $state("");
  canUndo = $state(false);
  canRedo = $state(false);
  #state: EditorState;
  #view: EditorView | null = null;

  /** `label`: what screen readers call the text; the configuration if there is none. */
  constructor(text: string, outline: Outliner, label = say("ui-configuration")) {
    this.#state = EditorState.create({ doc: text, extensions: extensions(outline, label) });
    this.#tell();
  }

  /** Makes `text` the text, as a step of its own in the history. */
  replace(text: string): void {
    const before = this.#state.doc.toString();
    if (before === text) return;
    const [from, to] = difference(before, text);
    this.#dispatch({
      changes: { from, to, insert: text.slice(from, text.length - (before.length - to)) },
      annotations: isolateHistory.of("full"),
      userEvent: "input.form",
    });
  }

  undo(): void {
    this.#run(undo);
  }

  redo(): void {
    this.#run(redo);
  }

  /** Shows the text in an editor in `root`. Returns what ends that. */
  mount(root: ShadowRoot): () => void {
    const view = new EditorView({
      root,
      parent: root,
      state: this.#state,
      dispatchTransactions: (transactions, view) => {
        // An extension may still change a view that is gone, as completion does after the focus has left it.
        if (this.#view !== view) return;
        view.update(transactions);
        this.#keep(view.state);
      },
    });
    this.#view = view;
    return () => {
      view.destroy();
      if (this.#view === view) this.#view = null;
    };
  }

  /** Underlines the core's findings about the text. */
  mark(found: Diagnostic[]): void {
    this.#dispatch(marks(this.#state, found));
  }

  /** Draws the core's spans of `text`; nothing where the user has typed on meanwhile. */
  colour(text: string, spans: Span[]): void {
    if (this.#state.doc.toString() === text) this.#effect(painted(text, spans));
  }

  /** Shows private and preshared keys as dots. */
  hideKeys(hides: boolean): void {
    this.#effect(hidden(hides));
  }

  /** Puts the cursor where a finding is. */
  pick(found: Diagnostic): void {
    this.#dispatch({ selection: selectionAt(this.#state, found), scrollIntoView: true });
    this.#view?.focus();
  }

  #run(command: StateCommand): void {
    command({ state: this.#state, dispatch: (transaction) => this.#apply(transaction) });
  }

  #effect(effects: StateEffect<unknown>): void {
    this.#dispatch({ effects });
  }

  #dispatch(spec: TransactionSpec): void {
    this.#apply(this.#state.update(spec));
  }

  #apply(transaction: Transaction): void {
    if (this.#view) this.#view.dispatch(transaction);
    else this.#keep(transaction.state);
  }

  #keep(state: EditorState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    this.text = this.#state.doc.toString();
    [this.canUndo, this.canRedo] = [undoDepth(this.#state) > 0, redoDepth(this.#state) > 0];
  }
}

/** The range of `before` that differs from `after`: what is equal at both ends is left out. */
function difference(before: string, after: string): [from: number, to: number] {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < shorter - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return [from, before.length - same];
}
