// The on-demand rules: those that are stored, those that are edited, and what follows from either.
import type { FormProblem, Networks, RuleConsequence, RuleForm, RulesCheck, RulesDecision, RulesEdit, RulesView } from "../api/generated.ts";
import { failure, Refused, type Failure } from "../transport/transport.ts";
import type { Service } from "./service.svelte.ts";

/** What came of an edit. Only one that is done has changed anything. */
export type EditResult =
  | { kind: "done" }
  /** The core does not take these values. */
  | { kind: "wrong"; problems: FormProblem[] }
  | { kind: "failed"; why: Failure }
  /** The rules became others meanwhile. */
  | { kind: "overtaken" };

/** A form that is open. */
export interface OpenForm {
  /** A rule by its index, a new one, or what holds everywhere else. */
  readonly what: number | "new" | "otherwise";
  /** The rules as they were when it was opened. */
  readonly of: RulesCheck;
  /** What was entered so far; missing: nothing. */
  rule?: RuleForm;
  then?: RuleConsequence | null;
}

/** The rules as the page edits them. They outlive it, so that a look at another page loses nothing. */
export class Rules {
  /** Those that are stored; null: not known yet. */
  view = $state.raw<RulesView | null>(null);
  /** null: nobody knows; undefined: not asked yet. */
  networks = $state.raw<Networks | null | undefined>(undefined);
  /** The edited ones; null: nothing was edited. */
  edited = $state.raw<RulesCheck | null>(null);
  /** A text that was typed and is not checked yet; null: there is none. */
  typed = $state<string | null>(null);
  /** What the edited ones decide now; null: not known. */
  would = $state.raw<RulesDecision | null>(null);
  form = $state.raw<OpenForm | null>(null);
  /** Why the stored rules are not known. */
  loadError = $state.raw<Failure | null>(null);
  saveError = $state.raw<Failure | null>(null);
  /** Why the typed text is not checked. */
  textError = $state.raw<Failure | null>(null);
  /** Why they were not paused or resumed. */
  pauseError = $state.raw<Failure | null>(null);
  isBusy = $state(false);
  /** The revision that was edited. */
  #revision = 0;
  /** The revision that was saved here last. */
  #saved = 0;
  /** Count changes, loads and tests: an answer to any but the last one is late. */
  #changes = 0;
  #loads = 0;
  #tests = 0;
  /** One edit after the other, each of the text that the one before it left. */
  #edits: Promise<unknown> = Promise.resolve();
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** The rules that are shown. */
  get shown(): RulesCheck | null {
    return this.edited ?? this.view?.rules ?? null;
  }

  /** Whether there is anything to save or to discard. */
  get isEdited(): boolean {
    return this.edited !== null || this.typed !== null;
  }

  /** Whether the stored rules are others than those that were edited. While they are saved, nobody knows yet. */
  get isOld(): boolean {
    if (!this.isEdited || this.isBusy || this.view === null) return false;
    return this.view.revision !== this.#revision || hasChanged(this.saveError);
  }

  /** Whether an open form is about other rules than those that are shown. */
  get isFormOld(): boolean {
    return this.form !== null && this.form.of.text !== this.shown?.text;
  }

  /** Asks for everything, now and whenever it changes. Returns what ends that. */
  follow(): () => void {
    void this.load();
    return this.#service.onEvent((event) => {
      if (event.kind === "rules_changed") void this.load();
    });
  }

  async load(): Promise<void> {
    const [number, saved] = [++this.#loads, this.#saved];
    try {
      const [view, networks] = await Promise.all([this.#service.call("rules", {}), this.#service.call("networks", {})]);
      if (number !== this.#loads) return;
      // One that was asked for before the rules were saved may be from before that.
      if (saved === this.#saved || view.revision >= this.#saved) this.view = view;
      [this.networks, this.loadError] = [networks, null];
      if (this.edited) await this.#test(this.edited);
    } catch (thrown) {
      if (number === this.#loads) this.loadError = failure(thrown);
    }
  }

  /** Edits the rules; `of` is the text that the edit is about, whose places it names. */
  edit(edit: RulesEdit, of = this.shown?.text ?? ""): Promise<EditResult> {
    const done = this.#edits.then(() => this.#edit(edit, of));
    this.#edits = done;
    return done;
  }

  async #edit(edit: RulesEdit, of: string): Promise<EditResult> {
    if (of !== (this.shown?.text ?? "") || this.typed !== null) return { kind: "overtaken" };
    const revision = this.edited === null ? (this.view?.revision ?? 0) : this.#revision;
    const number = ++this.#changes;
    try {
      const found = await this.#check(of, edit);
      if (number !== this.#changes) return { kind: "overtaken" };
      if (found.form_problems.length > 0) return { kind: "wrong", problems: found.form_problems };
      this.#revision = revision;
      this.#take(found);
      return { kind: "done" };
    } catch (thrown) {
      return { kind: "failed", why: failure(thrown) };
    }
  }

  /** What would be wrong with an edit of a text. Changes nothing. */
  async problems(edit: RulesEdit, of: string): Promise<FormProblem[]> {
    return (await this.#check(of, edit)).form_problems;
  }

  /** Makes this text the edited one, once it is checked. */
  type(text: string): void {
    if (text === (this.typed ?? this.shown?.text)) return;
    if (!this.isEdited) this.#revision = this.view?.revision ?? 0;
    // A check of what stood there before is late.
    this.#changes += 1;
    this.textError = null;
    this.typed = text === this.shown?.text ? null : text;
  }

  /** Checks the text that was typed. */
  async checkTyped(): Promise<void> {
    if (this.typed === null) return;
    const number = ++this.#changes;
    try {
      const found = await this.#check(this.typed, null);
      if (number !== this.#changes) return;
      [this.typed, this.textError] = [null, null];
      this.#take(found);
    } catch (thrown) {
      if (number === this.#changes) this.textError = failure(thrown);
    }
  }

  /** Forgets the edits. */
  discard(): void {
    this.#changes += 1;
    [this.edited, this.typed, this.would, this.saveError, this.textError] = [null, null, null, null, null];
  }

  /** Saves the edited rules, which are carried out at once. Returns whether they were. */
  async save(): Promise<boolean> {
    const { edited } = this;
    if (edited === null || this.isBusy) return false;
    const number = this.#changes;
    this.isBusy = true;
    try {
      const view = await this.#service.call("set_rules", { text: edited.text, expected_revision: this.#revision });
      [this.#saved, this.saveError] = [view.revision, null];
      if (this.view === null || view.revision >= this.view.revision) this.view = view;
      // Edits made during the saving belong to the saved rules.
      if (number === this.#changes) this.discard();
      else this.#revision = view.revision;
      return true;
    } catch (thrown) {
      this.saveError = failure(thrown);
      if (hasChanged(this.saveError)) await this.load();
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  /** Takes the tunnels of the rules down for so many seconds; null: until the network changes. */
  pause(seconds: number | null): Promise<void> {
    return this.#act(() => this.#service.call("pause_rules", { seconds }));
  }

  /** Lets the rules decide again. */
  resume(): Promise<void> {
    return this.#act(() => this.#service.call("resume_rules", {}));
  }

  async #act(act: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    try {
      await act();
      this.pauseError = null;
      await this.load();
    } catch (thrown) {
      this.pauseError = failure(thrown);
    } finally {
      this.isBusy = false;
    }
  }

  #check(text: string, edit: RulesEdit | null): Promise<RulesCheck> {
    return this.#service.call("check_rules", { text, edit });
  }

  #take(found: RulesCheck): void {
    if (found.text === this.view?.rules.text) return this.discard();
    [this.edited, this.saveError] = [found, null];
    void this.#test(found);
  }

  /** Without an answer it is not known what they decide. */
  async #test({ text, diagnostics }: RulesCheck): Promise<void> {
    const number = ++this.#tests;
    const hasErrors = diagnostics.some(({ severity }) => severity === "error");
    const would = hasErrors ? null : await this.#service.call("test_rules", { text, networks: this.networks ?? null }).catch(() => null);
    if (number === this.#tests && this.edited?.text === text) this.would = would;
  }
}

/** Whether something failed because somebody else changed the rules. */
function hasChanged(why: Failure | null): boolean {
  return why instanceof Refused && why.error.code === "changed";
}
