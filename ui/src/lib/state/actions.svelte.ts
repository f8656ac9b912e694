// Actions on tunnels. A failed action shows its error at the tunnel; an action that needs an answer asks a question.
import { SvelteMap } from "svelte/reactivity";
import type { Conflict, KillSwitch, Method, Params, TunnelId, TunnelView } from "../api/generated.ts";
import { failure, Refused, type Failure } from "../transport/transport.ts";
import { isWanted } from "../model/status.ts";
import type { Service } from "./service.svelte.ts";

/** Something that only the user can answer. */
export type Question =
  | { kind: "conflict"; tunnel: TunnelId; conflicts: Conflict[]; key: string | null }
  | { kind: "key"; tunnel: TunnelId; isWrong: boolean }
  | { kind: "hooks"; tunnel: TunnelId }
  | { kind: "remove"; tunnel: TunnelId }
  | { kind: "rename"; tunnel: TunnelId }
  | { kind: "lockdown"; tunnel: TunnelId; allowLan: boolean };

/** The methods that take a tunnel and nothing else. */
type Plain = "disconnect" | "restart" | "reload" | "resume";

/** Everything that people do with tunnels. */
export class Actions {
  /** What is asked at this moment. */
  question = $state.raw<Question | null>(null);
  /** Tunnels that something is being done with. */
  readonly busy = new SvelteMap<TunnelId, true>();
  /** Why the last thing that somebody did with a tunnel was not done. */
  readonly failures = new SvelteMap<TunnelId, Failure>();
  /** What was done, for screen readers and for a moment on the screen. */
  notice = $state.raw<string | null>(null);

  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Turns a tunnel on or off. */
  toggle(tunnel: TunnelView): Promise<boolean> {
    return isWanted(tunnel) ? this.plain("disconnect", tunnel.id) : this.connect(tunnel.id);
  }

  /** Turns a tunnel on, and asks where it has to. */
  connect(id: TunnelId, despiteConflicts = false, key: string | null = null): Promise<boolean> {
    const common = { id, despite_conflicts: despiteConflicts };
    return this.#attempt(id, async () => {
      try {
        if (key === null) await this.#service.call("connect", common);
        else await this.#service.call("connect_with_key", { ...common, key });
      } catch (thrown) {
        const question = thrown instanceof Refused ? this.#questionOf(id, thrown, key) : null;
        if (question === null) throw thrown;
        this.question = question;
      }
    });
  }

  /** Turns other tunnels off, and this one on. */
  async connectInstead(id: TunnelId, others: TunnelId[], key: string | null): Promise<void> {
    for (const other of others) if (!(await this.plain("disconnect", other))) return;
    await this.connect(id, false, key);
  }

  /** What takes a tunnel and nothing else. */
  plain(method: Plain, id: TunnelId): Promise<boolean> {
    return this.#attempt(id, () => this.#service.call(method, { id }));
  }

  pause(id: TunnelId, seconds: number | null): Promise<boolean> {
    return this.#attempt(id, () => this.#service.call("pause", { id, seconds }));
  }

  /** Sets the kill switch. */
  setKillSwitch(id: TunnelId, killSwitch: KillSwitch, allowLan: boolean): Promise<boolean> {
    return this.#attempt(id, () => this.#service.call("set_kill_switch", { id, kill_switch: killSwitch, allow_lan: allowLan }));
  }

  /** Anything else that is about one tunnel. */
  attempt<M extends Method>(id: TunnelId, method: M, params: Params<M>): Promise<boolean> {
    return this.#attempt(id, () => this.#service.call(method, params));
  }

  /** Says for a moment what was done. */
  tell(text: string): void {
    this.notice = text;
  }

  async #attempt(id: TunnelId, action: () => Promise<unknown>): Promise<boolean> {
    if (this.busy.has(id)) return false;
    this.busy.set(id, true);
    this.failures.delete(id);
    try {
      await action();
      return true;
    } catch (thrown) {
      this.failures.set(id, failure(thrown));
      return false;
    } finally {
      this.busy.delete(id);
    }
  }

  #questionOf(tunnel: TunnelId, { error }: Refused, key: string | null): Question | null {
    switch (error.code) {
      case "conflict":
        return { kind: "conflict", tunnel, conflicts: error.conflicts, key };
      case "needs_key":
        return { kind: "key", tunnel, isWrong: false };
      case "wrong_key":
        return { kind: "key", tunnel, isWrong: true };
      case "hooks_not_approved":
      case "hooks_changed":
        return { kind: "hooks", tunnel };
      default:
        return null;
    }
  }
}
