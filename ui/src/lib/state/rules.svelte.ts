// The on-demand rules: those that are stored, those that are edited, and what follows from either.
import type { FormProblem, Networks, RulesCheck, RulesDecision, RulesEdit, RulesView } from "../api/generated.ts";
import { failure, Refused, type Failure } from "../transport/transport.ts";
import type { Service } from "./service.svelte.ts";

/** The rules as a page edits them. */
export class Rules {
  /** Those that are stored; null: not known yet. */
  view = $state.raw<RulesView | null>(null);
  /** null: nobody knows; undefined: not asked yet. */
  networks = $state.raw<Networks | null | undefined>(undefined);
  /** The edited ones; null: nothing was edited. */
  edited = $state.raw<RulesCheck | null>(null);
  /** What the edited ones decide now; null: not known. */
  would = $state.raw<RulesDecision | null>(null);
  error = $state.raw<Failure | null>(null);
  isBusy = $state(false);
  /** The revision that was edited. */
  #revision = 0;
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

  /** Whether the stored rules are others than those that were edited. */
  get isOld(): boolean {
    return this.edited !== null && this.view !== null && this.view.revision !== this.#revision;
  }

  /** Asks for everything, now and whenever it changes. Returns what ends that. */
  follow(): () => void {
    void this.load();
    return this.#service.onEvent((event) => {
      if (event.kind === "rules_changed") void this.load();
    });
  }

  async load(): Promise<void> {
    try {
      [this.view, this.networks] = await Promise.all([this.#service.call("rules", {}), this.#service.call("networks", {})]);
      this.error = null;
      if (this.edited) await this.#test(this.edited);
    } catch (thrown) {
      this.error = failure(thrown);
    }
  }

  /** Edits the rules. Returns what is wrong with the values, or null where the edit was made or refused. */
  edit(edit: RulesEdit): Promise<FormProblem[] | null> {
    const done = this.#edits.then(() => this.#edit(edit));
    this.#edits = done.catch(() => undefined);
    return done;
  }

  async #edit(edit: RulesEdit): Promise<FormProblem[] | null> {
    try {
      const found = await this.#check(this.shown?.text ?? "", edit);
      if (found.form_problems.length > 0) return found.form_problems;
      await this.#take(found);
    } catch (thrown) {
      this.error = failure(thrown);
    }
    return null;
  }

  /** What would be wrong with an edit. Changes nothing. */
  async problems(edit: RulesEdit): Promise<FormProblem[]> {
    return (await this.#check(this.shown?.text ?? "", edit)).form_problems;
  }

  /** Makes this text the edited one. */
  async setText(text: string): Promise<void> {
    if (text === this.shown?.text) return;
    try {
      await this.#take(await this.#check(text, null));
    } catch (thrown) {
      this.error = failure(thrown);
    }
  }

  /** Forgets the edits. */
  discard(): void {
    [this.edited, this.would, this.error] = [null, null, null];
  }

  /** Saves the edited rules, which are carried out at once. Returns whether they were. */
  async save(): Promise<boolean> {
    if (this.edited === null) return false;
    this.isBusy = true;
    try {
      this.view = await this.#service.call("set_rules", { text: this.edited.text, expected_revision: this.#revision });
      this.discard();
      return true;
    } catch (thrown) {
      this.error = failure(thrown);
      if (this.error instanceof Refused && this.error.error.code === "changed") await this.#service.call("rules", {}).then((view) => (this.view = view), () => undefined);
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
      await this.load();
    } catch (thrown) {
      this.error = failure(thrown);
    } finally {
      this.isBusy = false;
    }
  }

  #check(text: string, edit: RulesEdit | null): Promise<RulesCheck> {
    return this.#service.call("check_rules", { text, edit });
  }

  async #take(found: RulesCheck): Promise<void> {
    if (this.edited === null) this.#revision = this.view?.revision ?? 0;
    this.error = null;
    if (found.text === this.view?.rules.text) return this.discard();
    this.edited = found;
    await this.#test(found);
  }

  async #test(found: RulesCheck): Promise<void> {
    const { text } = found;
    const hasErrors = found.diagnostics.some(({ severity }) => severity === "error");
    const would = hasErrors ? null : await this.#service.call("test_rules", { text, networks: this.networks ?? null });
    if (this.edited?.text === text) this.would = would;
  }
}
