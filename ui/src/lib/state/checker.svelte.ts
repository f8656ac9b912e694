// What the service says of a configuration while it is typed.
import type { ConfigCheck, TunnelId } from "../api/generated.ts";
import { failure, type Failure } from "../transport/transport.ts";
import type { Service } from "./service.svelte.ts";

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
  readonly #service: Service;
  readonly #id: TunnelId | null;

  /** `id`: the tunnel whose configuration it is; null for a new one. */
  constructor(service: Service, id: TunnelId | null) {
    [this.#service, this.#id] = [service, id];
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
      const found = await this.#service.call("check_config", { id: this.#id, config: text });
      if (text === this.#wanted) [this.check, this.checked, this.error] = [found, text, null];
    } catch (thrown) {
      if (text === this.#wanted) this.error = failure(thrown);
    }
  }
}
