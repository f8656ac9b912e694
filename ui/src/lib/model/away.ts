// The heading for a service that cannot be reached.
import { type Failure, Refused } from "../transport/transport.ts";
import { say } from "../words/catalogue.svelte.ts";

/** The heading for the reason. */
export function awayTitle(why: Failure): string {
  const cause = why instanceof Refused ? "no_answer" : (why.away.cause ?? "not_running");
  return say(`ui-away-${cause.replace("_", "-")}`);
}
