// Configurations of the invented computer, and what is said of them. No parser: it looks for a few words that tests write.
import type { Argument, ConfigCheck, Diagnostic, TunnelView } from "../../src/lib/api/generated.ts";
import { keyOf } from "./views.ts";

/** The text that every tunnel has. */
export const CONFIG = `[Interface]
# Laptop of Zoë
PrivateKey = ${keyOf("private")}
Address = 10.8.0.2/24, fd00:8::2/64
DNS = 10.8.0.1, corp.example

# gateway.example.com
[Peer]
PublicKey = ${keyOf("gateway.example.com")}
PresharedKey = ${keyOf("psk")}
Endpoint = vpn.example.com:51820
AllowedIPs = 0.0.0.0/0, ::/0
PersistentKeepalive = 25
`;

/** A text with marks in place of its secrets. */
export const masked = (text: string) => text.replace(/((?:Private|Preshared)Key = )\S{44}/g, `$1(unchanged${".".repeat(33)})`);

/** The same with marks. */
export const MASKED = masked(CONFIG);

/** What is said of a text, of a tunnel or of a new one. */
export function diagnose(config: string, tunnel: TunnelView | null): ConfigCheck {
  const diagnostics: Diagnostic[] = [];
  const find = (word: string, found: Partial<Diagnostic>) => {
    const at = config.indexOf(word);
    if (at < 0) return;
    const before = config.slice(0, at);
    const start = new TextEncoder().encode(before).length;
    diagnostics.push({
      severity: "error",
      code: "key",
      section: "Peer",
      key: null,
      line: before.split("\n").length,
      column: at - before.lastIndexOf("\n"),
      start,
      end: start + new TextEncoder().encode(word).length,
      advice: null,
      arguments: [],
      fixes: [],
      ...found,
    });
  };
  find("10.8.0.2/33", { code: "cidr", key: "Address", advice: "write_shorter_prefix", arguments: [text("kind", "prefix_too_long"), text("text", "10.8.0.2/33"), number("maximum", 32)] });
  find("MTU = 500", { code: "small_mtu", severity: "warning", key: "MTU" });
  find("PublicKey = \n", { code: "empty_value", key: "PublicKey", advice: "add_value" });
  const host = config.indexOf("10.7.0.1/24");
  if (host >= 0) {
    const start = new TextEncoder().encode(config.slice(0, host)).length;
    find("10.7.0.1/24", { code: "host_bits", severity: "warning", key: "AllowedIPs", advice: "write_value", arguments: [text("value", "10.7.0.0/24")], fixes: [{ start, end: start + 11, text: "10.7.0.0/24" }] });
  }
  find("nonsense", { code: "missing_equals", advice: "add_equals" });
  if (!config.includes("[Interface]")) diagnostics.push(missing("missing_interface", "add_sections"));
  else if (!config.includes("PrivateKey")) diagnostics.push(missing("missing_private_key", "add_private_key"));
  const hasErrors = diagnostics.some((found) => found.severity === "error");
  const changes: ConfigCheck["changes"] = [];
  if (tunnel && !hasErrors && config !== MASKED) {
    const mtu = /MTU = (\d+)/.exec(config)?.[1];
    if (mtu) changes.push({ peer: null, field: "mtu", before: null, after: mtu, effect: "restart" });
    const endpoint = /Endpoint = (\S+)/.exec(config)?.[1];
    if (endpoint && endpoint !== "vpn.example.com:51820") {
      changes.push({ peer: keyOf("gateway.example.com"), field: "endpoint", before: "vpn.example.com:51820", after: endpoint, effect: "live" });
    }
  }
  const typed = /PrivateKey = ([A-Za-z0-9+/]{43}=)/.exec(config)?.[1];
  const kept = config.includes("PrivateKey = (unchanged") ? (tunnel?.public_key ?? null) : null;
  return { diagnostics, public_key: typed ? keyOf(`of ${typed}`) : kept, changes, changes_left_out: 0 };
}

function text(name: string, text: string): Argument {
  return { kind: "text", name, text };
}

function number(name: string, number: number): Argument {
  return { kind: "number", name, number };
}

function missing(code: string, advice: string): Diagnostic {
  return { severity: "error", code, section: "Interface", key: null, line: 1, column: 1, start: 0, end: 0, advice, arguments: [], fixes: [] };
}
