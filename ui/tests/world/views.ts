// Tunnels of an invented computer. For tests alone.
import type { Health, PeerStatus, PeerView, TunnelState, TunnelView, UpState } from "../../src/lib/api/generated.ts";

/** The time in that computer, Unix milliseconds, when it begins. */
export const START = Date.now();
const SECOND = 1000;

/** An id from a number. */
export function idOf(number: number): string {
  return number.toString(16).padStart(32, "0");
}

/** A public key from a text. */
export function keyOf(text: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let seed = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const next = () => letters[(seed = (seed * 1664525 + 1013904223) >>> 0) % 64];
  return `${Array.from({ length: 42 }, next).join("")}${"AEIMQUYcgkosw048"[seed % 16]}=`;
}

/** A peer as configured. */
export function peer(name: string, more: Partial<PeerView> = {}): PeerView {
  const allowed_ips = more.allowed_ips ?? ["0.0.0.0/0", "::/0"];
  return {
    public_key: keyOf(name),
    name,
    endpoint: "vpn.example.com:51820",
    further_endpoints: [],
    allowed_ips,
    allowed_ip_count: allowed_ips.length,
    has_preshared_key: true,
    preshared_key_since: START - 90 * 86_400 * SECOND,
    persistent_keepalive: 25,
    ...more,
  };
}

const hasAnswered = (health: Health) => health.kind === "good" || health.kind === "idle";

/** What was carried; without an answer only first messages of handshakes were sent, of 148 bytes each. */
const countersFor = (health: Health) => (hasAnswered(health) ? { received: 1_840_000_000, sent: 212_000_000 } : { received: 0, sent: 8 * 148 });

/** A peer as it runs. */
export function running(of: PeerView, health: Health, more: Partial<PeerStatus> = {}): PeerStatus {
  return {
    public_key: of.public_key,
    endpoint: "203.0.113.10:51820",
    has_moved: false,
    last_handshake: health.kind === "good" ? START - 12 * SECOND : null,
    counters: countersFor(health),
    health,
    ...more,
  };
}

/** A tunnel that is up. */
export function up(peers: PeerView[], health: Health, more: Partial<UpState> = {}): TunnelState {
  return {
    kind: "up",
    since: START - 8_040 * SECOND,
    health,
    mtu: 1420,
    listen_port: 51820,
    counters: countersFor(health),
    last_handshake: health.kind === "good" ? START - 12 * SECOND : health.kind === "idle" ? START - 400 * SECOND : null,
    peers: peers.map((one) => running(one, health)),
    peer_count: peers.length,
    differs: false,
    conflicts: [],
    warnings: [],
    data_path: { queues: 1, tun_segmentation: true, tun_udp_segmentation: true, udp_segmentation: true, udp_receive: true },
    in_other_namespace: false,
    routing_loops: 0,
    ...more,
  };
}

/** A tunnel that is off. */
export const OFF: TunnelState = { kind: "down", reason: null, retry_at: null };

/** A tunnel. */
export function tunnel(number: number, name: string, state: TunnelState, more: Partial<TunnelView> = {}): TunnelView {
  const peers = more.peers ?? [peer("gateway")];
  return {
    id: idOf(number),
    name,
    interface: `wg${number}`,
    state,
    source: { kind: "store" },
    version: 3,
    usable: true,
    public_key: keyOf(`own ${name}`),
    asks_for_key: false,
    key_since: START - 120 * 86_400 * SECOND,
    key_reminder_days: null,
    rotation: null,
    addresses: [`10.8.${number % 250}.2/24`, `fd00:8:${number.toString(16)}::2/64`],
    peers,
    peer_count: peers.length,
    start_at_boot: false,
    kill_switch: "off",
    allow_lan: true,
    allow_ipv6_outside: false,
    hooks: { kind: "none" },
    on_demand: null,
    ...more,
  };
}
