// Configurations of the invented computer, and what is said of them. No parser: it looks for a few words that tests write.
import type { ConfigCheck, Diagnostic, TunnelView } from "../../src/lib/api/generated.ts";
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

/** The same with marks in place of its secrets. */
export const MASKED = CONFIG.replace(/((?:Private|Preshared)Key = ).*/g, `$1(unchanged${".".repeat(33)})`);

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
      problem: "",
      advice: null,
      fixes: [],
      ...found,
    });
  };
  find("10.8.0.2/33", { code: "cidr", key: "Address", problem: "33 is too long a prefix for an IPv4 address", advice: "write a prefix from 0 to 32" });
  find("MTU = 500", { code: "small_mtu", severity: "warning", key: "MTU", problem: "the MTU is very small", advice: "write 1280 or more, or remove the line" });
  find("PublicKey = \n", { key: "PublicKey", problem: "the value is empty", advice: "write the public key of the other end" });
  const host = config.indexOf("10.7.0.1/24");
  if (host >= 0) {
    const start = new TextEncoder().encode(config.slice(0, host)).length;
    find("10.7.0.1/24", { code: "host_bits", severity: "warning", key: "AllowedIPs", problem: "the address has bits behind its prefix", advice: "write 10.7.0.0/24", fixes: [{ start, end: start + 11, text: "10.7.0.0/24" }] });
  }
  find("nonsense", { code: "missing_equals", problem: "the line has no equals sign", advice: "write Key = Value" });
  if (!config.includes("[Interface]")) diagnostics.push(missing("missing_interface", "there is no [Interface] section"));
  else if (!config.includes("PrivateKey")) diagnostics.push(missing("missing_private_key", "there is no private key"));
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

function missing(code: string, problem: string): Diagnostic {
  return { severity: "error", code, section: "Interface", key: null, line: 1, column: 1, start: 0, end: 0, problem, advice: null, fixes: [] };
}
