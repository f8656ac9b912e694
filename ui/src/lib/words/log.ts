// Lines of the log.
import type { LogCode, LogLine } from "../api/generated.ts";
import { say } from "./catalogue.svelte.ts";
import type { Context } from "./context.ts";
import { errorDetails, errorSentence } from "./error.ts";
import { span } from "./quantity.ts";
import { sourceWords } from "./rule.ts";
import { capital, shortKey, visible } from "./text.ts";

/** What a line records, without the name of the tunnel. */
export function logLine(line: LogLine, context: Context): string {
  const text = logCode(line, context);
  return line.left_out === 0 ? text : say("log-left-out", { line: capital(text), count: line.left_out });
}

function logCode(code: LogCode, context: Context): string {
  const plain = () => say(`log-${code.code.replaceAll("_", "-")}`);
  switch (code.code) {
    case "daemon_started":
      return say("log-daemon-started", { version: visible(code.fields.version) });
    case "store_finding":
      return say("log-store-finding", { file: visible(code.fields.file), what: visible(code.fields.what) });
    case "file_unusable":
      return say("log-file-unusable", { file: visible(code.fields.file), error: visible(code.fields.error) });
    case "file_gone":
      return say("log-file-gone", { file: visible(code.fields.file) });
    case "exported":
      return say("log-exported", { to: visible(code.fields.to) });
    case "config_replaced":
    case "reloaded":
    case "saved":
      return say(`log-${code.code.replace("_", "-")}`, { version: code.fields.version });
    case "key_old":
      return say("log-key-old", { days: code.fields.days });
    case "preshared_key_old":
      return say("log-preshared-key-old", { peer: shortKey(code.fields.peer), days: code.fields.days });
    case "hooks_approved":
      return say("log-hooks-approved", { by: visible(code.fields.by) });
    case "not_saved":
    case "given_back":
    case "not_given_back":
    case "not_up":
    case "not_restored":
    case "rule_not_carried_out":
    case "not_kept":
    case "not_closed": {
      const details = errorDetails(code.fields.error, context);
      const sentence = errorSentence(code.fields.error, context);
      const error = details.length === 0 ? sentence : `${sentence}: ${details.join("; ")}`;
      return say(`log-${code.code.replaceAll("_", "-")}`, { error });
    }
    case "tunnel_broken":
    case "not_taken_back":
    case "leftovers_stay":
    case "cannot_follow_network":
    case "local_networks_unknown":
    case "not_opened":
    case "kill_switches_unknown":
    case "early_not_kept":
    case "peer_shut_out":
    case "not_put_back":
    case "unguarded":
    case "rules_broken":
    case "networks_unknown":
      return say(`log-${code.code.replaceAll("_", "-")}`, { error: visible(code.fields.error) });
    case "taking_back":
      return say("log-taking-back", { step: say(`undone-${code.fields.step.replaceAll("_", "-")}`) });
    case "interface_moved":
      return say(code.fields.elsewhere ? "log-interface-moved" : "log-interface-back");
    case "leftovers_removed":
      return say("log-leftovers-removed", { what: visible(code.fields.what) });
    case "search_without_server":
    case "split_dns_left_out":
      return say(`log-${code.code.replaceAll("_", "-")}`, { domains: visible(code.fields.domains.join(", ")) });
    case "ipv6_left_out":
      return say("log-ipv6-left-out", { because: visible(code.fields.because) });
    case "mtu_too_large":
      return say("log-mtu-too-large", { mtu: String(code.fields.mtu), fits: String(code.fields.fits) });
    case "resolving":
      return say("log-resolving", { name: visible(code.fields.name) });
    case "resolver_not_ready": {
      const { endpoint, error, again_in_ms } = code.fields;
      return say("log-resolver-not-ready", { endpoint: visible(endpoint), error: visible(error), span: span(again_in_ms) });
    }
    case "endpoint_moved":
    case "peer_moved":
      return say(`log-${code.code.replace("_", "-")}`, { peer: shortKey(code.fields.peer), endpoint: code.fields.endpoint });
    case "endpoint_chosen":
      return say("log-endpoint-chosen", { endpoint: visible(code.fields.endpoint) });
    case "endpoint_unknown":
      return say("log-endpoint-unknown", { peer: shortKey(code.fields.peer), error: visible(code.fields.error) });
    case "handshake_sent": {
      const { peer, attempt } = code.fields;
      if (attempt === 1) return say("log-handshake-sent", { peer: shortKey(peer) });
      return say("log-handshake-sent-again", { peer: shortKey(peer), attempt });
    }
    case "handshake_completed": {
      const id = code.fields.begun_by === "us" ? "log-handshake-answered" : "log-handshake-asked-for";
      return say(id, { peer: shortKey(code.fields.peer) });
    }
    case "handshake_dropped": {
      const reason = say(`dropped-${code.fields.reason.replaceAll("_", "-")}`);
      return say("log-handshake-dropped", { from: code.fields.from, reason });
    }
    case "handshake_given_up":
    case "cookie_received":
    case "peer_silent":
      return say(`log-${code.code.replaceAll("_", "-")}`, { peer: shortKey(code.fields.peer) });
    case "no_answer":
      return say("log-no-answer", { peer: shortKey(code.fields.peer), span: span(code.fields.seconds * 1000) });
    case "answers_again":
      return say("log-answers-again", { peer: shortKey(code.fields.peer), span: span(code.fields.after_seconds * 1000) });
    case "path_changed":
      return say("log-path-changed", { peers: code.fields.peers });
    case "mtu_changed":
      return say("log-mtu-changed", { from: String(code.fields.from), to: String(code.fields.to) });
    case "lets_outside":
      return say("log-kill-switch-off");
    case "blocks_outside":
      return say(code.fields.allow_lan ? "log-kill-switch-block-lan" : "log-kill-switch-block");
    case "locked_down":
      return say(code.fields.allow_lan ? "log-kill-switch-lockdown-lan" : "log-kill-switch-lockdown");
    case "stays_blocked":
    case "early_opened":
      return say(`log-${code.code.replace("_", "-")}`, { interface: code.fields.interface });
    case "put_back":
      return say("log-put-back", { what: say(`setting-${code.fields.what.replaceAll("_", "-")}`) });
    case "fought_with":
      return say("log-fought-with", { times: code.fields.times });
    case "rules_set":
      return say("log-rules-set", { by: visible(code.fields.by), revision: String(code.fields.revision) });
    case "rules_acted":
      return acted(code.fields);
    case "choice_begun":
      return say(code.fields.is_up ? "log-choice-on" : "log-choice-off");
    case "rules_paused": {
      const { seconds } = code.fields;
      return seconds === null ? say("log-rules-paused") : say("log-rules-paused-for", { span: span(seconds * 1000) });
    }
    case "other": {
      const fields = code.fields.fields.map(({ name, value }) => ` ${visible(name)}=${visible(value)}`).join("");
      return say("log-other", { name: visible(code.fields.name).replaceAll("_", " "), fields });
    }
    case "portal_opened":
      return say("log-portal-opened", { by: visible(code.fields.by), span: span(code.fields.seconds * 1000) });
    case "portal_host":
      return say("log-portal-host", { host: visible(code.fields.host) });
    case "portal_closed":
      return say("log-portal-closed", { why: say(`portal-end-${code.fields.end.replaceAll("_", "-")}`) });
    case "portal_not_opened":
      return say("log-portal-not-opened", { error: visible(code.fields.error) });
    case "portal_not_closed":
      return say("log-portal-not-closed", { error: visible(code.fields.error) });
    case "choice_ended":
    case "rules_resumed":
    case "auto_off_reached":
    case "next_endpoint_tried":
    case "routing_changed":
    case "daemon_ended":
    case "imported":
    case "removed":
    case "taken_over":
    case "key_forgotten":
    case "rotation_begun":
    case "rotation_finished":
    case "hooks_not_run":
    case "hooks_in_sh":
    case "command_runs":
    case "connecting":
    case "restarting":
    case "tried_again":
    case "up":
    case "down":
    case "paused":
    case "removed_from_outside":
    case "ipv6_outside":
    case "ipv6_closed":
    case "no_firewall":
    case "network_changed":
    case "closed":
    case "opened":
    case "ipv6_allowed_outside":
    case "ipv6_kept_inside":
      return plain();
  }
}

/** What the on-demand rules did. */
function acted({ by, networks, up, kill_switch }: Extract<LogCode, { code: "rules_acted" }>["fields"]): string {
  const action = up === null ? say("rules-leave") : up.length === 0 ? say("rules-down") : say("rules-up", { tunnels: up.map(visible).join(", ") });
  return say("log-rules-acted", {
    source: sourceWords(by),
    networks: networks.length === 0 ? say("rules-no-known-network") : networks.map(visible).join(", "),
    action,
    switch: say(kill_switch === "as_tunnel" ? "rules-as-tunnel" : `rules-switch-${kill_switch}`),
  });
}
