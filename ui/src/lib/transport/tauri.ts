// The way to the service from the app's window: one command, `rpc`, and one event, `adit`.
import type { ApiError, TunnelId } from "../api/generated.ts";
import { type Away, type Failure, type Question, Refused, type Reply, type Signal, type Transport, Unreachable } from "./transport.ts";

/** What the command fails with. */
type CommandError = { kind: "refused"; error: ApiError } | ({ kind: "unreachable" } & Away);

/** Whether the page is in the app's window. */
export function isInTauri(): boolean {
  return "__TAURI_INTERNALS__" in globalThis;
}

/** The app's own connection to the service. */
export async function tauri(): Promise<Transport> {
  const [{ invoke }, { listen }] = await Promise.all([import("@tauri-apps/api/core"), import("@tauri-apps/api/event")]);
  return {
    async call(request: Question): Promise<Reply> {
      try {
        return await invoke<Reply>("rpc", { request });
      } catch (thrown) {
        throw understood(thrown);
      }
    },
    listen(sink: (signal: Signal) => void): () => void {
      const listening = listen<Signal>("adit", ({ payload }) => sink(payload));
      return () => void listening.then((stop) => stop());
    },
  };
}

/** Calls `sink` whenever files were opened with the app or dropped on it, which then wait for the page, and once at the beginning for
 *  those that wait already. Returns what stops that. */
export function receiveOpened(sink: () => void): () => void {
  let isOver = false;
  const listening = import("@tauri-apps/api/event").then(async ({ listen }) => {
    const stop = await listen("open", sink);
    if (!isOver) sink();
    return stop;
  });
  return () => {
    isOver = true;
    void listening.then((stop) => stop());
  };
}

/** Why a link was not opened. */
export type RefusedLink = "too_long" | "parameters" | "name" | "unknown";

/** What the tray or a link asks the page to show. */
export type Place =
  | { kind: "about" }
  | { kind: "import" }
  | { kind: "tunnel"; id: TunnelId; turn_on: boolean }
  | { kind: "not_done"; id: TunnelId; why: CommandError }
  | { kind: "named"; name: string }
  | { kind: "refused_link"; why: RefusedLink };

/** Receives what the tray or a link asks for. Returns what stops that. */
export function receivePlaces(sink: (place: Place) => void): () => void {
  const listening = import("@tauri-apps/api/event").then(async ({ emit, listen }) => {
    const stop = await listen<Place>("go", ({ payload }) => sink(payload));
    await emit("places");
    return stop;
  });
  return () => void listening.then((stop) => stop());
}

/** What an error of the program around the page says. */
export function understood(thrown: unknown): Failure {
  const error = thrown as CommandError;
  if (error?.kind === "refused") return new Refused(error.error);
  if (error?.kind === "unreachable") return new Unreachable(error);
  return new Unreachable(String(thrown));
}
