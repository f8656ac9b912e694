// Sentences for the warnings of a tunnel.
import type { PreviewWarning } from "../api/generated.ts";
import { say, sayAttribute, type Values } from "./catalogue.svelte.ts";
import { type Context, ownName } from "./context.ts";
import { visible } from "./text.ts";

/** What there is to know, without a full stop. */
export function warningSentence(warning: PreviewWarning, context: Context = {}): string {
  return say(id(warning), values(warning, context));
}

/** What to do about it; null where nothing can be said. */
export function warningAdvice(warning: PreviewWarning, context: Context = {}): string | null {
  return sayAttribute(id(warning), "advice", values(warning, context));
}

function id(warning: PreviewWarning): string {
  return `warning-${warning.kind.replaceAll("_", "-")}`;
}

function values(warning: PreviewWarning, context: Context): Values {
  switch (warning.kind) {
    case "search_without_server":
    case "split_dns_left_out":
      return { domains: visible(warning.domains.join(", ")) };
    case "ipv6_left_out":
      return { because: visible(warning.because) };
    case "mtu_too_large":
      return { mtu: String(warning.mtu), fits: String(warning.fits) };
    case "unresolved":
    case "not_looked_up":
      return { host: visible(warning.host) };
    case "file_readable_by_others":
      return { path: visible(warning.path) };
    case "ipv6_outside":
    case "ipv6_closed":
    case "ipv4_outside":
    case "no_firewall":
    case "hooks_not_approved":
    case "hooks_in_sh":
      return { argument: ownName(context) };
  }
}
