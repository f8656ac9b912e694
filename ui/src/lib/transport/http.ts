// The way to the service from a browser: POST /rpc, and server-sent events from /events. For `--mock` and for tests.
import type { ApiError, Notice } from "../api/generated.ts";
import { type Away, type Question, Refused, type Reply, type Signal, type Transport, Unreachable } from "./transport.ts";

/** After how long a lost stream is opened again, milliseconds. */
const RETRY = 1000;

/** A server that answers `{"method","result"}` with status 200, an error of the contract with status 422, and with status 502 why the
 *  service cannot be reached. */
export function http(base: string): Transport {
  return {
    async call(request: Question): Promise<Reply> {
      const answer = await post(`${base}/rpc`, request);
      if (answer.status === 422) throw new Refused((await answer.json()) as ApiError);
      if (answer.headers.get("content-type")?.startsWith("application/json") && !answer.ok) throw new Unreachable((await answer.json()) as Away);
      // Something between the page and the server; a number would help nobody.
      if (!answer.ok) throw new Unreachable();
      return (await answer.json()) as Reply;
    },
    listen: (sink) => listen(`${base}/events`, sink),
  };
}

async function post(url: string, request: Question): Promise<globalThis.Response> {
  try {
    return await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(request) });
  } catch {
    throw new Unreachable();
  }
}

function listen(url: string, sink: (signal: Signal) => void): () => void {
  let stream: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    stream = new EventSource(url);
    stream.addEventListener("subscribed", ({ data }) => sink({ kind: "connected", ...(JSON.parse(data) as { sequence: number }) }));
    stream.addEventListener("message", ({ data }) => sink({ kind: "notice", notice: JSON.parse(data as string) as Notice }));
    stream.addEventListener("error", () => {
      stream?.close();
      sink({ kind: "lost", why: null });
      timer = setTimeout(open, RETRY);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    stream?.close();
  };
}
