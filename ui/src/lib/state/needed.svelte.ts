// Which methods beyond the contract the service has: found out by calling each once with something harmless.
import { SvelteMap } from "svelte/reactivity";
import type { NeededMethod, NeededMethods } from "../api/needed.ts";
import type { Request } from "../api/generated.ts";
import { Refused, type Transport } from "../transport/transport.ts";

const NO_ID = "00000000000000000000000000000000";

/** Questions that change nothing. */
const PROBES: { [M in NeededMethod]: NeededMethods[M]["params"] } = {
  outline: { config: "" },
  read_import: { files: [] },
  // Not a tunnel: refused as invalid by a service that has the method.
  create: { name: "-", interface: "-", config: "" },
  export_qr: { id: NO_ID },
  allowed_ips: { include: [], exclude: [] },
  drops: { id: NO_ID },
};

/** The methods beyond the contract. */
export class Needed {
  readonly #known = new SvelteMap<NeededMethod, boolean>();
  readonly #asking = new Map<NeededMethod, Promise<boolean>>();
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether the service has a method; false until that is known. */
  has(method: NeededMethod): boolean {
    const known = this.#known.get(method);
    if (known === undefined) void this.find(method);
    return known ?? false;
  }

  /** Finds out whether the service has a method. */
  async find(method: NeededMethod): Promise<boolean> {
    const known = this.#known.get(method);
    if (known !== undefined) return known;
    const asking = this.#asking.get(method) ?? this.#probe(method);
    this.#asking.set(method, asking);
    return asking.finally(() => this.#asking.delete(method));
  }

  /** Calls a method. */
  async call<M extends NeededMethod>(method: M, params: NeededMethods[M]["params"]): Promise<NeededMethods[M]["result"]> {
    const response: unknown = await this.#transport.call({ method, params } as unknown as Request);
    return (response as { result: NeededMethods[M]["result"] }).result;
  }

  async #probe(method: NeededMethod): Promise<boolean> {
    try {
      await this.call(method, PROBES[method]);
      this.#known.set(method, true);
      return true;
    } catch (thrown) {
      // Nobody answered: asked again later. Another refusal than `bad_request` comes from a service that has the method.
      if (!(thrown instanceof Refused)) return false;
      const has = thrown.error.code !== "bad_request";
      this.#known.set(method, has);
      return has;
    }
  }
}
