// The state of the service and its tunnels: a snapshot that events keep up to date.
import { SvelteMap } from "svelte/reactivity";
import type { About, Answer, Event, Method, Notice, Params, TunnelId, TunnelView } from "../api/generated.ts";
import { type Away, failure, Refused, rpc, Unreachable, type Failure, type Signal, type Transport } from "../transport/transport.ts";
import { Traffic } from "./traffic.svelte.ts";

/** How long after a failure everything is asked again, milliseconds. A `connected` of the transport comes first as a rule. */
const RETRY = 2000;

/** Whether what is shown is true. */
export type Phase =
  | { kind: "connecting" }
  | { kind: "ready" }
  /** What is shown may be old. */
  | { kind: "away"; why: Failure };

/** Called with events that are of interest beyond the tunnels. */
export type Listener = (event: Event) => void;

/** The service as it is seen from here. */
export class Service {
  phase = $state.raw<Phase>({ kind: "connecting" });
  about = $state.raw<About | null>(null);
  /** Tunnels by id. A change of one concerns only those who look at it. */
  readonly tunnels = new SvelteMap<TunnelId, TunnelView>();
  /** Ids, sorted by name as people sort. */
  order = $state.raw<TunnelId[]>([]);
  readonly traffic = new Traffic();

  readonly #transport: Transport;
  readonly #listeners = new Set<Listener>();
  /** The sequence of the last event that is part of the state; null: not known. */
  #last: number | null = null;
  /** Events that came while the snapshot was on its way. */
  #waiting: Notice[] = [];
  /** Counts snapshots, so that an overtaken one is not used. */
  #round = 0;
  #isSyncing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #stop: () => void;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#stop = transport.listen((signal) => this.#hear(signal));
    void this.#sync();
  }

  /** Asks for something by name. */
  call<M extends Method>(method: M, params: Params<M>): Promise<Answer<M>> {
    return rpc(this.#transport, method, params);
  }

  /** Hands over every event, until the function that is returned is called. */
  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries again at once. */
  retry(): void {
    void this.#sync();
  }

  /** The name of a tunnel, where it is known. */
  readonly nameOf = (id: TunnelId): string | undefined => this.tunnels.get(id)?.name;

  /** Asks how a tunnel is: for what changes without an event, such as the counters of its peers. */
  async refresh(id: TunnelId): Promise<void> {
    const before = this.#last;
    const tunnel = await this.call("tunnel", { id });
    // An event that came meanwhile may be the newer one.
    if (before === this.#last && this.tunnels.has(id)) this.#put(tunnel);
  }

  /** Ends everything: for tests. */
  end(): void {
    this.#round += 1;
    clearTimeout(this.#timer);
    this.#stop();
  }

  #hear(signal: Signal): void {
    switch (signal.kind) {
      case "connected":
        this.#last = signal.sequence;
        this.#waiting = [];
        return void this.#sync();
      case "lost":
        return this.#hearLost(signal);
      case "notice":
        return this.#take(signal.notice);
    }
  }

  /** Told again with each attempt to connect; what is known of the cause stays until there is another. */
  #hearLost({ why, cause, manager }: Away): void {
    if (this.phase.kind === "away") {
      const known = this.phase.why instanceof Refused ? undefined : this.phase.why.away.cause;
      if (cause !== undefined && cause !== known) this.phase = { kind: "away", why: new Unreachable({ why, cause, manager }) };
      return;
    }
    this.#lose(new Unreachable(cause === undefined ? why : { why, cause, manager }));
    if (cause === undefined) void this.#learnCause();
  }

  /** A request that fails says more than a connection that ends. */
  async #learnCause(): Promise<void> {
    const round = this.#round;
    try {
      await this.call("about", {});
    } catch (thrown) {
      if (round === this.#round) this.phase = { kind: "away", why: failure(thrown) };
    }
  }

  #take(notice: Notice): void {
    if (this.#last !== null && notice.sequence <= this.#last) return;
    const isGap = this.#last !== null && notice.sequence > this.#last + 1;
    this.#last = notice.sequence;
    if (isGap) {
      // Nobody knows what was missed, so everything is asked anew; what follows is kept until then.
      this.#waiting = [notice];
      return void this.#sync();
    }
    if (this.#isSyncing) this.#waiting.push(notice);
    else this.#apply(notice.event);
  }

  async #sync(): Promise<void> {
    const round = ++this.#round;
    this.#isSyncing = true;
    clearTimeout(this.#timer);
    try {
      const about = await this.call("about", {});
      const tunnels = await this.#allTunnels();
      if (round !== this.#round) return;
      this.about = about;
      this.#replace(tunnels);
      this.phase = { kind: "ready" };
      this.#isSyncing = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      waiting.forEach((notice) => this.#apply(notice.event));
    } catch (thrown) {
      if (round === this.#round) this.#lose(failure(thrown));
    }
  }

  async #allTunnels(): Promise<TunnelView[]> {
    const all: TunnelView[] = [];
    for (;;) {
      const after = all.at(-1)?.name ?? null;
      const { tunnels, more } = await this.call("tunnels", { after });
      all.push(...tunnels);
      // A page that ends where the one before did would come for ever.
      if (!more || tunnels.length === 0 || tunnels.at(-1)?.name === after) return all;
    }
  }

  #lose(why: Failure): void {
    this.#round += 1;
    this.#isSyncing = false;
    this.phase = { kind: "away", why };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#sync(), why instanceof Refused ? RETRY * 5 : RETRY);
  }

  #apply(event: Event): void {
    switch (event.kind) {
      case "tunnel_added":
      case "tunnel_changed":
        this.#put(event.tunnel);
        break;
      case "tunnel_removed":
        this.#drop(event.id);
        break;
      case "traffic":
        this.traffic.add(event.id, event.sample);
        break;
      case "key_is_old":
      case "rules_changed":
      case "log":
        break;
    }
    this.#listeners.forEach((listener) => listener(event));
  }

  #put(tunnel: TunnelView): void {
    const before = this.tunnels.get(tunnel.id);
    if (before?.state.kind === "up" && tunnel.state.kind !== "up") this.traffic.forget(tunnel.id);
    this.tunnels.set(tunnel.id, tunnel);
    if (before?.name !== tunnel.name) this.#sort();
  }

  #drop(id: TunnelId): void {
    this.tunnels.delete(id);
    this.traffic.forget(id);
    this.order = this.order.filter((other) => other !== id);
  }

  #replace(tunnels: TunnelView[]): void {
    const ids = new Set(tunnels.map((tunnel) => tunnel.id));
    for (const id of [...this.tunnels.keys()]) if (!ids.has(id)) this.#drop(id);
    for (const tunnel of tunnels) this.tunnels.set(tunnel.id, tunnel);
    this.#sort();
  }

  #sort(): void {
    const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
    const tunnels = [...this.tunnels.values()].sort((a, b) => byName.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
    this.order = tunnels.map((tunnel) => tunnel.id);
  }
}
