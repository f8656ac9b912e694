// The log of the service: what it remembers, and what it adds.
import type { LogLevel, LogLine } from "../api/generated.ts";
import { failure, type Failure } from "../transport/transport.ts";
import type { Service } from "./service.svelte.ts";

/** Lines that are kept here. */
export const MOST = 5000;
const PAGE = 1000;
const LEVELS: LogLevel[] = ["error", "warn", "info", "debug"];

/** The log as far as it was read. */
export class Log {
  lines = $state.raw<LogLine[]>([]);
  /** Why it could not be read; null where it could. */
  error = $state.raw<Failure | null>(null);
  isLoaded = $state.raw(false);
  #last = 0;
  #isLoading = false;
  /** Lines that came by event while older ones were on their way. */
  #meanwhile: LogLine[] = [];
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
    service.onEvent((event) => {
      if (event.kind !== "log") return;
      if (this.#isLoading) this.#meanwhile.push(event.line);
      else if (this.isLoaded) this.#add([event.line]);
    });
  }

  /** Reads what is not read yet. */
  async load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      for (;;) {
        const { lines, last } = await this.#service.call("logs", { after: this.#last, level: "debug", limit: PAGE });
        this.#add(lines);
        this.#last = Math.max(this.#last, last);
        if (lines.length < PAGE) break;
      }
      this.#add(this.#meanwhile);
      this.error = null;
      this.isLoaded = true;
    } catch (thrown) {
      this.error = failure(thrown);
    } finally {
      this.#isLoading = false;
      this.#meanwhile = [];
    }
  }

  #add(lines: LogLine[]): void {
    const newer = lines.filter((line) => line.number > this.#last);
    if (newer.length === 0) return;
    this.lines = [...this.lines, ...newer].slice(-MOST);
    this.#last = newer.at(-1)?.number ?? this.#last;
  }
}

/** Whether a line matters at least as much as `least`. */
export function matters(line: LogLine, least: LogLevel): boolean {
  return LEVELS.indexOf(line.level) <= LEVELS.indexOf(least);
}
