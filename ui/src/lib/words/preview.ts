// Sentences for the changes that a tunnel makes to the computer.
import type { Effect, HookPhase, Preview } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import { visible } from "./text.ts";

/** A line of a list: what it is about, in a word, and a phrase. */
export interface Line {
  label: string;
  text: string;
  /** Whether the text is for machines: an address, a command. */
  isCode: boolean;
}

/** A command of the configuration. */
export type Command = Extract<Effect, { kind: "command" }>;

const PHASES: Record<HookPhase, string> = { pre_up: "PreUp", post_up: "PostUp", pre_down: "PreDown", post_down: "PostDown" };

/** In one line: `6 routes · 2 DNS servers · kill switch`. */
export function previewSummary({ effects, effect_count }: Preview): string {
  const routes = effects.filter((effect) => ["route", "takes_all", "endpoints_outside"].includes(effect.kind)).length;
  const servers = effects.flatMap((effect) => (effect.kind === "dns" ? effect.servers : [])).length;
  const parts = [say("ui-effect-routes", { count: routes })];
  if (servers > 0) parts.push(say("ui-effect-dns-servers", { count: servers }));
  if (effects.some((effect) => effect.kind === "kill_switch")) parts.push(say("ui-effect-kill-switch"));
  const commands = effects.filter((effect) => effect.kind === "command").length;
  if (commands > 0) parts.push(say("ui-effect-commands", { count: commands }));
  if (effect_count > effects.length) parts.push(say("preview-more-effects", { count: effect_count - effects.length }));
  return parts.join(" · ");
}

/** Everything that is changed, in order; not the peers, which have a list of their own. */
export function previewLines(preview: Preview): Line[] {
  const source = say(`mtu-${preview.mtu_source}`);
  const interfaceText = say("ui-effect-interface", { interface: preview.interface, mtu: String(preview.mtu), source });
  const lines = [words(say("ui-label-interface"), interfaceText)];
  lines.push(...preview.addresses.map((address) => ({ label: say("preview-label-address"), text: address, isCode: true })));
  if (preview.listen_port !== null) lines.push(words(say("preview-label-port"), say("preview-port", { port: String(preview.listen_port) })));
  lines.push(...preview.effects.flatMap(effectLines));
  const more = preview.effect_count - preview.effects.length;
  if (more > 0) lines.push(words("", say("preview-more-effects", { count: more })));
  return lines;
}

/** What a command is called and does; null where the caller may not see it. */
export function commandParts({ phase, command }: Command): { phase: string; command: string | null } {
  return { phase: PHASES[phase], command: command === null ? null : visible(command) };
}

function effectLines(effect: Effect): Line[] {
  switch (effect.kind) {
    case "route":
      return [words(say("effect-label-route"), say("effect-route", { network: effect.network, detail: visible(effect.detail) }))];
    case "takes_all": {
      const networks = [...(effect.except_private ? [say("effect-private-networks")] : []), ...effect.except].join(", ");
      const except = networks === "" ? "" : say("effect-except", { networks });
      const id = effect.ipv6 ? "effect-takes-all-ipv6" : "effect-takes-all-ipv4";
      return [words(say("effect-label-route"), say(id, { except, detail: visible(effect.detail) }))];
    }
    case "endpoints_outside": {
      const values = { networks: effect.networks.join(", "), detail: visible(effect.detail) };
      return [words(say("effect-label-route"), say("effect-endpoints-outside", values))];
    }
    case "dns": {
      const by = effect.detail === null ? say("effect-dns-impossible") : say("effect-dns-by", { detail: visible(effect.detail) });
      const servers = effect.servers.join(", ");
      const domains = visible([...effect.only, ...effect.search].join(", "));
      const text = effect.only.length === 0 ? say("effect-dns", { servers, by }) : say("effect-dns-only", { servers, domains, by });
      const search = effect.search.length === 0 ? [] : [{ label: say("effect-label-search"), text: visible(effect.search.join(" ")), isCode: true }];
      return [words(say("effect-label-dns"), text), ...search];
    }
    case "addresses_guarded":
      return [words(say("effect-label-firewall"), say("effect-addresses-guarded"))];
    case "answers_accepted":
      return [words(say("effect-label-firewall"), say("effect-answers-accepted"))];
    case "kill_switch":
      return [words(say("effect-label-firewall"), say("effect-kill-switch"))];
    case "command": {
      const { phase, command } = commandParts(effect);
      const label = say(effect.runs ? "effect-label-runs" : "effect-label-not-run");
      if (command === null) return [words(label, `${phase} = ${say("ui-effect-hidden")}`)];
      return [{ label, text: `${phase} = ${command}`, isCode: true }];
    }
  }
}

function words(label: string, text: string): Line {
  return { label, text, isCode: false };
}
