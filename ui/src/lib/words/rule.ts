// Sentences about on-demand rules: what a rule says, what was seen, and what decides.
import type {
  AppliedRules,
  FailoverStep,
  NetworkLink,
  RuleAction,
  RuleCondition,
  RuleConsequence,
  RuleForm,
  RuleKillSwitch,
  RuleMatcher,
  RuleMode,
  RuleSource,
  RuleTunnel,
  SeenFact,
  WifiSecurity,
} from "../api/generated.ts";
import { language, say } from "./catalogue.svelte.ts";
import { visible } from "./text.ts";

const dashed = (name: string) => name.replaceAll("_", "-");
const quoted = (text: string) => say("ui-fact-quoted", { text: visible(text) });
const list = (parts: string[], type: "conjunction" | "disjunction") => new Intl.ListFormat(language(), { type }).format(parts);

/** What a matcher compares: `Wi-Fi name`. */
export function matcherName(kind: RuleMatcher["kind"]): string {
  return say(`ui-match-${dashed(kind)}`);
}

/** The values of a matcher, each as it is shown; none for those that have no value. */
function valuesOf(is: RuleMatcher): string[] {
  switch (is.kind) {
    case "link":
      return is.kinds.map((kind) => say(`ui-link-${kind}`));
    case "wifi_name":
      return is.names.map(quoted);
    case "wifi_security":
      return is.kinds.map(protection);
    case "access_point":
    case "gateway":
      return is.addresses.map(visible);
    case "subnet":
      return is.networks;
    case "dns_suffix":
      return is.suffixes.map(visible);
    case "time":
      return is.windows.map(windowWords);
    case "metered":
    case "other_vpn":
    case "home_probe":
    case "no_network":
      return [];
  }
}

/** The protection of a Wi-Fi, in a sentence about it. */
function protection(kind: WifiSecurity): string {
  return say(kind === "open" ? "ui-security-none" : `ui-security-${kind}`);
}

/** A window of time: `Mon–Fri 08:00–18:00`. */
function windowWords(window: string): string {
  const named = visible(window).replace(/\p{L}+/gu, (word) => {
    const day = DAYS.findIndex((name) => name.startsWith(word.toLowerCase()));
    return word.length < 3 || day < 0 ? word : dayName(DAYS[day]!);
  });
  return named.replaceAll("-", "–");
}

/** A condition: `Wi-Fi name is “Home”`. */
export function conditionWords({ not, is }: RuleCondition): string {
  const values = valuesOf(is);
  if (values.length === 0) return say(`ui-fact-${dashed(is.kind)}${not ? "-not" : ""}`);
  return say(not ? "ui-fact-not" : "ui-fact", { what: matcherName(is.kind), value: list(values, "disjunction") });
}

/** All conditions of a rule: `If Wi-Fi name is “Home” and gateway is aa:…`. */
export function conditionsWords({ conditions }: RuleForm): string {
  return say("ui-rule-if", { conditions: list(conditions.map(conditionWords), "conjunction") });
}

/** What goes through a tunnel, as it is chosen: `everything`. */
export function modeName(kind: RuleMode["kind"]): string {
  return kind === "as_configured" || kind === "only" ? say(`ui-rule-mode-${dashed(kind)}`) : say(`rules-mode-${dashed(kind)}`);
}

/** When the kill switch is closed, as it is chosen: `always`. */
export function killSwitchName(when: RuleKillSwitch): string {
  return say(`rules-kill-switch-${dashed(when)}`);
}

function tunnelWords({ name, mode }: RuleTunnel): string {
  const tunnel = visible(name);
  switch (mode.kind) {
    case "as_configured":
      return tunnel;
    case "only":
      return say("rules-with-mode", { tunnel, mode: say("rules-mode-only", { networks: mode.networks.join(", ") }) });
    case "everything":
    case "except_lan":
    case "private":
      return say("rules-with-mode", { tunnel, mode: modeName(mode.kind) });
  }
}

const tunnelsOn = (tunnels: RuleTunnel[]) => say("ui-rule-does-up", { tunnels: list(tunnels.map(tunnelWords), "conjunction") });

/** What happens to the tunnels: `Office (everything) on`. */
export function actionWords(action: RuleAction): string {
  switch (action.kind) {
    case "up":
      return tunnelsOn(action.tunnels);
    case "down":
      return say("ui-rule-does-down");
    case "leave":
      return say("rules-leave");
  }
}

/** When the kill switch is closed. */
export function killSwitchWords(when: RuleKillSwitch): string {
  return say("ui-rule-kill-is", { when: killSwitchName(when) });
}

/** What follows from a rule: `Office on; kill switch: always`. */
export function consequenceWords({ action, kill_switch }: RuleConsequence): string {
  const does = actionWords(action);
  return kill_switch === null ? does : `${does}; ${killSwitchWords(kill_switch)}`;
}

/** What is established, or will be. */
export function appliedWords({ tunnels }: AppliedRules): string {
  if (tunnels === null) return say("rules-leave");
  return tunnels.length === 0 ? say("ui-rule-does-down") : tunnelsOn(tunnels);
}

/** A step when a server does not answer: `Turn on Home instead`. */
export function stepWords(step: FailoverStep): string {
  return step.kind === "up" ? say("ui-rule-failover-up", { tunnel: visible(step.tunnel) }) : say(`ui-rule-failover-${dashed(step.kind)}`);
}

/** What decides: `rule 2 (At home)`. */
export function sourceWords(source: RuleSource): string {
  if (source.kind === "no_rules") return say("rules-none");
  if (source.kind !== "rule") return say(`rules-source-${dashed(source.kind)}`);
  const number = source.index + 1;
  return source.name === null ? say("rules-source-rule", { number }) : say("rules-source-named", { number, name: visible(source.name) });
}

/** What a condition was compared with. */
export function seenWords(seen: SeenFact): string {
  return say("ui-seen", { value: seenValue(seen) ?? say("rules-verdict-unknown") });
}

/** null: nobody knows. */
function seenValue(seen: SeenFact): string | null {
  switch (seen.kind) {
    case "no_facts":
      return say("rules-seen-no-facts");
    case "no_network":
      return say("rules-seen-no-network");
    case "network":
      return say("rules-seen-network");
    case "link":
      return say(`ui-link-${seen.link}`);
    case "wifi_name":
      return seen.name === null ? null : quoted(seen.name);
    case "access_point":
    case "gateway":
      return seen.address;
    case "wifi_security":
      return seen.security === null ? null : protection(seen.security);
    case "subnets":
      return seen.networks.length === 0 ? null : seen.networks.join(", ");
    case "dns_suffixes":
      return seen.suffixes === null ? null : seen.suffixes.map(visible).join(", ") || say("rules-seen-nothing");
    case "metered":
      return yesOrNo(seen.metered);
    case "time":
      return `${dayName(seen.at.day)} ${String(seen.at.hour).padStart(2, "0")}:${String(seen.at.minute).padStart(2, "0")}`;
    case "other_vpn":
      return yesOrNo(seen.is_up);
    case "home_probe":
      if (seen.answer.kind === "answered") return say("rules-seen-yes");
      return say(seen.answer.kind === "no_answer" ? "rules-seen-home-no-answer" : "rules-seen-home-not-asked");
  }
}

function yesOrNo(value: boolean | null): string | null {
  return value === null ? null : say(value ? "rules-seen-yes" : "rules-seen-no");
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

function dayName(day: string): string {
  // The first of January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));
  return new Intl.DateTimeFormat(language(), { weekday: "short", timeZone: "UTC" }).format(date);
}

/** A network that the computer is in: its kind or name, and what else is known of it. */
export function networkWords(link: NetworkLink): { name: string; facts: string[] } {
  const kind = say(`ui-link-${link.kind}`);
  const name = link.wifi_name === null ? kind : `${kind} ${quoted(link.wifi_name)}`;
  const facts = [
    link.wifi_security === null ? null : say(`ui-security-${link.wifi_security}`),
    link.gateway === null ? null : say("ui-network-gateway", { address: link.gateway }),
    link.subnets.length === 0 ? null : link.subnets.join(", "),
    link.metered === true ? say("ui-network-metered") : null,
    link.portal === "captive" ? say("ui-network-portal") : null,
  ];
  return { name, facts: facts.filter((fact) => fact !== null) };
}
