// The traffic of each tunnel by the second, for the last five minutes.
import { SvelteMap } from "svelte/reactivity";
import type { Counters, History, Sample, TunnelId } from "../api/generated.ts";

/** Samples that are kept of a tunnel. */
export const KEPT = 300;

/** The last minutes of one tunnel. */
export interface Course {
  /** The oldest first. */
  samples: Sample[];
  /** Since the tunnel came up, as far as that is known. */
  total: Counters;
}

/** The courses of all tunnels. */
export class Traffic {
  readonly #courses = new SvelteMap<TunnelId, Course>();

  /** Of one tunnel; undefined before anything was heard of it. */
  of(id: TunnelId): Course | undefined {
    return this.#courses.get(id);
  }

  /** Begins with what the service remembers. Samples that came by event meanwhile and are newer stay. */
  begin(history: History): void {
    const last = history.samples.at(-1)?.at ?? 0;
    const newer = (this.#courses.get(history.id)?.samples ?? []).filter((sample) => sample.at > last);
    this.#courses.set(history.id, {
      samples: [...history.samples, ...newer].slice(-KEPT),
      total: newer.reduce(plus, history.total),
    });
  }

  /** A second has passed. */
  add(id: TunnelId, sample: Sample): void {
    const { samples, total } = this.#courses.get(id) ?? { samples: [], total: { received: 0, sent: 0 } };
    if (sample.at <= (samples.at(-1)?.at ?? 0)) return;
    this.#courses.set(id, { samples: [...samples.slice(-KEPT + 1), sample], total: plus(total, sample) });
  }

  /** The tunnel is down or gone. */
  forget(id: TunnelId): void {
    this.#courses.delete(id);
  }
}

function plus(total: Counters, sample: Sample): Counters {
  return { received: total.received + sample.received, sent: total.sent + sample.sent };
}
