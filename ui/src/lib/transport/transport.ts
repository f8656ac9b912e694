// The way to the service: requests there, events back. The page knows nothing else of the world outside.
import type {
  Answer,
  ApiError,
  DesktopRequest,
  DesktopResponse,
  LocalRequest,
  LocalResponse,
  Method,
  Notice,
  Params,
  Request,
  Response,
} from "../api/generated.ts";

/** What the way to the service tells by itself. */
export type Signal =
  /** The service is there, and all notices behind `sequence` will come. null: that is not known; the first one that comes counts. */
  | { kind: "connected"; sequence: number | null }
  /** The service cannot be reached. Whoever implements [`Transport`] tries again, and says `connected` when it is there. A connection
   *  that has just ended has no cause yet; an attempt to connect that fails has one. */
  | ({ kind: "lost" } & Away)
  | { kind: "notice"; notice: Notice };

/** What the page may ask: the service answers a `Request`, the program around the page a `LocalRequest` or `DesktopRequest`. */
export type Question = Request | LocalRequest | DesktopRequest;

/** What answers it. */
export type Reply = Response | LocalResponse | DesktopResponse;

/** A way to the service. */
export interface Transport {
  /** Fails with [`Refused`] where the service said no, and with [`Unreachable`] where there was nobody to ask. */
  call(request: Question): Promise<Reply>;
  /** From now on signals go to `sink`, until the function that is returned is called. */
  listen(sink: (signal: Signal) => void): () => void;
}

/** The service said no. */
export class Refused extends Error {
  override name = "Refused";
  constructor(readonly error: ApiError) {
    super(error.code);
  }
}

/** Why the service cannot be reached: `AwayCause` of core/bridge. */
export type AwayCause = "not_running" | "not_permitted" | "service_older" | "service_newer" | "stranger" | "no_answer";

/** What starts services on this system: `Manager` of core/bridge. */
export type Manager = "systemd" | "open_rc" | "runit";

/** What the program around the page says of a service that it cannot reach. */
export interface Away {
  /** What the system said, in English; null where it said nothing. */
  why: string | null;
  /** Missing where it is not known. */
  cause?: AwayCause;
  /** null: none that Adit ships files for. */
  manager?: Manager | null;
}

/** Nobody answered. */
export class Unreachable extends Error {
  override name = "Unreachable";
  readonly away: Away;

  constructor(away: Away | string | null = null) {
    const known = typeof away === "string" || away === null ? { why: away } : away;
    super(known.why ?? "the service cannot be reached");
    this.away = known;
  }

  /** What the system said, in English; null where it said nothing. */
  get why(): string | null {
    return this.away.why;
  }
}

/** Why something was not done. */
export type Failure = Refused | Unreachable;

/** Asks for something by name. */
export async function rpc<M extends Method>(transport: Transport, method: M, params: Params<M>): Promise<Answer<M>> {
  const response = await transport.call({ method, params } as Question);
  if (response.method !== method) throw new Unreachable(`the answer to ${method} was one to ${response.method}`);
  return response.result as Answer<M>;
}

/** What went wrong, whatever was thrown. */
export function failure(thrown: unknown): Failure {
  if (thrown instanceof Refused || thrown instanceof Unreachable) return thrown;
  return new Unreachable(thrown instanceof Error ? thrown.message : String(thrown));
}
