// Written by `cargo xtask gen` from core/api. Change it there.

/** An address with a prefix length, such as `10.0.0.0/8`. */
export type Cidr = string;

/** 1 to 15 of `a-z A-Z 0-9 _ = + . -`. */
export type InterfaceName = string;

/** Nothing. */
export type Empty = Record<string, never>;

/** What can be asked for: the service answers a `Request`, the program around the page a `LocalRequest`. */
export type Method = (Request | LocalRequest)["method"];

/** What a method takes. */
export type Params<M extends Method> = Extract<Request | LocalRequest, { method: M }>["params"];

/** What a method answers. */
export type Answer<M extends Method> = Extract<Response | LocalResponse, { method: M }>["result"];

/** Version of the contract. */
export const PROTOCOL = 2;

/** Who answers, and what it lets the caller do. */
export type About = {
  /** Of the program, such as `0.1.0`. */
  version: string,
  /** Of the contract. */
  protocol: number,
  /** Such as `linux`. */
  system: string,
  /** When it started, Unix milliseconds. */
  started_at: number,
  /** Whether the computer under it is an invented one: nothing that it says is true of a real network. */
  simulated: boolean,
  /** What the caller may do without being asked for a password. */
  role: Role,
};

/** A right that is granted apart from the roles, with a polkit action of its own. [`Action::Lockdown`] includes [`Action::KillSwitch`]. */
export type Action = "kill_switch" | "lockdown";

/** Why something was not done. In JSON: `{"code":"not_found","id":"…"}`. */
export type ApiError = {
  "code": "not_found",
  /** Which. */
  id: TunnelId,
}
| {
  "code": "no_such_version",
  /** Which. */
  version: number,
}
| {
  "code": "no_such_takeover",
  /** Which. */
  name: InterfaceName,
}
| {
  "code": "name_taken",
  /** How. */
  name: TunnelName,
}
| {
  "code": "interface_taken",
  /** How. */
  interface: InterfaceName,
}
| {
  "code": "conflict",
  /** What. */
  conflicts: Array<Conflict>,
}
| {
  "code": "not_allowed",
  /** Least role that may. */
  needs: Role,
  /** The action that is missing, where the role is not what is. */
  action: Action | null,
}
| {
  "code": "invalid",
  /** Everything about it, errors and warnings. */
  diagnostics: Array<Diagnostic>,
}
| {
  "code": "bad_request",
  /** What is wrong, in English, for the programmer. */
  detail: string,
}
| {
  "code": "changed",
  /** Its version by now. */
  current: number,
}
| {
  "code": "interface_removed"
}
| {
  "code": "broken"
}
| {
  "code": "hooks_not_approved",
  /** What to approve of. */
  hash: HooksHash,
}
| {
  "code": "hooks_changed",
  /** What they are by now. */
  hash: HooksHash,
}
| {
  "code": "hook_failed",
  /** Its exit code; null when a signal ended it or it could not start. */
  exit_code: number | null,
  /** The last lines of its standard error, without what may be secret, or why it could not start. */
  stderr: string,
}
| {
  "code": "busy"
}
| {
  "code": "not_up"
}
| {
  "code": "not_paused"
}
| {
  "code": "needs_key",
  /** Its public half. */
  public_key: PublicKey,
}
| {
  "code": "wrong_key",
  /** The public half of the tunnel's. */
  public_key: PublicKey,
}
| {
  "code": "key_not_kept"
}
| {
  "code": "no_rotation"
}
| {
  "code": "rotation_pending"
}
| {
  "code": "rotation_not_answered"
}
| {
  "code": "read_only",
  /** Where. */
  path: string,
}
| {
  "code": "unresolved",
  /** Which name. */
  host: string,
  /** What the resolver said, in English. */
  detail: string,
}
| {
  "code": "no_permission",
  /** What was being done, in English. */
  doing: string,
}
| {
  "code": "missing",
  /** What. */
  what: Requirement,
}
| {
  "code": "io",
  /** What was being done, in English. */
  doing: string,
  /** What the system said, in English. */
  detail: string,
}
| {
  "code": "too_many_look_ups",
  /** Most that can wait at once. */
  limit: number,
}
| {
  "code": "too_large",
  /** Most that can be carried, bytes. */
  limit: number,
}
| {
  "code": "lockdown"
}
| {
  "code": "not_full_tunnel"
}
| {
  "code": "shutting_down"
}
| {
  "code": "internal"
};

/** What it takes for a change to come true. */
export type ChangeEffect = "none" | "live" | "restart";

/** One difference between two configurations, in meaning, not in text. */
export type ConfigChange = {
  /** At which peer; null: at this end. */
  peer: PublicKey | null,
  /** What. */
  field: ConfigField,
  /** As text; null where there was none, and for secrets. */
  before: string | null,
  /** As text; null where there is none, and for secrets. */
  after: string | null,
  /** What it takes to come true while the tunnel is up. */
  effect: ChangeEffect,
};

/** What is to be said about a configuration that is not saved. */
export type ConfigCheck = {
  /** All at once, errors too. */
  diagnostics: Array<Diagnostic>,
  /** The public half of its private key, also where something else in it is wrong. null without a valid private key. */
  public_key: PublicKey | null,
  /** The difference to the tunnel's saved configuration; empty without a tunnel, and where there are errors. */
  changes: Array<ConfigChange>,
  /** Changes that are not listed, because one answer cannot carry them. */
  changes_left_out: number,
};

/** What changed. */
export type ConfigField = "private_key" | "listen_port" | "fw_mark" | "addresses" | "dns" | "mtu" | "table" | "save_config" | "hooks" | "peer_added" | "peer_removed" | "peer_name" | "preshared_key" | "endpoint" | "allowed_ips" | "persistent_keepalive" | "text";

/** A configuration taken apart as far as an editor needs it. */
export type ConfigOutline = {
  /** Every byte of the text, in order and without gaps. */
  spans: Array<Span>,
  /** The `[Interface]` and `[Peer]` sections, in order. */
  sections: Array<OutlineSection>,
};

/** The answer to a change of the configuration. */
export type ConfigReplaced = {
  /** The new version. */
  version: number,
  /** Changes that have come true, or that nothing running depends on. */
  applied: Array<ConfigChange>,
  /** Changes that come true with the next start. */
  needs_restart: Array<ConfigChange>,
  /** Changes of both kinds that are not listed, because one answer cannot carry them. */
  changes_left_out: number,
  /** What to know about the configuration; nothing of it an error. */
  diagnostics: Array<Diagnostic>,
};

/** A whole `.conf` file as text. Wiped when dropped, and never printed. */
export type ConfigText = string;

/** Why a tunnel and something else are at odds. */
export type Conflict = {
  "kind": "same_network",
  /** The other. */
  other: TunnelId,
  /** Which. */
  network: Cidr,
}
| {
  "kind": "both_take_all",
  /** The other. */
  other: TunnelId,
}
| {
  "kind": "same_address",
  /** The other. */
  other: TunnelId,
  /** Which. */
  address: string,
}
| {
  "kind": "same_port",
  /** The other. */
  other: TunnelId,
  /** UDP. */
  port: number,
}
| {
  "kind": "both_set_dns",
  /** The other. */
  other: TunnelId,
}
| {
  "kind": "interface_exists",
  /** Which. */
  interface: InterfaceName,
}
| {
  "kind": "local_network",
  /** The local interface. */
  interface: string,
  /** The network on it. */
  network: Cidr,
}
| {
  "kind": "other_vpn",
  /** Its interface, or what else is known of it. */
  interface: string,
};

/** What went through, bytes, since the tunnel came up. */
export type Counters = {
  /** From the peers. */
  received: number,
  /** To the peers. */
  sent: number,
};

/** How packets are carried: the system's offloads that are in use, which the kernel has and that have not failed since. */
export type DataPath = {
  /** Queues of the tunnel's interface. */
  queues: number,
  /** Superpackets of TCP between the kernel and the tunnel. */
  tun_segmentation: boolean,
  /** Superpackets of UDP there. */
  tun_udp_segmentation: boolean,
  /** Runs of datagrams in one send. */
  udp_segmentation: boolean,
  /** Runs of datagrams in one receive. */
  udp_receive: boolean,
};

/** One thing that is to be said about a configuration, and its place. Never holds a key. */
export type Diagnostic = {
  /** How bad it is. */
  severity: Severity,
  /** What is wrong, such as `missing_private_key`. Stable. */
  code: string,
  /** `Interface` or `Peer`. */
  section: string | null,
  /** As the configuration language writes it, such as `AllowedIPs`. */
  key: string | null,
  /** 1-based. */
  line: number,
  /** 1-based, in characters. */
  column: number,
  /** First byte of the text that it is about. */
  start: number,
  /** The byte behind it. */
  end: number,
  /** What is wrong, in English, without a full stop; for clients without a text for the code. */
  problem: string,
  /** What would be right, in English. */
  advice: string | null,
  /** Edits of the text, each of which puts it right. */
  fixes: Array<Fix>,
};

/** Why a tunnel is down. */
export type DownReason = {
  "kind": "asked"
}
| {
  "kind": "failed",
  /** Why not. */
  error: ApiError,
}
| {
  "kind": "interface_removed"
}
| {
  "kind": "engine_stopped"
};

/** How many packets or datagrams were dropped for one reason. */
export type DropCount = {
  /** Why. */
  reason: DropReason,
  /** How many since the tunnel came up; at least 1. */
  count: number,
};

/** Why a tunnel dropped a packet or a datagram. */
export type DropReason = "message_type" | "message_length" | "mac1" | "cookie_required" | "rate_limited" | "no_private_key" | "unknown_index" | "cookie" | "handshake" | "low_order_point" | "unknown_peer" | "replayed_initiation" | "initiation_flood" | "session_expired" | "counter_exhausted" | "decrypt" | "replay" | "inner_packet" | "source_not_allowed" | "congestion" | "no_route" | "no_endpoint" | "routing_loop" | "queue_full" | "handshake_timeout";

/** One change that a tunnel makes on the computer, and undoes when it goes down. A `detail` says in English, for experts, by which means
 * this system does it, such as `table 51820`; it is empty where there is only one. */
export type Effect = {
  "kind": "route",
  /** Which. */
  network: Cidr,
  /** The means. */
  detail: string,
}
| {
  "kind": "takes_all",
  /** IPv6; else IPv4. */
  ipv6: boolean,
  /** Private networks stay outside as far as the computer is in them. */
  except_private: boolean,
  /** Other networks that stay outside. */
  except: Array<Cidr>,
  /** The means. */
  detail: string,
}
| {
  "kind": "endpoints_outside",
  /** Which. */
  networks: Array<Cidr>,
  /** The means. */
  detail: string,
}
| {
  "kind": "dns",
  /** In order of preference. */
  servers: Array<string>,
  /** Search domains, in order of preference. */
  search: Array<string>,
  /** The servers are asked for the names in these domains and in the search domains alone; empty: for all names. */
  only: Array<string>,
  /** The means. null: nothing on this computer can set DNS servers, and bringing the tunnel up will fail. */
  detail: string | null,
}
| {
  "kind": "addresses_guarded",
  /** The tunnel's addresses. */
  addresses: Array<string>,
}
| {
  "kind": "answers_accepted"
}
| {
  "kind": "kill_switch"
}
| {
  "kind": "command",
  /** When. */
  phase: HookPhase,
  /** With the interface's name in place of `%i`. null for callers who may not administer: commands may hold secrets. */
  command: string | null,
  /** Whether it is allowed to. */
  runs: boolean,
};

/** A line `Key = Value`. Offsets are bytes of the text. */
export type Entry = {
  /** As the configuration language writes it, such as `AllowedIPs`. */
  key: string,
  /** As it stands there, without white space around it. */
  value: string,
  /** First byte of the value; its place where it is empty. */
  value_start: number,
  /** The byte behind it. */
  value_end: number,
  /** First byte of the line. */
  line_start: number,
  /** The byte behind the line's end. */
  line_end: number,
};

/** Something that changed. */
export type Event = {
  "kind": "tunnel_added",
  /** As it is. */
  tunnel: TunnelView,
}
| {
  "kind": "tunnel_changed",
  /** As it is. */
  tunnel: TunnelView,
}
| {
  "kind": "tunnel_removed",
  /** Which. */
  id: TunnelId,
}
| {
  "kind": "traffic",
  /** Which. */
  id: TunnelId,
  /** What went through. */
  sample: Sample,
}
| {
  "kind": "key_is_old",
  /** Of which tunnel. */
  id: TunnelId,
  /** The preshared key with that peer; null: this end's key. */
  peer: PublicKey | null,
  /** Since when at least there is this key, Unix milliseconds. */
  since: number,
}
| {
  "kind": "log",
  /** Which. */
  line: LogLine,
};

/** The bytes of a file as base64. Wiped when dropped, and never printed: a file may hold keys. */
export type FileBytes = string;

/** An edit of a configuration that puts a problem right: other text in place of some bytes. Never holds a key. */
export type Fix = {
  /** First byte that is replaced. */
  start: number,
  /** The byte behind the last one; the same as `start` where nothing is replaced. */
  end: number,
  /** What stands there instead; empty where bytes are only removed. */
  text: string,
};

/** Why a handshake message was dropped. */
export type HandshakeDrop = "message_type" | "message_length" | "mac1" | "cookie_required" | "rate_limited" | "no_private_key" | "unknown_index" | "cookie" | "handshake" | "low_order_point" | "unknown_peer" | "replayed_initiation" | "initiation_flood";

/** Whether a peer answers, as far as anybody can tell: WireGuard is silent while nothing is sent, so only what was sent and not
 * answered counts against a peer. One that is idle is never called dead. */
export type Health = {
  "kind": "idle"
}
| {
  "kind": "waiting_for_peer"
}
| {
  "kind": "handshaking",
  /** Since when, Unix milliseconds. */
  since: number,
}
| {
  "kind": "good"
}
| {
  "kind": "no_answer",
  /** Since when, Unix milliseconds. */
  since: number,
};

/** The last five minutes of a tunnel. */
export type History = {
  /** Whose. */
  id: TunnelId,
  /** Milliseconds between samples. */
  interval: number,
  /** The oldest first; at most 300. Seconds in which the tunnel was down are left out. */
  samples: Array<Sample>,
  /** Since the tunnel came up. */
  total: Counters,
};

/** When a command runs. */
export type HookPhase = "pre_up" | "post_up" | "pre_down" | "post_down";

/** SHA-256 of all commands of a configuration, in 64 lowercase hexadecimal digits: the value that is approved. */
export type HooksHash = string;

/** Whether a configuration's commands may run. */
export type HooksView = {
  "kind": "none"
}
| {
  "kind": "not_approved",
  /** What to approve of. */
  hash: HooksHash,
}
| {
  "kind": "approved",
  /** What was approved of. */
  hash: HooksHash,
};

/** A tunnel that can be made of a file. */
export type ImportDraft = {
  /** The file, and the part of it, such as `all.zip: home.conf`. */
  from: string,
  /** Taken by no tunnel, and by no other draft of the answer. */
  name: TunnelName,
  /** Taken by no tunnel, and by no other draft of the answer. */
  interface: InterfaceName,
  /** The text, keys and all. */
  config: ConfigText,
  /** Warnings and notes, the worst first. */
  diagnostics: Array<Diagnostic>,
};

/** A file that somebody hands over. */
export type ImportFile = {
  /** What it is called, with or without a path. */
  name: string,
  /** What is in it. */
  bytes: FileBytes,
};

/** What files can become. */
export type ImportReading = {
  /** Tunnels that can be imported. */
  drafts: Array<ImportDraft>,
  /** The rest. */
  refusals: Array<ImportRefusal>,
};

/** What cannot become a tunnel. */
export type ImportRefusal = {
  /** The file, and the part of it, such as `all.zip: notes.txt`. */
  from: string,
  /** Why not, in English. */
  reason: string,
};

/** The answer to an import. */
export type Imported = {
  /** The new tunnel. */
  id: TunnelId,
  /** What to know about the configuration; nothing of it an error. */
  diagnostics: Array<Diagnostic>,
};

/** How strictly traffic is kept inside a tunnel that takes all traffic. */
export type KillSwitch = "off" | "block" | "lockdown";

/** A question that is answered without the service, or by what the service answers to other methods. In JSON as a request to the service:
 * `{"method":"outline","params":{"config":"…"}}`. */
export type LocalRequest = {
  "method": "outline",
  "params": {
    /** The text. */
    config: ConfigText,
  }
}
| {
  "method": "read_import",
  "params": {
    /** In the order in which they were handed over. */
    files: Array<ImportFile>,
  }
}
| {
  "method": "allowed_ips",
  "params": {
    /** What is in it. */
    include: Array<Cidr>,
    /** What is not. */
    exclude: Array<Cidr>,
  }
}
| {
  "method": "export_qr",
  "params": {
    /** Which. */
    id: TunnelId,
  }
};

/** The answer to the request of the same name. In JSON: `{"method":"outline","result":…}`. */
export type LocalResponse = {
  "method": "outline",
  "result": ConfigOutline
}
| {
  "method": "read_import",
  "result": ImportReading
}
| {
  "method": "allowed_ips",
  "result": Array<Cidr>
}
| {
  "method": "export_qr",
  "result": QrModules
};

/** What a line of the log records. In JSON: `{"code":"handshake_sent","fields":{"peer":"…","attempt":1}}`; without `fields`
 * where there are none. No private or preshared key is in any field. */
export type LogCode = {
  "code": "daemon_started",
  "fields": {
    /** Of the program, such as `0.1.0`. */
    version: LogText,
  }
}
| {
  "code": "daemon_ended"
}
| {
  "code": "store_finding",
  "fields": {
    /** Its path. */
    file: LogText,
    /** Why, in English. */
    what: LogText,
  }
}
| {
  "code": "tunnel_broken",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "file_unusable",
  "fields": {
    /** Its path. */
    file: LogText,
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "file_gone",
  "fields": {
    /** Its path. */
    file: LogText,
  }
}
| {
  "code": "imported"
}
| {
  "code": "exported",
  "fields": {
    /** The user who got it. */
    to: LogText,
  }
}
| {
  "code": "removed"
}
| {
  "code": "config_replaced",
  "fields": {
    /** The new version. */
    version: number,
  }
}
| {
  "code": "reloaded",
  "fields": {
    /** The version that runs. */
    version: number,
  }
}
| {
  "code": "saved",
  "fields": {
    /** The new version. */
    version: number,
  }
}
| {
  "code": "not_saved",
  "fields": {
    /** Why. */
    error: ApiError,
  }
}
| {
  "code": "taken_over"
}
| {
  "code": "given_back",
  "fields": {
    /** Why it did not come up. */
    error: ApiError,
  }
}
| {
  "code": "not_given_back",
  "fields": {
    /** Why it could not be given back. */
    error: ApiError,
  }
}
| {
  "code": "key_forgotten"
}
| {
  "code": "key_old",
  "fields": {
    /** The age from which on a key is old. */
    days: number,
  }
}
| {
  "code": "preshared_key_old",
  "fields": {
    /** The peer that has the other copy. */
    peer: PublicKey,
    /** The age from which on a key is old. */
    days: number,
  }
}
| {
  "code": "rotation_begun"
}
| {
  "code": "rotation_finished"
}
| {
  "code": "hooks_approved",
  "fields": {
    /** The user who approved them. */
    by: LogText,
    /** Of the approved commands. */
    hash: HooksHash,
  }
}
| {
  "code": "hooks_not_run"
}
| {
  "code": "hooks_in_sh"
}
| {
  "code": "command_runs"
}
| {
  "code": "connecting"
}
| {
  "code": "restarting"
}
| {
  "code": "tried_again"
}
| {
  "code": "up"
}
| {
  "code": "down"
}
| {
  "code": "paused"
}
| {
  "code": "not_up",
  "fields": {
    /** Why. */
    error: ApiError,
  }
}
| {
  "code": "not_restored",
  "fields": {
    /** Why. */
    error: ApiError,
  }
}
| {
  "code": "not_kept",
  "fields": {
    /** Why. */
    error: ApiError,
  }
}
| {
  "code": "taking_back",
  "fields": {
    /** Which. */
    step: UndoneStep,
  }
}
| {
  "code": "not_taken_back",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "removed_from_outside"
}
| {
  "code": "interface_moved",
  "fields": {
    /** Whether it is in another namespace now. */
    elsewhere: boolean,
  }
}
| {
  "code": "leftovers_removed",
  "fields": {
    /** What it was, in English. */
    what: LogText,
  }
}
| {
  "code": "leftovers_stay",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "search_without_server",
  "fields": {
    /** The search domains. */
    domains: Array<LogText>,
  }
}
| {
  "code": "split_dns_left_out",
  "fields": {
    /** The domains. */
    domains: Array<LogText>,
  }
}
| {
  "code": "ipv6_left_out",
  "fields": {
    /** Why, in English. */
    because: LogText,
  }
}
| {
  "code": "ipv6_outside"
}
| {
  "code": "ipv6_closed"
}
| {
  "code": "mtu_too_large",
  "fields": {
    /** As configured, bytes. */
    mtu: number,
    /** The largest that fits, bytes. */
    fits: number,
  }
}
| {
  "code": "no_firewall"
}
| {
  "code": "resolving",
  "fields": {
    /** The host name. */
    name: LogText,
  }
}
| {
  "code": "resolver_not_ready",
  "fields": {
    /** As the configuration has it. */
    endpoint: LogText,
    /** What the resolver said, in English. */
    error: LogText,
    /** Milliseconds until it is asked again. */
    again_in_ms: number,
  }
}
| {
  "code": "endpoint_moved",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** Its new address. */
    endpoint: string,
  }
}
| {
  "code": "endpoint_unknown",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** What the resolver said, in English. */
    error: LogText,
  }
}
| {
  "code": "handshake_sent",
  "fields": {
    /** To whom. */
    peer: PublicKey,
    /** 1 for the first, and one more for each that follows unanswered. */
    attempt: number,
  }
}
| {
  "code": "handshake_completed",
  "fields": {
    /** With whom. */
    peer: PublicKey,
    /** The end that sent the initiation. */
    begun_by: TunnelEnd,
  }
}
| {
  "code": "handshake_given_up",
  "fields": {
    /** The peer. */
    peer: PublicKey,
  }
}
| {
  "code": "handshake_dropped",
  "fields": {
    /** Where it came from. */
    from: string,
    /** Why. */
    reason: HandshakeDrop,
  }
}
| {
  "code": "cookie_received",
  "fields": {
    /** The peer. */
    peer: PublicKey,
  }
}
| {
  "code": "peer_silent",
  "fields": {
    /** The peer. */
    peer: PublicKey,
  }
}
| {
  "code": "peer_moved",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** Where it sends from now. */
    endpoint: string,
  }
}
| {
  "code": "no_answer",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** How long. */
    seconds: number,
  }
}
| {
  "code": "answers_again",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** How long it was silent. */
    after_seconds: number,
  }
}
| {
  "code": "network_changed"
}
| {
  "code": "path_changed",
  "fields": {
    /** How many. */
    peers: number,
  }
}
| {
  "code": "mtu_changed",
  "fields": {
    /** Bytes before. */
    from: number,
    /** Bytes now. */
    to: number,
  }
}
| {
  "code": "cannot_follow_network",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "local_networks_unknown",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "closed"
}
| {
  "code": "opened"
}
| {
  "code": "not_closed",
  "fields": {
    /** Why. */
    error: ApiError,
  }
}
| {
  "code": "not_opened",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "lets_outside"
}
| {
  "code": "blocks_outside",
  "fields": {
    /** Whether local networks stay reachable while it is closed. */
    allow_lan: boolean,
  }
}
| {
  "code": "locked_down",
  "fields": {
    /** Whether local networks stay reachable while it is closed. */
    allow_lan: boolean,
  }
}
| {
  "code": "ipv6_allowed_outside"
}
| {
  "code": "ipv6_kept_inside"
}
| {
  "code": "stays_blocked",
  "fields": {
    /** After which it is named. */
    interface: InterfaceName,
  }
}
| {
  "code": "kill_switches_unknown",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "early_opened",
  "fields": {
    /** After which it is named. */
    interface: InterfaceName,
  }
}
| {
  "code": "early_not_kept",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "peer_shut_out",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "put_back",
  "fields": {
    /** Which. */
    what: NetworkSetting,
  }
}
| {
  "code": "not_put_back",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "fought_with",
  "fields": {
    /** How often within ten seconds. */
    times: number,
  }
}
| {
  "code": "unguarded",
  "fields": {
    /** Why, in English. */
    error: LogText,
  }
}
| {
  "code": "other",
  "fields": {
    /** Its code there. */
    name: LogText,
    /** Its values. */
    fields: Array<LogField>,
  }
};

/** A value of a line that another version wrote. */
export type LogField = {
  /** Such as `peer`. */
  name: LogText,
  /** As text. */
  value: LogText,
};

/** How much it matters. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** One line of the log. */
export type LogLine = {
  /** Counts all lines, from 1; a restart of the service goes on counting. */
  number: number,
  /** Unix milliseconds. */
  at: number,
  /** How much it matters. */
  level: LogLevel,
  /** The tunnel that it is about. */
  tunnel: TunnelId | null,
  /** Lines like this one that were left out before it, because there were too many. */
  left_out: number,
} & LogCode;

/** A piece of the log. */
export type LogPage = {
  /** In order. */
  lines: Array<LogLine>,
  /** What to give as `after` to get those that follow. */
  last: number,
  /** Lines after the asked-for number that are forgotten already. */
  missed: number,
};

/** A text in a line of the log, such as an error of the system's. It has no control character: lines are joined by `; `, other
 * control characters are escaped, so that no value can begin another line or steer a terminal. */
export type LogText = string;

/** A configuration without its secrets, to be edited. */
export type MaskedConfig = {
  /** The text with a mark such as `(unchanged)` in place of each key that nobody else may know. All else is as it was written,
   * commands too. */
  config: ConfigText,
  /** Its version, for `replace_config`. */
  version: number,
};

/** How an MTU was found. */
export type MtuSource = "configured" | "route" | "assumed";

/** A setting of the computer's network that a tunnel makes and another program can undo. */
export type NetworkSetting = "kill_switch" | "packet_filter" | "addresses" | "routes" | "rules" | "resolvers";

/** An event with its place among the others. */
export type Notice = {
  /** Counts all events since the daemon started. Who sees a number left out has missed something, and asks anew for what is
   * needed. */
  sequence: number,
  /** What happened. */
  event: Event,
};

/** A section of a configuration. */
export type OutlineSection = {
  /** Which. */
  kind: SectionKind,
  /** The peer's name, from a comment. */
  name: string | null,
  /** First byte of its header's line. */
  start: number,
  /** The byte behind its last line that is neither empty nor a comment: a new line belongs there. */
  end: number,
  /** Its lines `Key = Value` whose key the language knows, in order. */
  entries: Array<Entry>,
};

/** Some of a tunnel's peers, in the order of their public keys: those that are configured, and those that run. */
export type PeerPage = {
  /** As the configuration has them. */
  configured: Array<PeerView>,
  /** As they run; empty while the tunnel is not up. */
  running: Array<PeerStatus>,
  /** After which key more follow; null: this is the last page. */
  next: PublicKey | null,
};

/** A peer of a tunnel that is up. */
export type PeerStatus = {
  /** Who. */
  public_key: PublicKey,
  /** Where it was last heard from, or is looked for. */
  endpoint: string | null,
  /** Whether that is another place than the configured one. */
  has_moved: boolean,
  /** When the last handshake was completed, Unix milliseconds. */
  last_handshake: number | null,
  /** What went through. */
  counters: Counters,
  /** Whether it answers. */
  health: Health,
};

/** A peer as configured. */
export type PeerView = {
  /** Who. */
  public_key: PublicKey,
  /** From a comment in the configuration. */
  name: string | null,
  /** `host:port`, as configured; null: it has to begin. */
  endpoint: string | null,
  /** Which addresses are its: the first [`NETWORKS_IN_VIEW`]. */
  allowed_ips: Array<Cidr>,
  /** The number of all its networks. */
  allowed_ip_count: number,
  /** Whether there is a preshared key. */
  has_preshared_key: boolean,
  /** Since when at least it is the one that it is, Unix milliseconds; null where there is none. */
  preshared_key_since: number | null,
  /** Seconds between packets that keep the way open; null: off. */
  persistent_keepalive: number | null,
};

/** A peer that the tunnel will talk to. */
export type PlannedPeer = {
  /** Its key. */
  public_key: PublicKey,
  /** From the configuration. */
  name: string | null,
  /** As the configuration has it; null where the peer has to begin. */
  endpoint: string | null,
  /** The endpoint's address at this moment; null where it is not known. */
  address: string | null,
};

/** What bringing a tunnel up will do: for a tunnel of the service, and for a file. */
export type Preview = {
  /** The interface that will be made. */
  interface: InterfaceName,
  /** Its addresses. */
  addresses: Array<Cidr>,
  /** Its MTU, bytes. */
  mtu: number,
  /** How the MTU was found. */
  mtu_source: MtuSource,
  /** UDP port that the tunnel listens on; null where the system chooses. */
  listen_port: number | null,
  /** Peers: as many of the first ones as one answer can carry. */
  peers: Array<PlannedPeer>,
  /** The number of all peers. */
  peer_count: number,
  /** What else will change on the computer, in the order in which it is done: as many of the first ones as one answer can carry. */
  effects: Array<Effect>,
  /** The number of all effects. */
  effect_count: number,
  /** All of IPv4 goes through the tunnel. */
  takes_all_ipv4: boolean,
  /** All of IPv6 goes through the tunnel. */
  takes_all_ipv6: boolean,
  /** What it would be at odds with. */
  conflicts: Array<Conflict>,
  /** What to know about the configuration. */
  diagnostics: Array<Diagnostic>,
  /** What to know about this computer. */
  warnings: Array<PreviewWarning>,
};

/** Something to know before a tunnel comes up. */
export type PreviewWarning = {
  "kind": "ipv6_outside"
}
| {
  "kind": "ipv6_closed"
}
| {
  "kind": "ipv4_outside"
}
| {
  "kind": "no_firewall"
}
| {
  "kind": "hooks_not_approved"
}
| {
  "kind": "hooks_in_sh"
}
| {
  "kind": "search_without_server",
  /** Which. */
  domains: Array<string>,
}
| {
  "kind": "split_dns_left_out",
  /** Which. */
  domains: Array<string>,
}
| {
  "kind": "ipv6_left_out",
  /** Why not. */
  because: string,
}
| {
  "kind": "mtu_too_large",
  /** As configured, bytes. */
  mtu: number,
  /** The largest that fits, bytes. */
  fits: number,
}
| {
  "kind": "unresolved",
  /** Which name. */
  host: string,
}
| {
  "kind": "not_looked_up",
  /** Which name. */
  host: string,
}
| {
  "kind": "file_readable_by_others",
  /** Which. */
  path: string,
};

/** A peer's public key. In JSON 44 characters of base64, as `wg` writes it. */
export type PublicKey = string;

/** A QR code, with the light margin that scanners need. */
export type QrModules = {
  /** Modules of a side, with the margin. */
  size: number,
  /** `size` × `size` characters, row by row: `1` is dark, `0` is light. */
  modules: string,
};

/** A question, or something to do. In JSON: `{"method":"connect","params":{"id":"…",…}}`; `params` is always there, and a
 * parameter that is not known is an error. */
export type Request = {
  "method": "about",
  "params": Empty
}
| {
  "method": "tunnels",
  "params": {
    /** The name of the last tunnel of the page before; none: from the first. */
    after: TunnelName | null,
  }
}
| {
  "method": "tunnel",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "peers",
  "params": {
    id: TunnelId,
    /** `next` of the page before; none: from the first. */
    after: PublicKey | null,
  }
}
| {
  "method": "history",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "drops",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "logs",
  "params": {
    /** 0 for the oldest that is remembered. */
    after: number,
    /** Least level that is wanted. */
    level: LogLevel,
    /** Most lines, at most 1,000. */
    limit: number,
  }
}
| {
  "method": "route",
  "params": {
    ip: string,
  }
}
| {
  "method": "preview",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "takeovers",
  "params": Empty
}
| {
  "method": "connect",
  "params": {
    id: TunnelId,
    /** Also where it is at odds with something else on this computer. */
    despite_conflicts: boolean,
  }
}
| {
  "method": "connect_with_key",
  "params": {
    id: TunnelId,
    key: SecretKey,
    despite_conflicts: boolean,
  }
}
| {
  "method": "disconnect",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "restart",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "reload",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "pause",
  "params": {
    id: TunnelId,
    /** How long; none: until `resume`. */
    seconds: number | null,
  }
}
| {
  "method": "resume",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "import",
  "params": {
    name: TunnelName,
    interface: InterfaceName,
    config: ConfigText,
  }
}
| {
  "method": "create",
  "params": {
    name: TunnelName,
    interface: InterfaceName,
    config: ConfigText,
  }
}
| {
  "method": "preview_config",
  "params": {
    interface: InterfaceName,
    config: ConfigText,
  }
}
| {
  "method": "export",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "masked_config",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "replace_config",
  "params": {
    id: TunnelId,
    config: ConfigText,
    /** The version that the new one was made from. If there is a later one by now, nothing is saved. */
    expected_version: number,
  }
}
| {
  "method": "check_config",
  "params": {
    /** The tunnel that would get it; none: a new one. */
    id: TunnelId | null,
    config: ConfigText,
  }
}
| {
  "method": "rename",
  "params": {
    id: TunnelId,
    name: TunnelName,
  }
}
| {
  "method": "remove",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "versions",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "restore_version",
  "params": {
    id: TunnelId,
    version: number,
  }
}
| {
  "method": "forget_key",
  "params": {
    id: TunnelId,
    /** The public half of the key that the caller has put somewhere safe; if the tunnel has another, nothing is forgotten. */
    kept: PublicKey,
  }
}
| {
  "method": "check_running",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "save_running",
  "params": {
    id: TunnelId,
    /** The version that is to be changed. If there is a later one by now, nothing is saved. */
    expected_version: number,
  }
}
| {
  "method": "set_key_reminder",
  "params": {
    id: TunnelId,
    days: number | null,
  }
}
| {
  "method": "set_start_at_boot",
  "params": {
    id: TunnelId,
    enabled: boolean,
  }
}
| {
  "method": "set_kill_switch",
  "params": {
    id: TunnelId,
    kill_switch: KillSwitch,
    /** Whether the private networks that the computer is in stay reachable while the kill switch is closed. */
    allow_lan: boolean,
  }
}
| {
  "method": "set_allow_ipv6_outside",
  "params": {
    id: TunnelId,
    enabled: boolean,
  }
}
| {
  "method": "approve_hooks",
  "params": {
    id: TunnelId,
    hash: HooksHash,
  }
}
| {
  "method": "begin_rotation",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "test_rotation",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "finish_rotation",
  "params": {
    id: TunnelId,
    /** Also where no peer has answered the new key. */
    despite_silence: boolean,
  }
}
| {
  "method": "cancel_rotation",
  "params": {
    id: TunnelId,
  }
}
| {
  "method": "take_over",
  "params": {
    name: InterfaceName,
  }
};

/** Something that has to be on a computer. */
export type Requirement = "tun_device" | "dns_backend" | "packet_filter";

/** The answer to the request of the same name. In JSON: `{"method":"connect","result":…}`. */
export type Response = {
  "method": "about",
  "result": About
}
| {
  "method": "tunnels",
  "result": TunnelPage
}
| {
  "method": "tunnel",
  "result": TunnelView
}
| {
  "method": "peers",
  "result": PeerPage
}
| {
  "method": "history",
  "result": History
}
| {
  "method": "drops",
  "result": Array<DropCount>
}
| {
  "method": "logs",
  "result": LogPage
}
| {
  "method": "route",
  "result": RouteAnswer
}
| {
  "method": "preview",
  "result": Preview
}
| {
  "method": "takeovers",
  "result": Array<TakeoverView>
}
| {
  "method": "connect",
  "result": null
}
| {
  "method": "connect_with_key",
  "result": null
}
| {
  "method": "disconnect",
  "result": null
}
| {
  "method": "restart",
  "result": null
}
| {
  "method": "reload",
  "result": ConfigReplaced
}
| {
  "method": "pause",
  "result": null
}
| {
  "method": "resume",
  "result": null
}
| {
  "method": "import",
  "result": Imported
}
| {
  "method": "create",
  "result": Imported
}
| {
  "method": "preview_config",
  "result": Preview
}
| {
  "method": "export",
  "result": ConfigText
}
| {
  "method": "masked_config",
  "result": MaskedConfig
}
| {
  "method": "replace_config",
  "result": ConfigReplaced
}
| {
  "method": "check_config",
  "result": ConfigCheck
}
| {
  "method": "rename",
  "result": null
}
| {
  "method": "remove",
  "result": null
}
| {
  "method": "versions",
  "result": Array<VersionView>
}
| {
  "method": "restore_version",
  "result": ConfigReplaced
}
| {
  "method": "forget_key",
  "result": null
}
| {
  "method": "check_running",
  "result": ConfigCheck
}
| {
  "method": "save_running",
  "result": ConfigReplaced
}
| {
  "method": "set_key_reminder",
  "result": null
}
| {
  "method": "set_start_at_boot",
  "result": null
}
| {
  "method": "set_kill_switch",
  "result": null
}
| {
  "method": "set_allow_ipv6_outside",
  "result": null
}
| {
  "method": "approve_hooks",
  "result": null
}
| {
  "method": "begin_rotation",
  "result": RotationView
}
| {
  "method": "test_rotation",
  "result": RotationTest
}
| {
  "method": "finish_rotation",
  "result": ConfigReplaced
}
| {
  "method": "cancel_rotation",
  "result": null
}
| {
  "method": "take_over",
  "result": Imported
};

/** The right to call methods; each role includes the ones before it. */
export type Role = "status" | "operate" | "administer";

/** Whether the other side knows the new key. */
export type RotationTest = {
  /** Peers that answered a handshake with the new key. */
  answered: Array<PublicKey>,
  /** Peers that did not. */
  silent: Array<PublicKey>,
  /** Peers without an endpoint, which cannot be asked. */
  not_asked: Array<PublicKey>,
};

/** A key that is about to replace a tunnel's. */
export type RotationView = {
  /** Its public half, which the other side has to be told. */
  public_key: PublicKey,
  /** When it was made, Unix milliseconds. */
  since: number,
  /** What the other side puts into its configuration, as `.conf` text: a `[Peer]` with the new key. Holds no secret. */
  text_for_peers: string,
};

/** A way for packets. */
export type Route = {
  "kind": "tunnel",
  /** Which. */
  candidate: RouteCandidate,
  /** Why. */
  why: RouteReason,
}
| {
  "kind": "outside",
  /** Over which interface. */
  interface: string | null,
  /** Why. */
  why: RouteReason,
}
| {
  "kind": "no_peer",
  /** Which. */
  tunnel: TunnelId,
};

/** Where packets to an address go. */
export type RouteAnswer = {
  /** The address that was asked about. */
  ip: string,
  /** Where they go as things are. */
  route: Route,
  /** Tunnels that are down (or not preferred) and have the address among their allowed IPs, the narrowest network first. */
  others: Array<RouteCandidate>,
};

/** A tunnel that would take the packets. */
export type RouteCandidate = {
  /** Which. */
  tunnel: TunnelId,
  /** Its interface. */
  interface: InterfaceName,
  /** Whose the address is. */
  peer: PublicKey,
  /** The network of that peer's that has it. */
  allowed_ip: Cidr,
};

/** Why packets go that way. */
export type RouteReason = {
  "kind": "narrowest",
  /** Which. */
  network: Cidr,
}
| {
  "kind": "takes_all",
  /** What sends it there on this system, in English, for experts: such as `routing table 51820`. */
  detail: string,
}
| {
  "kind": "private_network",
  /** Which. */
  network: Cidr,
}
| {
  "kind": "own_address"
}
| {
  "kind": "no_tunnel"
};

/** What went through a tunnel in one second. */
export type Sample = {
  /** End of that second, Unix milliseconds. */
  at: number,
  /** Bytes from the peers. */
  received: number,
  /** Bytes to the peers. */
  sent: number,
};

/** The private key of a tunnel, which is used and not kept. In JSON 44 characters of base64. Wiped when dropped, and never printed. */
export type SecretKey = string;

/** A kind of section. */
export type SectionKind = "interface" | "peer";

/** How bad it is. */
export type Severity = "note" | "warning" | "error";

/** Where a tunnel's configuration lives. */
export type Source = {
  "kind": "store"
}
| {
  "kind": "file",
  /** Such as `/etc/wireguard/wg0.conf`. */
  path: string,
};

/** A run of bytes of one class. */
export type Span = {
  /** First byte. */
  start: number,
  /** The byte behind it. */
  end: number,
  /** What it is. */
  class: SpanClass,
};

/** What a run of bytes of a configuration is. */
export type SpanClass = "byte_order_mark" | "space" | "line_end" | "comment" | "section" | "key" | "delimiter" | "private_key" | "public_key" | "preshared_key" | "address" | "prefix" | "host" | "port" | "keepalive" | "mtu" | "fw_mark" | "table" | "boolean" | "command" | "unknown";

/** A step of bringing a tunnel up, in this order. */
export type Step = "check" | "resolve" | "firewall" | "pre_up" | "interface" | "addresses" | "routes" | "dns" | "post_up";

/** A configuration of wg-quick's. */
export type TakeoverView = {
  /** As in `wg-quick@NAME`. */
  name: InterfaceName,
  /** Its file. */
  path: string,
  /** Whether it is up. */
  active: boolean,
  /** Whether `wg-quick@NAME.service` brought it up. */
  by_service: boolean,
  /** Whether it comes up when the computer starts. */
  starts_at_boot: boolean,
};

/** One of the two ends of a session. */
export type TunnelEnd = "us" | "peer";

/** 128 random bits, written as 32 lowercase hexadecimal digits. */
export type TunnelId = string;

/** 1 to 64 characters that can be seen, spaces only within. For people; files and interfaces are called otherwise. */
export type TunnelName = string;

/** Some of the tunnels. */
export type TunnelPage = {
  /** By name, whatever the capitals. */
  tunnels: Array<TunnelView>,
  /** Whether more follow: ask again with the last one's name as `after`. */
  more: boolean,
};

/** How a tunnel is. */
export type TunnelState = {
  "kind": "down",
  /** Why; null when it was never up since the daemon started. */
  reason: DownReason | null,
  /** When it is tried again, Unix milliseconds; null: not by itself. */
  retry_at: number | null,
}
| {
  "kind": "connecting",
  /** What is being done. */
  step: Step,
  /** Since when, Unix milliseconds. */
  since: number,
}
| {
  "kind": "up"
} & UpState
| {
  "kind": "disconnecting",
  /** Since when, Unix milliseconds. */
  since: number,
}
| {
  "kind": "paused",
  /** End of the pause, Unix milliseconds; null: until it is resumed. */
  until: number | null,
}
| {
  "kind": "blocked",
  /** Why. */
  cause: ApiError,
  /** Since when, Unix milliseconds. */
  since: number,
  /** When it is tried again, Unix milliseconds; null: not by itself. */
  retry_at: number | null,
};

/** Everything about a tunnel but its keys and its past. */
export type TunnelView = {
  /** For programs; never changes. */
  id: TunnelId,
  /** For people. */
  name: TunnelName,
  /** What its network interface is called while it is up. */
  interface: InterfaceName,
  /** How it is. */
  state: TunnelState,
  /** Where its configuration lives. */
  source: Source,
  /** Counts the changes of the configuration, from 1. */
  version: number,
  /** Whether the configuration can be used at all; where it cannot, `check_config` says why. */
  usable: boolean,
  /** This end's public key; null where a command sets the private key. */
  public_key: PublicKey | null,
  /** Whether the private key is not kept: it has to be given each time that the tunnel is brought up. */
  asks_for_key: boolean,
  /** Since when at least the tunnel has this key, Unix milliseconds: when it was imported or made here. null where that is not known. */
  key_since: number | null,
  /** After how many days a key is called old; null: never. */
  key_reminder_days: number | null,
  /** A key that is about to replace it. */
  rotation: RotationView | null,
  /** This end's addresses inside the tunnel. */
  addresses: Array<Cidr>,
  /** The first of the other ends, as configured: [`PEERS_IN_VIEW`] at most. The method `peers` gives all. */
  peers: Array<PeerView>,
  /** How many there are in the configuration. */
  peer_count: number,
  /** Whether it comes up when the computer starts. */
  start_at_boot: boolean,
  /** How strictly traffic is kept inside it. */
  kill_switch: KillSwitch,
  /** Whether the private networks that the computer is in stay reachable while the kill switch is closed. */
  allow_lan: boolean,
  /** Whether IPv6 may leave past it, where it takes all of IPv4 and none of IPv6. */
  allow_ipv6_outside: boolean,
  /** Whether its commands may run. */
  hooks: HooksView,
};

/** A step of bringing a tunnel up that is undone when the tunnel goes down. */
export type UndoneStep = "pre_up" | "interface" | "engine" | "firewall" | "routes" | "dns" | "post_up";

/** A tunnel that is up. */
export type UpState = {
  /** Since when, Unix milliseconds. */
  since: number,
  /** The worst of its peers'. */
  health: Health,
  /** Largest inner packet, bytes. */
  mtu: number,
  /** UDP port on this computer. */
  listen_port: number,
  /** All peers' together. */
  counters: Counters,
  /** When the last handshake with any peer was completed, Unix milliseconds. */
  last_handshake: number | null,
  /** Some peers, by public key: [`PEERS_IN_VIEW`] at most, those of `TunnelView::peers` first. One that was added from outside has no
   * `PeerView`. The method `peers` gives all. */
  peers: Array<PeerStatus>,
  /** How many peers the running tunnel has. */
  peer_count: number,
  /** Whether the running tunnel differs from its configuration, because another program changed it or a saved change needs
   * a restart. */
  differs: boolean,
  /** With whom it is at odds, where it was brought up nevertheless. */
  conflicts: Array<Conflict>,
  /** What the configuration asks for and this computer does not do. */
  warnings: Array<PreviewWarning>,
  /** How packets are carried. */
  data_path: DataPath,
  /** Its interface was moved to another network namespace, where Adit sets no addresses and routes. Encrypted packets
   * still leave from this one. */
  in_other_namespace: boolean,
  /** Encrypted packets of the tunnel that a route has led back into it, and that were dropped, since it came up. More than none: the route
   * to a peer leads through the tunnel itself, which then carries nothing. */
  routing_loops: number,
};

/** Where a version came from. */
export type VersionOrigin = {
  "kind": "imported"
}
| {
  "kind": "edited"
}
| {
  "kind": "restored",
  /** To which version. */
  version: number,
}
| {
  "kind": "rotated"
}
| {
  "kind": "saved"
};

/** A configuration that a tunnel has or had. */
export type VersionView = {
  /** Its number. */
  version: number,
  /** Whether it is the present one. */
  is_current: boolean,
  /** When it was saved, Unix milliseconds. */
  saved_at: number,
  /** Where it came from. */
  origin: VersionOrigin,
  /** The difference to the one before; empty where that is not kept. */
  changes: Array<ConfigChange>,
};
