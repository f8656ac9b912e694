// Rules as a form shows and changes them. The text of the rules is the core's alone.
import type { Diagnostic, NetworkLink, Networks, RuleConsequence, RuleForm, RuleMatcher, RuleMode, RuleView } from "../api/generated.ts";

/** Matchers, as a form offers them. */
export const MATCHERS = [
  "wifi_name",
  "link",
  "gateway",
  "wifi_security",
  "subnet",
  "dns_suffix",
  "access_point",
  "metered",
  "time",
  "other_vpn",
  "home_probe",
  "no_network",
] as const satisfies RuleMatcher["kind"][];

export const LINKS = ["wifi", "ethernet", "cellular", "other"] as const;
export const SECURITIES = ["open", "wep", "wpa", "wpa2", "wpa3", "enterprise"] as const;
export const MODES = ["as_configured", "everything", "except_lan", "private", "only"] as const satisfies RuleMode["kind"][];
export const KILL_SWITCHES = ["off", "when_untrusted", "always"] as const;

/** A matcher without values, or with those of the present network. */
export function matcherOf(kind: RuleMatcher["kind"], link: NetworkLink | null): RuleMatcher {
  switch (kind) {
    case "link":
      return { kind, kinds: [link?.kind ?? "wifi"] };
    case "wifi_name":
      return { kind, names: some(link?.wifi_name) };
    case "access_point":
      return { kind, addresses: some(link?.access_point) };
    case "wifi_security":
      return { kind, kinds: [link?.wifi_security ?? "open"] };
    case "gateway":
      return { kind, addresses: some(link?.gateway) };
    case "subnet":
      return { kind, networks: link?.subnets ?? [] };
    case "dns_suffix":
      return { kind, suffixes: link?.dns_suffixes ?? [] };
    case "time":
      return { kind, windows: [] };
    case "home_probe":
      return { kind, keys: link?.home.kind === "answered" ? [link.home.key] : [] };
    case "metered":
    case "other_vpn":
    case "no_network":
      return { kind };
  }
}

function some(value: string | null | undefined): string[] {
  return value === null || value === undefined ? [] : [value];
}

/** The lines of a matcher whose values are written; null for others. */
export function linesOf(is: RuleMatcher): string[] | null {
  switch (is.kind) {
    case "wifi_name":
      return is.names;
    case "access_point":
    case "gateway":
      return is.addresses;
    case "subnet":
      return is.networks;
    case "dns_suffix":
      return is.suffixes;
    case "time":
      return is.windows;
    case "home_probe":
      return is.keys;
    default:
      return null;
  }
}

/** The matcher with other lines. */
export function withLines(is: RuleMatcher, lines: string[]): RuleMatcher {
  switch (is.kind) {
    case "wifi_name":
      return { ...is, names: lines };
    case "access_point":
    case "gateway":
      return { ...is, addresses: lines };
    case "subnet":
      return { ...is, networks: lines };
    case "dns_suffix":
      return { ...is, suffixes: lines };
    case "time":
      return { ...is, windows: lines };
    case "home_probe":
      return { ...is, keys: lines };
    default:
      return is;
  }
}

/** What a text field with one value on each line has. */
export function split(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

/** A rule to begin with: the present network, and everything off. */
export function newRule(link: NetworkLink | null, tunnel: string | null): RuleForm {
  const is = matcherOf(link?.kind === "wifi" || link === null ? "wifi_name" : "gateway", link);
  return { name: null, conditions: [{ not: false, is }], then: newConsequence(tunnel) };
}

/** What a consequence is at first. */
export function newConsequence(tunnel: string | null): RuleConsequence {
  return { action: tunnel === null ? { kind: "down" } : { kind: "up", tunnels: [{ name: tunnel, mode: { kind: "as_configured" } }] }, kill_switch: null };
}

/** The link that decides: one with a default route, if there is any. */
export function presentLink(networks: Networks | null): NetworkLink | null {
  return networks?.links.find((link) => link.is_default) ?? networks?.links[0] ?? null;
}

/** What is said of one rule of a text. */
export function ofRule(found: Diagnostic[], rule: RuleView): Diagnostic[] {
  return found.filter((one) => one.start >= rule.start && one.start <= rule.end);
}

/** Whether a rule has a Wi-Fi name that this link has, as it is written. */
export function namesLink(rule: RuleForm, link: NetworkLink | null): boolean {
  const name = link?.wifi_name;
  if (name === null || name === undefined) return false;
  return rule.conditions.some(({ not, is }) => !not && is.kind === "wifi_name" && is.names.includes(name));
}

/** The rule with one more condition. */
export function withCondition(rule: RuleForm, is: RuleMatcher): RuleForm {
  return { ...rule, conditions: [...rule.conditions, { not: false, is }] };
}
