// What the service says of a configuration while it is typed.
import type { ConfigCheck } from "../api/generated.ts";
import { failure, type Failure } from "../transport/transport.ts";

/** How long after the last key the text is checked, milliseconds. */
const PAUSE = 250;

/** The last check of a text. */
export class Checker {
  /** null: there was none yet. */
  check = $state.raw<ConfigCheck | null>(null);
  /** The text that the check is of. */
  checked = $state<string | null>(null);
  error = $state.raw<Failure | null>(null);
  #wanted: string | null = null;
  readonly #ask: (config: string) => Promise<ConfigCheck>;

  /** `ask` checks a text. */
  constructor(ask: (config: string) => Promise<ConfigCheck>) {
    this.#ask = ask;
  }

  /** Checks the text unless another one follows at once. Returns what cancels that. */
  later(text: string): () => void {
    const timer = setTimeout(() => void this.now(text), PAUSE);
    return () => clearTimeout(timer);
  }

  /** Checks the text. */
  async now(text: string): Promise<void> {
    this.#wanted = text;
    try {
      const found = await this.#ask(text);
      if (text === this.#wanted) [this.check, this.checked, this.error] = [found, text, null];
    } catch (thrown) {
      if (text === this.#wanted) this.error = failure(thrown);
    }
  }
}
