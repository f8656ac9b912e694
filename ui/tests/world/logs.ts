import type { LogCode, LogLevel, LogLine } from "../../src/lib/api/generated.ts";
import { idOf, keyOf, START } from "./views.ts";

const PEER = keyOf("gateway.example.com");

const LINES: [LogLevel, number | null, LogCode][] = [
  ["info", null, { code: "daemon_started", fields: { version: "0.1.0" } }],
  ["info", 1, { code: "connecting" }],
  ["debug", 1, { code: "resolving", fields: { name: "vpn.example.com" } }],
  ["debug", 1, { code: "handshake_sent", fields: { peer: PEER, attempt: 1 } }],
  ["info", 1, { code: "up" }],
  ["info", 1, { code: "handshake_completed", fields: { peer: PEER, begun_by: "us" } }],
  ["info", 1, { code: "blocks_outside", fields: { allow_lan: true } }],
  ["info", 1, { code: "peer_moved", fields: { peer: PEER, endpoint: "203.0.113.10:51820" } }],
  ["error", 7, { code: "not_up", fields: { error: { code: "unresolved", host: "vps.example.net", detail: "no such name" } } }],
  ["info", 2, { code: "connecting" }],
  ["info", 2, { code: "up" }],
  ["warn", 2, { code: "peer_silent", fields: { peer: keyOf("Home router") } }],
  ["warn", 2, { code: "no_answer", fields: { peer: keyOf("Home router"), seconds: 25 } }],
  ["error", 4, { code: "not_restored", fields: { error: { code: "unresolved", host: "travel.example.org", detail: "no such name" } } }],
  ["info", 4, { code: "closed" }],
  ["warn", 9, { code: "ipv6_closed" }],
  ["info", null, { code: "network_changed" }],
  ["info", 1, { code: "path_changed", fields: { peers: 1 } }],
  ["warn", 11, { code: "store_finding", fields: { file: "/var/lib/adit/<img src=x>", what: "the file is damaged" } }],
];

/** Lines of the last hours. */
export function logLines(): LogLine[] {
  return Array.from({ length: 6 }, () => LINES)
    .flat()
    .map(([level, tunnel, code], at, all) => ({
      number: at + 1,
      at: START - (all.length - at) * 61_000,
      level,
      tunnel: tunnel === null ? null : idOf(tunnel),
      left_out: at % 17 === 16 ? 3 : 0,
      ...code,
    }));
}
