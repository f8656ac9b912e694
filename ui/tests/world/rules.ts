// On-demand rules of the invented computer. No parser: it knows the texts that it has written, and a few words that tests write.
import type {
  ConditionTrace,
  Diagnostic,
  FormProblem,
  Networks,
  OnDemand,
  RuleCondition,
  RuleConsequence,
  RuleForm,
  RuleMatcher,
  RulesCheck,
  RulesDecision,
  RulesEdit,
  RulesState,
  RulesView,
  RuleView,
  Verdict,
} from "../../src/lib/api/generated.ts";
import { matcherOf, presentLink } from "../../src/lib/model/rule.ts";
import { No } from "./no.ts";

/** What a text says. */
interface Parts {
  rules: RuleForm[];
  otherwise: RuleConsequence | null;
  settings: RulesCheck["settings"];
}

const EMPTY: Parts = { rules: [], otherwise: null, settings: { kill_switch: null, manual_choice_seconds: null, failover: null } };

/** The Wi-Fi at home. */
export const HOME: Networks = {
  links: [
    {
      interface: "wlan0",
      kind: "wifi",
      is_default: true,
      wifi_name: "Home",
      access_point: "a4:2b:b0:11:22:33",
      wifi_security: "wpa2",
      gateway: "a4:2b:b0:11:22:30",
      subnets: ["192.168.1.0/24"],
      dns_suffixes: ["home.arpa"],
      metered: false,
      home: { kind: "not_asked" },
      portal: "none",
    },
  ],
  other_vpn: false,
  at: { day: "monday", hour: 14, minute: 5 },
};

/** The Wi-Fi of a café. */
export const CAFE: Networks = { ...HOME, links: [{ ...HOME.links[0]!, wifi_name: "Café Central", wifi_security: "open", gateway: "02:00:5e:00:53:01", subnets: ["172.20.0.0/16"], dns_suffixes: null }] };

const HOME_RULE: RuleForm = {
  name: "At home",
  conditions: [{ not: false, is: { kind: "wifi_name", names: ["Home"] } }],
  then: { action: { kind: "down" }, kill_switch: null },
};

/** Rules of somebody who is at home now. */
export const USUAL: Parts = {
  rules: [
    HOME_RULE,
    {
      name: "Open Wi-Fi",
      conditions: [{ not: false, is: { kind: "wifi_security", kinds: ["open", "wep"] } }],
      then: { action: { kind: "up", tunnels: [{ name: "Office Berlin", mode: { kind: "everything" } }] }, kill_switch: "always" },
    },
    {
      name: null,
      conditions: [
        { not: false, is: { kind: "time", windows: ["mon-fri 08:00-18:00"] } },
        { not: true, is: { kind: "dns_suffix", suffixes: ["corp.example"] } },
      ],
      then: { action: { kind: "up", tunnels: [{ name: "Home server", mode: { kind: "private" } }] }, kill_switch: null },
    },
  ],
  otherwise: { action: { kind: "up", tunnels: [{ name: "Office Berlin", mode: { kind: "as_configured" } }] }, kill_switch: null },
  settings: { ...EMPTY.settings, kill_switch: "when_untrusted" },
};

/** The rules of a world. */
export class WorldRules {
  revision = 0;
  networks: Networks | null = HOME;
  pause: RulesState["pause"] = null;
  choices: RulesState["choices"] = [];
  autoOff: RulesState["auto_off"] = [];
  failover: RulesState["failover"] = [];
  isBroken = false;
  #text = "";
  readonly #known = new Map<string, Parts>([["", EMPTY]]);

  /** Stores rules. */
  store(parts: Parts): void {
    this.#text = this.#write(parts);
    this.revision += 1;
  }

  view(): RulesView {
    const decision = this.decide(this.#text, this.networks);
    const { tunnels } = decision.action.kind === "up" ? decision.action : { tunnels: [] };
    const applied = { tunnels: this.pause ? [] : tunnels, kill_switch: "as_tunnel" as const };
    const now: RulesState = { are_active: this.#text !== "", decision, applied, pending: null, choices: this.choices, pause: this.pause, auto_off: this.autoOff, failover: this.failover };
    return { revision: this.revision, rules: this.check(this.#text, null), is_broken: this.isBroken, now };
  }

  set(text: string, expected: number): RulesView {
    if (expected !== this.revision) throw new No({ code: "changed", current: this.revision });
    this.#text = text;
    this.revision += 1;
    return this.view();
  }

  check(text: string | null, edit: RulesEdit | null): RulesCheck {
    const before = this.#parts(text ?? this.#text);
    const problems = edit === null ? [] : wrong(edit);
    const parts = edit === null || problems.length > 0 ? before : this.#edited(before, edit);
    const after = edit === null || problems.length > 0 ? (text ?? this.#text) : this.#write(parts);
    const views = places(after, parts);
    return { text: after, diagnostics: diagnose(after, views), form_problems: problems, settings: parts.settings, rules: views, otherwise: parts.otherwise };
  }

  decide(text: string | null, networks: Networks | null): RulesDecision {
    const { rules, otherwise, settings } = this.#parts(text ?? this.#text);
    const traces = rules.map((rule, index) => ({ index, ...judge(rule, networks) }));
    const at = traces.findIndex(({ verdict }) => verdict === "matched");
    const rule = rules[at];
    const by: RulesDecision["by"] = rule ? { kind: "rule", index: at, name: rule.name } : otherwise ? { kind: "otherwise" } : rules.length > 0 ? { kind: "fail_secure" } : { kind: "no_rules" };
    const then = rule?.then ?? otherwise ?? { action: { kind: "leave" as const }, kill_switch: null };
    return {
      action: then.action,
      by,
      kill_switch: then.kill_switch ?? settings.kill_switch,
      kill_switch_by: by,
      is_untrusted: then.action.kind === "up" && then.action.tunnels.some(({ mode }) => mode.kind === "everything" || mode.kind === "as_configured"),
      is_certain: true,
      missing: [],
      trace: [{ interface: networks?.links[0]?.interface ?? null, rules: at < 0 ? traces : traces.slice(0, at + 1), possible: [by] }],
    };
  }

  /** What is said of a tunnel of the rules. */
  onDemand(name: string): OnDemand | null {
    if (this.#text === "") return null;
    const { by, action } = this.decide(null, this.networks);
    const one = action.kind === "up" ? action.tunnels.find((tunnel) => tunnel.name === name) : undefined;
    return one ? { cause: { kind: "rule", by }, mode: one.mode, kill_switch: "as_tunnel" } : null;
  }

  #parts(text: string): Parts {
    return this.#known.get(text) ?? this.#known.get(this.#text) ?? EMPTY;
  }

  #write(parts: Parts): string {
    const text = written(parts);
    this.#known.set(text, parts);
    return text;
  }

  #edited(parts: Parts, edit: RulesEdit): Parts {
    const rules = [...parts.rules];
    switch (edit.kind) {
      case "insert":
        rules.splice(edit.index, 0, edit.rule);
        return { ...parts, rules };
      case "replace":
        rules[edit.index] = edit.rule;
        return { ...parts, rules };
      case "remove":
        rules.splice(edit.index, 1);
        return { ...parts, rules };
      case "move":
        rules.splice(edit.to, 0, ...rules.splice(edit.from, 1));
        return { ...parts, rules };
      case "set_otherwise":
        return { ...parts, otherwise: edit.then };
      case "set_settings":
        return { ...parts, settings: edit.settings };
      case "trust_this_network": {
        const gateway = presentLink(this.networks)?.gateway;
        if (!gateway) throw new No({ code: "network_unidentified", why: "gateway_unknown" });
        return { ...parts, rules: [this.#here(), ...rules] };
      }
      case "preset": {
        const then: RuleConsequence = { action: { kind: "up", tunnels: [{ name: edit.tunnel, mode: { kind: "as_configured" } }] }, kill_switch: null };
        const preset: Parts = edit.preset === "always" ? { ...EMPTY, otherwise: then } : { ...EMPTY, rules: [this.#here()], otherwise: then };
        return preset;
      }
    }
  }

  #here(): RuleForm {
    const link = presentLink(this.networks);
    return { name: null, conditions: (["wifi_name", "gateway"] as const).map((kind) => ({ not: false, is: matcherOf(kind, link) })), then: { action: { kind: "down" }, kill_switch: null } };
  }
}

function wrong(edit: RulesEdit): FormProblem[] {
  if (edit.kind !== "insert" && edit.kind !== "replace") return [];
  return edit.rule.conditions.flatMap(({ is }, condition): FormProblem[] => {
    const problem: Diagnostic = { severity: "error", code: "empty_value", section: null, key: null, line: 1, column: 1, start: 0, end: 0, advice: "add_value", arguments: [], fixes: [] };
    if (is.kind === "wifi_name" && is.names.length === 0) return [{ condition, problem }];
    if (is.kind === "gateway" && is.addresses.some((address) => !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(address))) return [{ condition, problem }];
    return [];
  });
}

function diagnose(text: string, views: RuleView[]): Diagnostic[] {
  const found: Diagnostic[] = [];
  const one = (start: number, end: number, more: Partial<Diagnostic>) =>
    found.push({ severity: "error", code: "missing_equals", section: null, key: null, line: text.slice(0, start).split("\n").length, column: 1, start, end, advice: null, arguments: [], fixes: [], ...more });
  const at = text.indexOf("nonsense");
  if (at >= 0) one(at, at + 8, {});
  for (const { form, start, end } of views) {
    const relaxes = form?.then.action.kind === "down" && form.conditions.every(({ is }) => is.kind === "wifi_name");
    if (relaxes && found.length === 0) one(start, end, { severity: "warning", code: "rule_name_alone" });
  }
  return found;
}

function places(text: string, { rules }: Parts): RuleView[] {
  let start = 0;
  const lines = text.split("\n").map((line, index) => {
    const place = { line: index + 1, start, end: start + line.length };
    start += line.length + 1;
    return { ...place, isRule: /^("[^"]*": )?when /.test(line) };
  });
  const places = lines.filter(({ isRule }) => isRule);
  return rules.map((form, index) => ({ form, line: places[index]?.line ?? 1, start: places[index]?.start ?? 0, end: places[index]?.end ?? 0 }));
}

function judge(rule: RuleForm, networks: Networks | null): { verdict: Verdict; conditions: ConditionTrace[] } {
  const conditions = rule.conditions.map((condition) => traced(condition, networks));
  const verdict = conditions.some((one) => one.verdict === "not_matched") ? "not_matched" : conditions.some((one) => one.verdict === "unknown") ? "unknown" : "matched";
  return { verdict, conditions };
}

function traced({ not, is }: RuleCondition, networks: Networks | null): ConditionTrace {
  const link = presentLink(networks);
  const result = (holds: boolean | null, seen: ConditionTrace["seen"]): ConditionTrace => ({
    condition: lineOf({ not, is }),
    verdict: holds === null ? "unknown" : holds === not ? "not_matched" : "matched",
    seen,
  });
  if (link === null) return result(null, { kind: "no_facts" });
  switch (is.kind) {
    case "wifi_name":
      return result(link.wifi_name === null ? null : is.names.includes(link.wifi_name), { kind: "wifi_name", name: link.wifi_name });
    case "gateway":
      return result(link.gateway === null ? null : is.addresses.includes(link.gateway), { kind: "gateway", address: link.gateway });
    case "wifi_security":
      return result(link.wifi_security === null ? null : is.kinds.includes(link.wifi_security), { kind: "wifi_security", security: link.wifi_security });
    case "dns_suffix":
      return result(link.dns_suffixes === null ? null : is.suffixes.some((suffix) => link.dns_suffixes!.includes(suffix)), { kind: "dns_suffixes", suffixes: link.dns_suffixes });
    case "time":
      return result(true, { kind: "time", at: networks!.at! });
    case "link":
      return result(is.kinds.includes(link.kind), { kind: "link", link: link.kind });
    default:
      return result(false, { kind: "network" });
  }
}

/** Writes rules much as the core does. */
function written({ rules, otherwise, settings }: Parts): string {
  const lines = rules.map(({ name, conditions, then }) => `${name === null ? "" : `"${name}": `}when ${conditions.map(lineOf).join(" and ")} then ${followsOf(then)}`);
  if (settings.kill_switch !== null) lines.unshift(`kill switch ${settings.kill_switch === "when_untrusted" ? "only when untrusted" : settings.kill_switch}`);
  if (settings.failover !== null) {
    const steps = settings.failover.steps.map((step) => (step.kind === "up" ? `up "${step.tunnel}"` : step.kind.replace("_", " ")));
    lines.unshift(`without answer for ${settings.failover.after_seconds} s then ${steps.join(", ")}`);
  }
  if (otherwise !== null) lines.push(`otherwise ${followsOf(otherwise)}`);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function lineOf({ not, is }: RuleCondition): string {
  return `${not ? "not " : ""}${valuesOf(is)}`;
}

function valuesOf(is: RuleMatcher): string {
  switch (is.kind) {
    case "wifi_name":
      return `wifi ${is.names.map((name) => `"${name}"`).join(" or ")}`;
    case "wifi_security":
      return `wifi ${is.kinds.join(" or ")}`;
    case "gateway":
      return `gateway ${is.addresses.join(" or ")}`;
    case "time":
      return `time ${is.windows.join(" or ")}`;
    case "dns_suffix":
      return `dns suffix ${is.suffixes.join(" or ")}`;
    default:
      return is.kind.replace("_", " ");
  }
}

function followsOf({ action, kill_switch }: RuleConsequence): string {
  const modes = { as_configured: "", everything: " everything", except_lan: " except this lan", private: " private ranges", only: " only" };
  const does = action.kind === "up" ? `up ${action.tunnels.map(({ name, mode }) => `"${name}"${modes[mode.kind]}`).join(" and ")}` : action.kind;
  return kill_switch === null ? does : `${does}, kill switch ${kill_switch === "when_untrusted" ? "only when untrusted" : kill_switch}`;
}
