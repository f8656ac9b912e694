// Ways to a service that is in the test itself: one that answers with the golden files of the contract, one with an invented computer.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../src/lib/state/context.ts";
import type { Notice } from "../src/lib/api/generated.ts";
import { Actions } from "../src/lib/state/actions.svelte.ts";
import { Imports } from "../src/lib/state/imports.svelte.ts";
import { Log } from "../src/lib/state/log.svelte.ts";
import { Rules } from "../src/lib/state/rules.svelte.ts";
import { Service } from "../src/lib/state/service.svelte.ts";
import { type Away, type Question, Refused, type Reply, type Signal, type Transport, Unreachable } from "../src/lib/transport/transport.ts";
import { No } from "./world/no.ts";
import type { World } from "./world/world.ts";

const GOLDEN = join(import.meta.dirname, "../../core/api/tests/golden");

/** A golden file of the contract: real samples of what goes over the wire. */
export function golden<T>(name: "events" | "requests" | "responses" | "local_responses"): T {
  return JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), "utf8")) as T;
}

/** A way whose other end is in the hands of a test. */
export class TestTransport implements Transport {
  sinks = new Set<(signal: Signal) => void>();
  asked: Question[] = [];
  answered: Reply[] = [];
  isThere = true;
  /** Why it is not there. */
  away: Away | null = null;
  readonly #answer: (request: Question) => Reply;

  constructor(answer: (request: Question) => Reply) {
    this.#answer = answer;
  }

  async call(request: Question): Promise<Reply> {
    this.asked.push(request);
    if (!this.isThere) throw new Unreachable(this.away);
    await Promise.resolve();
    try {
      const reply = structuredClone(this.#answer(JSON.parse(JSON.stringify(request)) as Question));
      this.answered.push(structuredClone(reply));
      return reply;
    } catch (thrown) {
      throw thrown instanceof No ? new Refused(thrown.error) : thrown;
    }
  }

  listen(sink: (signal: Signal) => void): () => void {
    this.sinks.add(sink);
    return () => this.sinks.delete(sink);
  }

  signal(signal: Signal): void {
    this.sinks.forEach((sink) => sink(signal));
  }

  notice(notice: Notice): void {
    this.signal({ kind: "notice", notice });
  }
}

/** Holds the answers to a method back. Each call of what is returned delivers one: the first, or that at a place. */
export function hold(transport: TestTransport, method: Question["method"]): (place?: number) => Promise<void> {
  const usual = transport.call.bind(transport);
  const waiting: (() => void)[] = [];
  transport.call = async (request) => {
    const reply = usual(request);
    if (request.method === method) await new Promise<void>((deliver) => waiting.push(deliver));
    return reply;
  };
  return (place = 0) => {
    waiting.splice(place, 1).forEach((deliver) => deliver());
    return settled();
  };
}

/** Answers each method with its first golden response. */
export function goldenTransport(): TestTransport {
  const responses = [...golden<Reply[]>("responses"), ...golden<Reply[]>("local_responses")];
  return new TestTransport((request) => {
    const found = responses.find((response) => response.method === request.method);
    // The golden pages say that more follow; here there is one.
    const params = request.params as { after?: string | null };
    if (request.method === "tunnels" && params.after) return { method: "tunnels", result: { tunnels: [], more: false } };
    if (!found) throw new No({ code: "bad_request", detail: request.method });
    return found;
  });
}

/** A way to an invented computer, with its events. */
export function worldTransport(world: World): TestTransport {
  const transport = new TestTransport((request) => world.answer(request));
  world.listeners.add((notice) => transport.notice(notice));
  return transport;
}

/** Everything that components ask for. */
export function appOf(transport: Transport): App {
  const service = new Service(transport);
  return { service, actions: new Actions(service), log: new Log(service), imports: new Imports(service), rules: new Rules(service) };
}

/** Until everything that was begun and waits for nothing else is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve));
}
