// A service that exists in memory only: it answers the contract from an invented computer. For tests alone.
import type {
  ApiError,
  BackupChoice,
  DesktopView,
  DropCount,
  Effect,
  Event,
  History,
  ImportReading,
  LogLine,
  Notice,
  PortalView,
  Preview,
  Request,
  Sample,
  TunnelView,
} from "../../src/lib/api/generated.ts";
import type { Question, Reply } from "../../src/lib/transport/transport.ts";
import { answerLocally, isLocal } from "./local.ts";
import { No } from "./no.ts";
import { people } from "./people.ts";
import { WorldRules } from "./rules.ts";
import { CONFIG, diagnose, MASKED } from "./texts.ts";
import { keyOf, OFF, START, up } from "./views.ts";

type Of<M extends Request["method"]> = Extract<Request, { method: M }>["params"];

/** The service. */
export class World {
  readonly tunnels = new Map<string, TunnelView>();
  readonly logs: LogLine[];
  readonly listeners = new Set<(notice: Notice) => void>();
  sequence = 0;
  /** Whether it says that it is not a real computer. */
  isSimulated = false;
  readonly rules = new WorldRules();
  /** The captive portal of its network. */
  portal: PortalView = { captive: null, is_shut_out: false, open: null, last_end: null };
  /** What is answered instead, by method. */
  readonly refusals = new Map<string, ApiError>();
  /** Everything that was asked. */
  readonly asked: Question[] = [];
  /** Largest page of tunnels. */
  page = 200;
  takeovers = [{ name: "wg-home", path: "/etc/wireguard/wg-home.conf", active: true, by_service: true, starts_at_boot: true }];
  /** What the camera and the screen show; null: no code, or the user does not want that. */
  seen: ImportReading | null = null;
  allowsCamera = true;
  /** What every tunnel dropped. */
  drops: DropCount[] = [
    { reason: "source_not_allowed", count: 34 },
    { reason: "handshake_timeout", count: 2 },
  ];
  /** The texts that tunnels were made of. */
  readonly imported: string[] = [];
  /** Texts of drafts that the program around the page keeps. */
  readonly drafts = new Map<number, string>();
  /** What waits to be read: files that were opened with the program. */
  opened: ImportReading | null = null;
  /** The program around the page. */
  desktop: DesktopView = {
    settings: {
      notify_up: true,
      notify_down: true,
      notify_rules: true,
      notify_silent: true,
      notify_answers: true,
      notify_blocked: true,
      notify_key_old: true,
      show_tray: true,
      close_hides: true,
    },
    start_at_login: false,
    has_tray: true,
    language: null,
    system_language: "en",
    version: "0.1.0",
  };
  /** Whether the user chooses a file where one can be saved. */
  chooses = true;
  /** The backup that the user chooses. */
  backup: BackupChoice = { kind: "chosen", name: "adit.age" };
  #next = 5000;

  constructor(tunnels: TunnelView[], logs: LogLine[] = []) {
    this.logs = logs;
    for (const tunnel of tunnels) this.tunnels.set(tunnel.id, tunnel);
  }

  /** Tells everybody who listens. */
  tell(event: Event): void {
    this.sequence += 1;
    for (const listener of this.listeners) listener({ sequence: this.sequence, event });
  }

  /** Changes a tunnel and tells. */
  change(id: string, change: Partial<TunnelView>): void {
    const tunnel = { ...this.find(id), ...change };
    this.tunnels.set(id, tunnel);
    this.tell({ kind: "tunnel_changed", tunnel });
  }

  /** The traffic of the last minutes, and all of it. */
  traffic(id: string): Pick<History, "samples" | "total"> {
    const { state } = this.find(id);
    const total = state.kind === "up" ? state.counters : { received: 1_840_000_000, sent: 212_000_000 };
    return { samples: total.received > 0 ? samples() : unanswered(), total };
  }

  /** Keeps the text of a draft. */
  keep(config: string): number {
    this.drafts.set(++this.#next, config);
    return this.#next;
  }

  /** The text of a draft, with its keys in place of the marks. */
  unmasked(draft: number, config: string): string {
    const secrets = this.drafts.get(draft)?.match(/(?<=(?:Private|Preshared)Key = ).*/g);
    if (!secrets) throw new No({ code: "bad_request", detail: "this draft is gone; open its file again" });
    return config.replace(/\(unchanged\.+\)/g, () => secrets.shift() ?? "");
  }

  find(id: string): TunnelView {
    const tunnel = this.tunnels.get(id);
    if (!tunnel) throw new No({ code: "not_found", id });
    return tunnel;
  }

  /** Answers, or throws a [`No`]. */
  answer(request: Question): Reply {
    this.asked.push(request);
    const refusal = this.refusals.get(request.method);
    if (refusal) throw new No(refusal);
    const result = isLocal(request) ? answerLocally(request, this) : this.result(request);
    return { method: request.method, result } as Reply;
  }

  /** Makes a tunnel. */
  add(name: string, interfaceName: string): string {
    if ([...this.tunnels.values()].some((tunnel) => tunnel.name === name)) throw new No({ code: "name_taken", name });
    const [first] = this.tunnels.values();
    const id = (this.#next++).toString(16).padStart(32, "0");
    const peers = first?.peers ?? [];
    const tunnel: TunnelView = {
      id,
      name,
      interface: interfaceName,
      state: OFF,
      source: { kind: "store" },
      version: 1,
      usable: true,
      public_key: keyOf(name),
      asks_for_key: false,
      key_since: START,
      key_reminder_days: null,
      rotation: null,
      addresses: ["10.9.0.2/32"],
      peers,
      peer_count: peers.length,
      start_at_boot: false,
      kill_switch: "off",
      allow_lan: true,
      allow_ipv6_outside: false,
      hooks: { kind: "none" },
      on_demand: null,
    };
    this.tunnels.set(id, tunnel);
    this.tell({ kind: "tunnel_added", tunnel });
    return id;
  }

  /** Changes the rules and tells. */
  #changeRules<T>(change: () => T): T {
    const changed = change();
    this.tell({ kind: "rules_changed", revision: this.rules.revision });
    return changed;
  }

  /** The answer of the service. */
  result(request: Request): unknown {
    const replaced = { version: 4, applied: [], needs_restart: [], changes_left_out: 0, diagnostics: [] };
    switch (request.method) {
      case "about":
        return { version: "0.1.0", protocol: 2, system: "linux", started_at: START - 86_400_000, simulated: this.isSimulated, role: "administer" };
      case "tunnels":
        return this.#pageOf(request.params);
      case "tunnel":
        return this.find(request.params.id);
      case "peers": {
        const { peers, state } = this.find(request.params.id);
        return { configured: peers, running: state.kind === "up" ? state.peers : [], next: null };
      }
      case "history":
        return { id: request.params.id, interval: 1000, ...this.traffic(request.params.id) };
      case "logs": {
        const lines = this.logs.filter((line) => line.number > request.params.after).slice(0, request.params.limit);
        return { lines, last: lines.at(-1)?.number ?? request.params.after, missed: 0 };
      }
      case "route":
        return this.#route(request.params.ip);
      case "preview":
        return this.#preview(this.find(request.params.id));
      case "takeovers":
        return this.takeovers;
      case "rules":
        return this.rules.view();
      case "portal":
        return this.portal;
      case "open_portal":
        return { token: "0f", channel: "/run/adit/adit.sock.portal" };
      case "networks":
        return this.rules.networks;
      case "check_rules":
        return this.rules.check(request.params.text, request.params.edit);
      case "test_rules":
        return this.rules.decide(request.params.text, request.params.networks);
      case "set_rules":
        return this.#changeRules(() => this.rules.set(request.params.text, request.params.expected_revision));
      case "pause_rules": {
        const { seconds } = request.params;
        return this.#changeRules(() => (this.rules.pause = { until: seconds === null ? null : Date.now() + seconds * 1000, is_suspended: false })) && null;
      }
      case "resume_rules":
        return this.#changeRules(() => ([this.rules.pause, this.rules.choices] = [null, []])) && null;
      case "close_portal":
        return null;
      case "disconnect_after": {
        const { id, seconds } = request.params;
        const others = this.rules.autoOff.filter((off) => off.id !== id);
        return this.#changeRules(() => (this.rules.autoOff = seconds === null ? others : [...others, { id, at: Date.now() + seconds * 1000 }])) && null;
      }
      case "connect":
      case "connect_with_key":
        return this.#connect(request.params);
      case "disconnect":
        return this.change(request.params.id, { state: { kind: "down", reason: { kind: "asked" }, retry_at: null } }) ?? null;
      case "restart":
      case "resume":
        return this.#up(this.find(request.params.id));
      case "pause": {
        const { id, seconds } = request.params;
        return this.change(id, { state: { kind: "paused", until: seconds === null ? null : Date.now() + seconds * 1000 } }) ?? null;
      }
      case "import":
        this.imported.push(request.params.config);
        if (!/^[A-Za-z0-9_=+.-]{1,15}$/.test(request.params.interface)) throw new No({ code: "bad_request", detail: "not an interface name" });
        return { id: this.add(request.params.name, request.params.interface), diagnostics: [] };
      case "take_over":
        return { id: this.#takeOver(request.params.name), diagnostics: [] };
      case "create":
        return { id: this.add(request.params.name, request.params.interface), diagnostics: [] };
      case "preview_config":
        return { ...this.#preview([...this.tunnels.values()][0] ?? people()[0]!), interface: request.params.interface };
      case "drops":
        this.find(request.params.id);
        return this.drops;
      case "export":
        return CONFIG;
      case "masked_config":
        return { config: MASKED, version: this.find(request.params.id).version };
      case "check_config":
        return diagnose(request.params.config, request.params.id === null ? null : this.find(request.params.id));
      case "replace_config": {
        const { version } = this.find(request.params.id);
        if (request.params.expected_version !== version) throw new No({ code: "changed", current: version });
        this.change(request.params.id, { version: version + 1 });
        return { ...replaced, applied: diagnose(request.params.config, this.find(request.params.id)).changes };
      }
      case "rename": {
        const { id, name } = request.params;
        if ([...this.tunnels.values()].some((tunnel) => tunnel.name === name)) throw new No({ code: "name_taken", name });
        return this.change(id, { name }) ?? null;
      }
      case "remove":
        this.find(request.params.id);
        this.tunnels.delete(request.params.id);
        this.tell({ kind: "tunnel_removed", id: request.params.id });
        return null;
      case "versions":
        return versions();
      case "set_kill_switch": {
        const { id, kill_switch, allow_lan } = request.params;
        return this.change(id, { kill_switch, allow_lan }) ?? null;
      }
      case "set_start_at_boot":
        return this.change(request.params.id, { start_at_boot: request.params.enabled }) ?? null;
      case "set_allow_ipv6_outside":
        return this.change(request.params.id, { allow_ipv6_outside: request.params.enabled }) ?? null;
      case "set_key_reminder":
        return this.change(request.params.id, { key_reminder_days: request.params.days }) ?? null;
      case "approve_hooks":
        return this.change(request.params.id, { hooks: { kind: "approved", hash: request.params.hash } }) ?? null;
      case "begin_rotation": {
        const rotation = { public_key: keyOf("new"), since: Date.now(), text_for_peers: `[Peer]\nPublicKey = ${keyOf("new")}\n` };
        this.change(request.params.id, { rotation });
        return rotation;
      }
      case "test_rotation":
        return { answered: [], silent: this.find(request.params.id).peers.map((peer) => peer.public_key), not_asked: [] };
      case "cancel_rotation":
        return this.change(request.params.id, { rotation: null }) ?? null;
      case "finish_rotation":
        if (!request.params.despite_silence) throw new No({ code: "rotation_not_answered" });
        this.change(request.params.id, { rotation: null });
        return replaced;
      case "reload":
      case "restore_version":
      case "save_running":
        return replaced;
      case "check_running":
        return { diagnostics: [], changes: [], changes_left_out: 0 };
      case "forget_key":
        return this.change(request.params.id, { asks_for_key: true }) ?? null;
    }
  }

  /** A file that is known as a tunnel stays that tunnel. */
  #takeOver(name: string): string {
    const found = this.takeovers.find((takeover) => takeover.name === name);
    if (!found) throw new No({ code: "no_such_takeover", name });
    this.takeovers = this.takeovers.filter((takeover) => takeover !== found);
    const known = [...this.tunnels.values()].find(({ source }) => source.kind === "file" && source.path === found.path);
    return known?.id ?? this.add(name, name);
  }

  #pageOf({ after }: Of<"tunnels">): unknown {
    const all = [...this.tunnels.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    const begin = after === null ? 0 : all.findIndex((tunnel) => tunnel.name === after) + 1;
    return { tunnels: all.slice(begin, begin + this.page), more: all.length > begin + this.page };
  }

  #connect(params: Of<"connect"> | Of<"connect_with_key">): null {
    const tunnel = this.find(params.id);
    if (tunnel.hooks.kind === "not_approved") throw new No({ code: "hooks_not_approved", hash: tunnel.hooks.hash });
    if (tunnel.asks_for_key && !("key" in params)) throw new No({ code: "needs_key", public_key: tunnel.public_key ?? "" });
    const takesAll = (other: TunnelView) => other.peers.some((peer) => peer.allowed_ips.includes("0.0.0.0/0"));
    const rival = [...this.tunnels.values()].find((other) => other.id !== tunnel.id && other.state.kind === "up" && takesAll(other));
    if (!params.despite_conflicts && rival && takesAll(tunnel)) {
      throw new No({ code: "conflict", conflicts: [{ kind: "both_take_all", other: rival.id }, { kind: "both_set_dns", other: rival.id }] });
    }
    return this.#up(tunnel);
  }

  #up(tunnel: TunnelView): null {
    this.change(tunnel.id, { state: up(tunnel.peers, { kind: "good" }, { since: Date.now(), last_handshake: Date.now() }) });
    return null;
  }

  #route(ip: string): unknown {
    if (!/^[0-9a-f.:]+$/i.test(ip)) throw new No({ code: "bad_request", detail: "invalid IP address syntax" });
    const tunnel = [...this.tunnels.values()].find((one) => one.state.kind === "up");
    const [peer] = tunnel?.peers ?? [];
    if (!tunnel || !peer) return { ip, route: { kind: "outside", interface: "eth0", why: { kind: "no_tunnel" } }, others: [] };
    const candidate = { tunnel: tunnel.id, interface: tunnel.interface, peer: peer.public_key, allowed_ip: "0.0.0.0/0" };
    return { ip, route: { kind: "tunnel", candidate, why: { kind: "takes_all", detail: "routing table 51820" } }, others: [] };
  }

  #preview(tunnel: TunnelView): Preview {
    const networks = tunnel.peers.flatMap((peer) => peer.allowed_ips);
    const all = networks.includes("0.0.0.0/0");
    const rival = [...this.tunnels.values()].find((other) => other.id !== tunnel.id && other.state.kind === "up" && other.peers[0]?.allowed_ips.includes("0.0.0.0/0"));
    const route = (network: string): Effect => ({ kind: "route", network, detail: "main table" });
    const whole = (ipv6: boolean): Effect => ({ kind: "takes_all", ipv6, except_private: true, except: [], detail: "table 51820" });
    const effects: Effect[] = [
      ...(all ? [whole(false), whole(true)] : networks.map(route)),
      { kind: "dns", servers: ["10.8.0.1", "fd00:8::1"], search: ["corp.example"], only: [], detail: "systemd-resolved" },
      { kind: "addresses_guarded", addresses: ["10.8.0.2"] },
      { kind: "answers_accepted" },
    ];
    if (tunnel.kill_switch !== "off") effects.push({ kind: "kill_switch" });
    if (tunnel.hooks.kind !== "none") effects.push({ kind: "command", phase: "post_up", command: "ip route add 10.99.0.0/16 dev wg0 && logger <up>", runs: tunnel.hooks.kind === "approved" });
    return {
      interface: tunnel.interface,
      addresses: tunnel.addresses,
      mtu: 1420,
      mtu_source: "route",
      listen_port: null,
      peers: [],
      peer_count: 0,
      effects,
      effect_count: effects.length,
      takes_all_ipv4: all,
      takes_all_ipv6: networks.includes("::/0"),
      conflicts: all && rival ? [{ kind: "both_take_all", other: rival.id }] : [],
      diagnostics: [],
      warnings: [],
    };
  }
}

/** Five minutes in which the first message of a handshake is sent every five seconds, and nothing answers. */
function unanswered(now = Date.now()): Sample[] {
  return Array.from({ length: 300 }, (_, at) => ({ at: now - (300 - at) * 1000, received: 0, sent: at >= 260 && at % 5 === 0 ? 148 : 0 }));
}

/** Five minutes of traffic that look like some. */
export function samples(now = Date.now()): Sample[] {
  let [seed, down, sent] = [7, 4_000_000, 500_000];
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: 300 }, (_, at) => {
    down = Math.min(8_000_000, Math.max(200_000, down + (random() - 0.48) * 1_800_000));
    sent = Math.min(2_400_000, Math.max(50_000, sent + (random() - 0.5) * 700_000));
    return { at: now - (300 - at) * 1000, received: Math.round(down), sent: Math.round(sent) };
  });
}

function versions(): unknown {
  const gateway = keyOf("gateway.example.com");
  const change = { peer: gateway, field: "endpoint", before: "198.51.100.4:51820", after: "vpn.example.com:51820", effect: "live" };
  return [
    { version: 3, is_current: true, saved_at: START - 86_400_000, origin: { kind: "edited" }, changes: [change, { ...change, field: "allowed_ips", before: "10.0.0.0/8", after: "0.0.0.0/0, ::/0" }] },
    { version: 2, is_current: false, saved_at: START - 9 * 86_400_000, origin: { kind: "restored", version: 1 }, changes: [{ peer: null, field: "dns", before: null, after: "10.8.0.1", effect: "live" }] },
    { version: 1, is_current: false, saved_at: START - 120 * 86_400_000, origin: { kind: "imported" }, changes: [] },
  ];
}
