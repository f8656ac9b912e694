// The tunnels of the pictures: every state, long names, other scripts, and names that try something.
import type { TunnelView } from "../../src/lib/api/generated.ts";
import { idOf, keyOf, OFF, peer, running, START, tunnel, up } from "./views.ts";

const gateway = peer("gateway.example.com");
const home = peer("Home router", { endpoint: "home.example.net:51820", allowed_ips: ["192.168.1.0/24", "fd12:3456:789a::/48"] });
const many = Array.from({ length: 18 }, (_, at) => `10.${at}.0.0/16`);

/** The tunnels of an honest user. */
export const honest = () => people().filter(({ id }) => id !== idOf(11));

/** About a dozen tunnels. */
export function people(): TunnelView[] {
  return [
    tunnel(1, "Office Berlin", { ...up([gateway], { kind: "good" }), peers: [running(gateway, { kind: "good" }, { has_moved: true })] } as TunnelView["state"], {
      peers: [gateway, peer("Data centre", { allowed_ips: many, allowed_ip_count: 40, endpoint: null, has_preshared_key: false, persistent_keepalive: null })],
      peer_count: 2,
      kill_switch: "block",
      start_at_boot: true,
    }),
    tunnel(2, "Home server", up([home], { kind: "no_answer", since: START - 40_000 }), { peers: [home] }),
    tunnel(3, "Lab", { kind: "paused", until: START + 899_000 }),
    tunnel(4, "Travel (everything)", { kind: "blocked", cause: { code: "unresolved", host: "travel.example.org", detail: "no such name" }, since: START - 95_000, retry_at: START + 31_000 }, { kill_switch: "lockdown" }),
    tunnel(5, "customer-site-hamburg-02", up([peer("hamburg")], { kind: "handshaking", since: START - 21_000 }), { peers: [peer("hamburg", { endpoint: "198.51.100.44:51820", allowed_ips: ["10.44.0.0/16"] })] }),
    tunnel(6, "Parents", OFF, { peers: [home] }),
    tunnel(7, "Old VPS", { kind: "down", reason: { kind: "failed", error: { code: "unresolved", host: "vps.example.net", detail: "no such name" } }, retry_at: START + 12_000 }),
    tunnel(8, "wg0", OFF, { source: { kind: "file", path: "/etc/wireguard/wg0.conf" }, hooks: { kind: "not_approved", hash: "5e".repeat(32) } }),
    tunnel(9, "Straßenbahn-Betriebshof Süd, Fernwartung Weichensteuerung (Not)", up([home], { kind: "idle" }), { peers: [home] }),
    tunnel(10, "مكتب القاهرة", OFF),
    tunnel(11, "<b onclick=alert(1)>bold</b> \u202egnp.exe", OFF, { interface: "wg-evil" }),
    tunnel(12, "Phone", { kind: "connecting", step: "resolve", since: START - 2_000 }),
    tunnel(13, "Backup", { kind: "down", reason: { kind: "asked" }, retry_at: null }, { usable: false }),
    tunnel(14, "Vault", OFF, { asks_for_key: true, rotation: { public_key: keyOf("new"), since: START - 3_600_000, text_for_peers: `[Peer]\nPublicKey = ${keyOf("new")}\nAllowedIPs = 10.8.14.2/32\n` } }),
  ];
}

/** So many tunnels, most of them off. */
export function crowd(count: number): TunnelView[] {
  const places = ["Berlin", "Hamburg", "München", "Paris", "Lyon", "Madrid", "Lisboa", "Kyoto", "Nairobi", "Quito"];
  return Array.from({ length: count }, (_, at) => {
    const state = at % 7 === 0 ? up([gateway], { kind: "good" }) : at % 11 === 0 ? up([gateway], { kind: "idle" }) : OFF;
    return tunnel(1000 + at, `${places[at % places.length]} site ${at + 1}`, state);
  });
}
