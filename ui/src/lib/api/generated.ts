// Written by `cargo xtask gen` from core/api. Change it there.

/** An address with a prefix length, such as `10.0.0.0/8`. */
export type Cidr = string;

/** 1 to 15 of `a-z A-Z 0-9 _ = + . -`. */
export type InterfaceName = string;

/** Nothing. */
export type Empty = Record<string, never>;

/** What can be asked for: the service answers a `Request`, the program around the page a `LocalRequest` or `DesktopRequest`. */
export type Method = (Request | LocalRequest | DesktopRequest)["method"];

/** What a method takes. */
export type Params<M extends Method> = Extract<Request | LocalRequest | DesktopRequest, { method: M }>["params"];

/** What a method answers. */
export type Answer<M extends Method> = Extract<Response | LocalResponse | DesktopResponse, { method: M }>["result"];

/** Version of the contract. */
export const PROTOCOL = 2;

/** The answering program, and the role of the caller. */
export type About = {
  /** Version of the program, such as `0.1.0`. */
  version: string,
  /** Version of the contract. */
  protocol: number,
  /** Operating system, such as `linux`. */
  system: string,
  /** When the program started, Unix milliseconds. */
  started_at: number,
  /** True if the program simulates the computer: nothing that it reports concerns a real network. */
  simulated: boolean,
  /** The caller's role without entering a password. */
  role: Role,
};

/** A right that is granted separately from the roles, by its own polkit action. [`Action::Lockdown`] includes
 * [`Action::KillSwitch`]. */
export type Action = "kill_switch" | "lockdown";

/** The reason why a request was not carried out. In JSON: `{"code":"not_found","id":"…"}`. */
export type ApiError = {
  "code": "not_found",
  /** The id. */
  id: TunnelId,
}
| {
  "code": "no_such_version",
  /** The version. */
  version: number,
}
| {
  "code": "no_such_takeover",
  /** The name. */
  name: InterfaceName,
}
| {
  "code": "name_taken",
  /** The name. */
  name: TunnelName,
}
| {
  "code": "interface_taken",
  /** The interface. */
  interface: InterfaceName,
}
| {
  "code": "conflict",
  /** The conflicts. */
  conflicts: Array<Conflict>,
}
| {
  "code": "not_allowed",
  /** The lowest role that may do this. */
  needs: Role,
  /** The missing action, if the role suffices. */
  action: Action | null,
}
| {
  "code": "invalid",
  /** All diagnostics, errors and warnings. */
  diagnostics: Array<Diagnostic>,
}
| {
  "code": "bad_request",
  /** The problem in English, for the programmer. */
  detail: string,
}
| {
  "code": "changed",
  /** The present version or revision. */
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
  /** The hash of the commands to approve. */
  hash: HooksHash,
}
| {
  "code": "hooks_changed",
  /** The hash of the present commands. */
  hash: HooksHash,
}
| {
  "code": "hook_failed",
  /** Its exit code; null if a signal ended it or it could not start. */
  exit_code: number | null,
  /** The last lines of its standard error, without possible secrets, or why it could not start. */
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
  /** The tunnel's public key. */
  public_key: PublicKey,
}
| {
  "code": "wrong_key",
  /** The tunnel's public key. */
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
  /** The file's path. */
  path: string,
}
| {
  "code": "unresolved",
  /** The name. */
  host: string,
  /** The resolver's message, in English. */
  detail: string,
}
| {
  "code": "no_permission",
  /** The operation that failed, in English. */
  doing: string,
}
| {
  "code": "missing",
  /** The missing part. */
  what: Requirement,
}
| {
  "code": "io",
  /** The operation, in English. */
  doing: string,
  /** The system's message, in English. */
  detail: string,
}
| {
  "code": "too_many_look_ups",
  /** The most previews that can wait at once. */
  limit: number,
}
| {
  "code": "too_large",
  /** The largest message, bytes. */
  limit: number,
}
| {
  "code": "lockdown"
}
| {
  "code": "not_full_tunnel"
}
| {
  "code": "no_such_rule",
  /** The index, from 0. */
  index: number,
}
| {
  "code": "network_unidentified",
  /** The reason. */
  why: Unidentified,
}
| {
  "code": "portal_is_open",
  /** Its user, such as `uid 1000`. */
  by: string,
  /** The time at which it ends at the latest, Unix milliseconds. */
  until: number,
}
| {
  "code": "portal_not_shut_out"
}
| {
  "code": "draft_gone"
}
| {
  "code": "shutting_down"
}
| {
  "code": "internal"
};

/** An established state. */
export type AppliedRules = {
  /** The tunnels that are up; all others that the rules name are down. null: all stay as they are. */
  tunnels: Array<RuleTunnel> | null,
  /** The kill switch. */
  kill_switch: RulesSwitch,
};

/** A value that a sentence needs, with its name. The argument `kind` tells the cases of one code apart. Never contains a key: the argument
 * `text`, which is a quotation from the file, is missing if it could be one. */
export type Argument = {
  "kind": "text",
  /** Name of the argument. */
  name: string,
  /** The text, without control and invisible characters. */
  text: string,
}
| {
  "kind": "number",
  /** Name of the argument. */
  name: string,
  /** The number. */
  number: number,
};

/** A tunnel that goes down after a time. */
export type AutoOff = {
  /** The tunnel. */
  id: TunnelId,
  /** When it goes down. */
  at: number,
};

/** The file that the user chose to restore. */
export type BackupChoice = {
  "kind": "cancelled"
}
| {
  "kind": "chosen",
  /** Its name, without the path. It may contain any character. */
  name: string,
}
| {
  "kind": "refused",
  /** Its name, without the path. */
  name: string,
  /** The reason. */
  problem: BackupProblem,
};

/** The answer to a passphrase. */
export type BackupOpening = {
  "kind": "opened",
  /** The changes that restoring it would make. */
  plan: RestorePlan,
}
| {
  "kind": "refused",
  /** The reason. */
  problem: BackupProblem,
};

/** The reason why a backup cannot be read. */
export type BackupProblem = {
  "kind": "unreadable",
  /** The system's reason. */
  detail: string,
}
| {
  "kind": "too_large"
}
| {
  "kind": "not_a_backup"
}
| {
  "kind": "damaged"
}
| {
  "kind": "needs_identity"
}
| {
  "kind": "wrong_passphrase"
}
| {
  "kind": "too_much_work"
}
| {
  "kind": "newer"
}
| {
  "kind": "content",
  /** The problem, in English. It may contain any character. */
  detail: string,
};

/** The action that a change needs to take effect on the running tunnel. */
export type ChangeEffect = "none" | "live" | "restart";

/** How a condition came out. */
export type ConditionTrace = {
  /** The condition in the language of the rules, such as `not wifi "Home"`. */
  condition: string,
  /** Whether it holds, a negation included. */
  verdict: Verdict,
  /** The fact that it was compared with. */
  seen: SeenFact,
};

/** One difference between two configurations in meaning, not in text. */
export type ConfigChange = {
  /** The peer whose setting differs; null for a setting of this end. */
  peer: PublicKey | null,
  /** The setting. */
  field: ConfigField,
  /** The earlier value as text; null if there was none, and for secrets. */
  before: string | null,
  /** The new value as text; null if there is none, and for secrets. */
  after: string | null,
  /** The action that the change needs to take effect while the tunnel is up. */
  effect: ChangeEffect,
};

/** The diagnostics and changes of a configuration that is not saved. */
export type ConfigCheck = {
  /** All diagnostics, including errors. */
  diagnostics: Array<Diagnostic>,
  /** The public key of the configuration's private key, even if there are other errors. null without a valid private key. */
  public_key: PublicKey | null,
  /** The changes to the tunnel's saved configuration; empty without a tunnel, and if there are errors. */
  changes: Array<ConfigChange>,
  /** The number of changes that are not listed because they do not fit into one answer. */
  changes_left_out: number,
};

/** The setting that changed. */
export type ConfigField = "private_key" | "listen_port" | "fw_mark" | "addresses" | "dns" | "mtu" | "table" | "save_config" | "hooks" | "peer_added" | "peer_removed" | "peer_name" | "preshared_key" | "endpoint" | "further_endpoints" | "allowed_ips" | "persistent_keepalive" | "text";

/** The parts of a configuration for an editor. */
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
  /** Changes that have taken effect, or that no running setting depends on. */
  applied: Array<ConfigChange>,
  /** Changes that take effect with the next start. */
  needs_restart: Array<ConfigChange>,
  /** The number of changes of both kinds that are not listed because they do not fit into one answer. */
  changes_left_out: number,
  /** Warnings and notes about the configuration; no errors. */
  diagnostics: Array<Diagnostic>,
};

/** A whole `.conf` file as text. It is wiped when dropped, and never printed. */
export type ConfigText = string;

/** A conflict between a tunnel and another tunnel or another part of the computer. */
export type Conflict = {
  "kind": "same_network",
  /** The other tunnel. */
  other: TunnelId,
  /** The network. */
  network: Cidr,
}
| {
  "kind": "both_take_all",
  /** The other tunnel. */
  other: TunnelId,
}
| {
  "kind": "same_address",
  /** The other tunnel. */
  other: TunnelId,
  /** The address. */
  address: string,
}
| {
  "kind": "same_port",
  /** The other tunnel. */
  other: TunnelId,
  /** The UDP port. */
  port: number,
}
| {
  "kind": "both_set_dns",
  /** The other tunnel. */
  other: TunnelId,
}
| {
  "kind": "interface_exists",
  /** The interface. */
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
  /** The other VPN's interface, or another description of it. */
  interface: string,
};

/** The traffic since the tunnel came up, bytes. */
export type Counters = {
  /** Bytes from the peers. */
  received: number,
  /** Bytes to the peers. */
  sent: number,
};

/** The kernel's offloads that the data path uses: the kernel supports them, and they have not failed since. */
export type DataPath = {
  /** Queues of the tunnel's interface. */
  queues: number,
  /** True if the kernel and the tunnel exchange superpackets of TCP. */
  tun_segmentation: boolean,
  /** True if the kernel and the tunnel exchange superpackets of UDP. */
  tun_udp_segmentation: boolean,
  /** True if one system call sends several datagrams. */
  udp_segmentation: boolean,
  /** True if one system call receives several datagrams. */
  udp_receive: boolean,
};

/** A day of the week and the time of that day, in local time. */
export type DayTime = {
  /** The day. */
  day: Weekday,
  /** 0 to 23. */
  hour: number,
  /** 0 to 59. */
  minute: number,
};

/** A request to the desktop app. The JSON has the form of a request to the service:
 * `{"method":"desktop","params":{}}`. */
export type DesktopRequest = {
  "method": "desktop",
  "params": Empty
}
| {
  "method": "set_desktop",
  "params": {
    /** The settings. */
    settings: DesktopSettings,
    /** True if the app starts when the user logs in. */
    start_at_login: boolean,
  }
}
| {
  "method": "set_language",
  "params": {
    /** The tag of one of the languages that the app has; null: the system's language. */
    language: string | null,
  }
}
| {
  "method": "copy_secret",
  "params": {
    /** A configuration or a preshared key. */
    text: ConfigText,
  }
}
| {
  "method": "scan_screen",
  "params": {
    /** The picture's origin, for people, in the user's language: it is part of each draft's `from`. */
    from: string,
  }
}
| {
  "method": "choose_import",
  "params": {
    /** True for one folder, whose `.conf` files are imported, instead of files. */
    folder: boolean,
  }
}
| {
  "method": "read_opened",
  "params": Empty
}
| {
  "method": "allow_camera",
  "params": Empty
}
| {
  "method": "export_file",
  "params": {
    /** The tunnel. */
    id: TunnelId,
  }
}
| {
  "method": "export_all",
  "params": Empty
}
| {
  "method": "back_up",
  "params": {
    /** Encrypts the file. */
    passphrase: Passphrase,
  }
}
| {
  "method": "choose_backup",
  "params": Empty
}
| {
  "method": "open_backup",
  "params": {
    /** Decrypts it. */
    passphrase: Passphrase,
  }
}
| {
  "method": "restore",
  "params": {
    /** The tunnels. */
    tunnels: Array<TunnelName>,
  }
}
| {
  "method": "close_backup",
  "params": Empty
};

/** The answer to the request of the same name. In JSON: `{"method":"desktop","result":…}`. */
export type DesktopResponse = {
  "method": "desktop",
  "result": DesktopView
}
| {
  "method": "set_desktop",
  "result": DesktopView
}
| {
  "method": "set_language",
  "result": DesktopView
}
| {
  "method": "copy_secret",
  "result": null
}
| {
  "method": "scan_screen",
  "result": ImportReading | null
}
| {
  "method": "choose_import",
  "result": ImportReading | null
}
| {
  "method": "read_opened",
  "result": ImportReading | null
}
| {
  "method": "allow_camera",
  "result": boolean
}
| {
  "method": "export_file",
  "result": string | null
}
| {
  "method": "export_all",
  "result": string | null
}
| {
  "method": "back_up",
  "result": string | null
}
| {
  "method": "choose_backup",
  "result": BackupChoice
}
| {
  "method": "open_backup",
  "result": BackupOpening
}
| {
  "method": "restore",
  "result": Array<RestoreResult>
}
| {
  "method": "close_backup",
  "result": null
};

/** The settings. What is missing in their file has its default. */
export type DesktopSettings = {
  /** True if the app tells that a tunnel came up. */
  notify_up: boolean,
  /** True if the app tells that a tunnel went down or could not come up. */
  notify_down: boolean,
  /** True if the app tells that an on-demand rule turned a tunnel on or off, or changed its routing mode. */
  notify_rules: boolean,
  /** True if the app tells that no peer has answered for five minutes. */
  notify_silent: boolean,
  /** True if the app tells that a peer answers again. */
  notify_answers: boolean,
  /** True if the app tells that a kill switch blocks traffic. */
  notify_blocked: boolean,
  /** True if the app tells that a key is old. */
  notify_key_old: boolean,
  /** True if the app shows an icon in the tray. */
  show_tray: boolean,
  /** True if closing the window only hides it, where a tray shows the app's icon. */
  close_hides: boolean,
};

/** The settings of the app as the window shows them. */
export type DesktopView = {
  /** The settings. */
  settings: DesktopSettings,
  /** True if the app starts when the user logs in. */
  start_at_login: boolean,
  /** True if a tray shows the app's icon now. Without one, closing the window ends the app. */
  has_tray: boolean,
  /** The tag of the language that the user chose, such as `pt-BR`; null: the system's language. */
  language: string | null,
  /** The tag of the language that stands for the system's. */
  system_language: string,
  /** The version of the app. */
  version: string,
};

/** One error, warning or note about a configuration, with its position. Never contains a key. */
export type Diagnostic = {
  /** The severity. */
  severity: Severity,
  /** The kind of problem, such as `missing_private_key`. The codes never change. */
  code: string,
  /** The section: `Interface` or `Peer`. */
  section: string | null,
  /** The key as the configuration language spells it, such as `AllowedIPs`. */
  key: string | null,
  /** Line, 1-based. */
  line: number,
  /** Column, 1-based, in characters. */
  column: number,
  /** First byte of the text that it concerns. */
  start: number,
  /** The byte after that text. */
  end: number,
  /** The correction, such as `write_port`. The names never change. */
  advice: string | null,
  /** The values that a sentence about the problem or the correction needs. */
  arguments: Array<Argument>,
  /** Edits of the text, each of which corrects the problem. */
  fixes: Array<Fix>,
};

/** The reason why a tunnel is down. */
export type DownReason = {
  "kind": "asked"
}
| {
  "kind": "failed",
  /** The reason. */
  error: ApiError,
}
| {
  "kind": "interface_removed"
}
| {
  "kind": "engine_stopped"
};

/** The number of a draft, among all drafts of this process. */
export type DraftId = number;

/** The number of packets or datagrams that were dropped for one reason. */
export type DropCount = {
  /** The reason. */
  reason: DropReason,
  /** The number since the tunnel came up; at least 1. */
  count: number,
};

/** The reason why a tunnel dropped a packet or a datagram. */
export type DropReason = "message_type" | "message_length" | "mac1" | "cookie_required" | "rate_limited" | "no_private_key" | "unknown_index" | "cookie" | "handshake" | "low_order_point" | "unknown_peer" | "replayed_initiation" | "initiation_flood" | "session_expired" | "counter_exhausted" | "decrypt" | "replay" | "inner_packet" | "source_not_allowed" | "congestion" | "no_route" | "no_endpoint" | "routing_loop" | "queue_full" | "handshake_timeout";

/** One change that a tunnel makes on the computer, and undoes when it goes down. `detail` describes in English, for experts, how
 * this system does it, such as `table 51820`; it is empty if there is only one way. */
export type Effect = {
  "kind": "route",
  /** The network. */
  network: Cidr,
  /** The means of this system, in English. */
  detail: string,
}
| {
  "kind": "takes_all",
  /** True for IPv6, false for IPv4. */
  ipv6: boolean,
  /** True if the private networks that the computer is connected to stay outside. */
  except_private: boolean,
  /** Other networks that stay outside. */
  except: Array<Cidr>,
  /** The means of this system, in English. */
  detail: string,
}
| {
  "kind": "endpoints_outside",
  /** The networks. */
  networks: Array<Cidr>,
  /** The means of this system, in English. */
  detail: string,
}
| {
  "kind": "dns",
  /** DNS servers, in order of preference. */
  servers: Array<string>,
  /** Search domains, in order of preference. */
  search: Array<string>,
  /** The domains whose names the servers resolve, besides the search domains; empty if they resolve all names. */
  only: Array<string>,
  /** The means of this system, in English. null: nothing on this computer can set DNS servers, and bringing the tunnel up
   * will fail. */
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
  /** The time at which it runs. */
  phase: HookPhase,
  /** The command, with the interface's name in place of `%i`. null for callers who are not administrators: commands may
   * contain secrets. */
  command: string | null,
  /** True if it is approved, and so runs. */
  runs: boolean,
};

/** A line `Key = Value`. Offsets are bytes of the text. It is wiped when dropped, because the value may be a key. */
export type Entry = {
  /** The key as the configuration language spells it, such as `AllowedIPs`. */
  key: string,
  /** The value as written, without white space around it. */
  value: string,
  /** First byte of the value; its position if it is empty. */
  value_start: number,
  /** The byte after the value. */
  value_end: number,
  /** First byte of the line. */
  line_start: number,
  /** The byte after the line's end. */
  line_end: number,
};

/** A change in the service. */
export type Event = {
  "kind": "tunnel_added",
  /** The new tunnel. */
  tunnel: TunnelView,
}
| {
  "kind": "tunnel_changed",
  /** The tunnel after the change. */
  tunnel: TunnelView,
}
| {
  "kind": "tunnel_removed",
  /** The tunnel. */
  id: TunnelId,
}
| {
  "kind": "traffic",
  /** The tunnel. */
  id: TunnelId,
  /** The traffic of the last second. */
  sample: Sample,
}
| {
  "kind": "key_is_old",
  /** The tunnel. */
  id: TunnelId,
  /** The peer with which the preshared key is shared; null for the private key of this end. */
  peer: PublicKey | null,
  /** The latest time at which the key can have been made, Unix milliseconds. */
  since: number,
}
| {
  "kind": "rules_changed",
  /** The revision of the rules. */
  revision: number,
}
| {
  "kind": "portal_changed",
  /** The state after the change. */
  portal: PortalView,
}
| {
  "kind": "log",
  /** The line. */
  line: LogLine,
};

/** What happens when a server does not answer. */
export type FailoverSettings = {
  /** Seconds (5 to 604,800) before the first step and between steps. */
  after_seconds: number,
  /** The steps, at least one, tried in turn. */
  steps: Array<FailoverStep>,
};

/** A tunnel of the rules whose server did not answer. */
export type FailoverState = {
  /** The name of the tunnel that the rules want. */
  tunnel: string,
  /** The step in force; null: the tunnel itself is tried. */
  step: FailoverStep | null,
  /** When the next step is taken if there is no answer until then. */
  next_at: number | null,
};

/** An attempt to get an answer. */
export type FailoverStep = {
  "kind": "next_endpoint"
}
| {
  "kind": "up",
  /** The name of the other tunnel. */
  tunnel: string,
}
| {
  "kind": "down"
};

/** The bytes of a file as base64. They are wiped when dropped, and never printed: a file may contain keys. */
export type FileBytes = string;

/** An edit of a configuration that corrects a problem: it replaces some bytes by other text. Never contains a key. */
export type Fix = {
  /** First byte to replace. */
  start: number,
  /** The byte after the last one to replace; equal to `start` if the edit only inserts. */
  end: number,
  /** The new text; empty if the edit only deletes. */
  text: string,
};

/** A mistake in a value of a form. */
export type FormProblem = {
  /** The index of the condition; null if the problem is elsewhere. */
  condition: number | null,
  /** The problem. Its line and column mean nothing. */
  problem: Diagnostic,
};

/** The reason why a handshake message was dropped. */
export type HandshakeDrop = "message_type" | "message_length" | "mac1" | "cookie_required" | "rate_limited" | "no_private_key" | "unknown_index" | "cookie" | "handshake" | "low_order_point" | "unknown_peer" | "replayed_initiation" | "initiation_flood";

/** The health of a peer. WireGuard is silent while no data is sent, so only packets without an answer count against a peer. An
 * idle peer never counts as dead. */
export type Health = {
  "kind": "idle"
}
| {
  "kind": "waiting_for_peer"
}
| {
  "kind": "handshaking",
  /** When it started, Unix milliseconds. */
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

/** The traffic of a tunnel in the last five minutes. */
export type History = {
  /** The tunnel. */
  id: TunnelId,
  /** Milliseconds between samples. */
  interval: number,
  /** The oldest first; at most 300. Seconds in which the tunnel was down are left out. */
  samples: Array<Sample>,
  /** The traffic since the tunnel came up. */
  total: Counters,
};

/** The answer of the home probe on a link. */
export type HomeAnswer = {
  "kind": "not_asked"
}
| {
  "kind": "no_answer"
}
| {
  "kind": "answered",
  /** The key. */
  key: PublicKey,
};

/** The time at which a command runs. */
export type HookPhase = "pre_up" | "post_up" | "pre_down" | "post_down";

/** The SHA-256 of all commands of a configuration, as 64 lowercase hexadecimal digits. The approval is for this value. */
export type HooksHash = string;

/** The approval of a configuration's commands. */
export type HooksView = {
  "kind": "none"
}
| {
  "kind": "not_approved",
  /** The hash of the commands to approve. */
  hash: HooksHash,
}
| {
  "kind": "approved",
  /** The hash of the approved commands. */
  hash: HooksHash,
};

/** A tunnel that can be made from a file. The process that read the file keeps the text with its keys, until the draft is imported or
 * discarded. */
export type ImportDraft = {
  /** Its number, for the other requests about it. */
  id: DraftId,
  /** The file and its part, such as `all.zip: home.conf`. */
  from: string,
  /** A name that no tunnel and no other draft of the answer has. */
  name: TunnelName,
  /** An interface that no tunnel and no other draft of the answer has. */
  interface: InterfaceName,
  /** The text, with a mark in place of each private and preshared key. */
  config: ConfigText,
  /** Warnings and notes, the worst first. */
  diagnostics: Array<Diagnostic>,
};

/** A file that the user hands over. */
export type ImportFile = {
  /** Its name, with or without a path. */
  name: string,
  /** Its content. */
  bytes: FileBytes,
};

/** The tunnels that files can become. */
export type ImportReading = {
  /** Tunnels that can be imported. */
  drafts: Array<ImportDraft>,
  /** Files and parts of files that cannot become a tunnel. */
  refusals: Array<ImportRefusal>,
};

/** The reason why a file cannot become a tunnel. Never contains a key. */
export type ImportReason = {
  /** The kind of reason, such as `archive_damaged`. The codes never change. */
  code: string,
  /** The values that a sentence about the reason needs. */
  arguments: Array<Argument>,
  /** The worst error of a configuration. The argument `others` is the number of other errors, warnings and notes. */
  worst: Diagnostic | null,
};

/** A file, or a part of one, that cannot become a tunnel. */
export type ImportRefusal = {
  /** The file and its part, such as `all.zip: notes.txt`. */
  from: string,
  /** The reason. */
  reason: ImportReason,
};

/** The answer to an import. */
export type Imported = {
  /** The new tunnel. */
  id: TunnelId,
  /** Warnings and notes about the configuration; no errors. */
  diagnostics: Array<Diagnostic>,
};

/** The strength of the kill switch of a tunnel that takes all traffic. */
export type KillSwitch = "off" | "block" | "lockdown";

/** The kind of a link. */
export type LinkKind = "wifi" | "ethernet" | "cellular" | "other";

/** A request that is answered without the service, or with its answers to other methods. The JSON has the form of a request to
 * the service:
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
    /** The files, in the user's order. */
    files: Array<ImportFile>,
  }
}
| {
  "method": "read_frame",
  "params": {
    /** The picture's origin, for people, in the user's language: it is part of each draft's `from`. */
    from: string,
    /** Width in pixels. */
    width: number,
    /** Height in pixels. */
    height: number,
    /** The brightness of each pixel, one byte, row by row from the top. */
    luma: FileBytes,
  }
}
| {
  "method": "check_draft",
  "params": {
    /** The draft. */
    draft: DraftId,
    /** Its text, with marks in place of the keys that stay. */
    config: ConfigText,
  }
}
| {
  "method": "preview_draft",
  "params": {
    /** The draft. */
    draft: DraftId,
    /** The interface. */
    interface: InterfaceName,
    /** Its text, with marks in place of the keys that stay. */
    config: ConfigText,
  }
}
| {
  "method": "import_draft",
  "params": {
    /** The draft. */
    draft: DraftId,
    /** The tunnel's name. */
    name: TunnelName,
    /** Its interface. */
    interface: InterfaceName,
    /** Its text, with marks in place of the keys that stay. */
    config: ConfigText,
  }
}
| {
  "method": "discard_drafts",
  "params": {
    /** The drafts. */
    drafts: Array<DraftId>,
  }
}
| {
  "method": "allowed_ips",
  "params": {
    /** Networks to include. */
    include: Array<Cidr>,
    /** Networks to exclude. */
    exclude: Array<Cidr>,
  }
}
| {
  "method": "support_bundle",
  "params": {
    /** Replace IP addresses and names of endpoints by numbers. */
    hide_addresses: boolean,
  }
}
| {
  "method": "export_qr",
  "params": {
    /** The tunnel. */
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
  "method": "read_frame",
  "result": ImportReading | null
}
| {
  "method": "check_draft",
  "result": ConfigCheck
}
| {
  "method": "preview_draft",
  "result": Preview
}
| {
  "method": "import_draft",
  "result": Imported
}
| {
  "method": "discard_drafts",
  "result": null
}
| {
  "method": "allowed_ips",
  "result": Array<Cidr>
}
| {
  "method": "support_bundle",
  "result": Array<SupportFile>
}
| {
  "method": "export_qr",
  "result": QrModules
};

/** The event that a line of the log records. In JSON: `{"code":"handshake_sent","fields":{"peer":"…","attempt":1}}`,
 * without `fields` if there are none. No field contains a private or preshared key. */
export type LogCode = {
  "code": "daemon_started",
  "fields": {
    /** Version of the program, such as `0.1.0`. */
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
    /** The reason, in English. */
    what: LogText,
  }
}
| {
  "code": "tunnel_broken",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "file_unusable",
  "fields": {
    /** Its path. */
    file: LogText,
    /** The reason, in English. */
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
    /** The user who received it. */
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
    /** The reason. */
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
    /** The hash of the approved commands. */
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
    /** The reason. */
    error: ApiError,
  }
}
| {
  "code": "not_restored",
  "fields": {
    /** The reason. */
    error: ApiError,
  }
}
| {
  "code": "not_kept",
  "fields": {
    /** The reason. */
    error: ApiError,
  }
}
| {
  "code": "taking_back",
  "fields": {
    /** The step. */
    step: UndoneStep,
  }
}
| {
  "code": "not_taken_back",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "removed_from_outside"
}
| {
  "code": "interface_moved",
  "fields": {
    /** True if it is in another namespace now. */
    elsewhere: boolean,
  }
}
| {
  "code": "leftovers_removed",
  "fields": {
    /** The settings, in English. */
    what: LogText,
  }
}
| {
  "code": "leftovers_stay",
  "fields": {
    /** The reason, in English. */
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
    /** The reason, in English. */
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
    /** The configured MTU, bytes. */
    mtu: number,
    /** The largest MTU that fits, bytes. */
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
    /** The endpoint as configured. */
    endpoint: LogText,
    /** The resolver's message, in English. */
    error: LogText,
    /** Milliseconds until the next attempt. */
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
    /** The resolver's message, in English. */
    error: LogText,
  }
}
| {
  "code": "handshake_sent",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** 1 for the first attempt, and one more for each unanswered one. */
    attempt: number,
  }
}
| {
  "code": "handshake_completed",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** The end that initiated the handshake. */
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
    /** The source address. */
    from: string,
    /** The reason. */
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
    /** Its new endpoint. */
    endpoint: string,
  }
}
| {
  "code": "no_answer",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** The duration in seconds. */
    seconds: number,
  }
}
| {
  "code": "answers_again",
  "fields": {
    /** The peer. */
    peer: PublicKey,
    /** The duration of the silence in seconds. */
    after_seconds: number,
  }
}
| {
  "code": "network_changed"
}
| {
  "code": "path_changed",
  "fields": {
    /** The number of peers. */
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
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "local_networks_unknown",
  "fields": {
    /** The reason, in English. */
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
    /** The reason. */
    error: ApiError,
  }
}
| {
  "code": "not_opened",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "lets_outside"
}
| {
  "code": "blocks_outside",
  "fields": {
    /** True if local networks stay reachable while it is closed. */
    allow_lan: boolean,
  }
}
| {
  "code": "locked_down",
  "fields": {
    /** True if local networks stay reachable while it is closed. */
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
    /** The interface in the kill switch's name. */
    interface: InterfaceName,
  }
}
| {
  "code": "kill_switches_unknown",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "early_opened",
  "fields": {
    /** The interface in the kill switch's name. */
    interface: InterfaceName,
  }
}
| {
  "code": "early_not_kept",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "peer_shut_out",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "rules_set",
  "fields": {
    /** The new revision. */
    revision: number,
    /** The user who replaced them. */
    by: LogText,
  }
}
| {
  "code": "rules_broken",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "rules_acted",
  "fields": {
    /** The origin of the decision. */
    by: RuleSource,
    /** The interfaces and Wi-Fi names of the networks; none if they are unknown or there is none. */
    networks: Array<LogText>,
    /** The tunnels that are up, with the others of the rules down; null: all stay as they are. */
    up: Array<LogText> | null,
    /** The kill switch. */
    kill_switch: RulesSwitch,
  }
}
| {
  "code": "rule_not_carried_out",
  "fields": {
    /** The reason. */
    error: ApiError,
  }
}
| {
  "code": "choice_begun",
  "fields": {
    /** True if it was turned on. */
    is_up: boolean,
  }
}
| {
  "code": "choice_ended"
}
| {
  "code": "rules_paused",
  "fields": {
    /** The duration in seconds; null: until the network changes. */
    seconds: number | null,
  }
}
| {
  "code": "rules_resumed"
}
| {
  "code": "auto_off_reached"
}
| {
  "code": "next_endpoint_tried"
}
| {
  "code": "endpoint_chosen",
  "fields": {
    /** The endpoint. */
    endpoint: LogText,
  }
}
| {
  "code": "routing_changed"
}
| {
  "code": "networks_unknown",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "portal_opened",
  "fields": {
    /** The user and the process that asked for it. */
    by: LogText,
    /** The longest duration. */
    seconds: number,
  }
}
| {
  "code": "portal_host",
  "fields": {
    /** The name or address. */
    host: LogText,
  }
}
| {
  "code": "portal_closed",
  "fields": {
    /** The reason. */
    end: PortalEnd,
  }
}
| {
  "code": "portal_not_opened",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "portal_not_closed",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "put_back",
  "fields": {
    /** The setting. */
    what: NetworkSetting,
  }
}
| {
  "code": "not_put_back",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "fought_with",
  "fields": {
    /** The number of times within ten seconds. */
    times: number,
  }
}
| {
  "code": "unguarded",
  "fields": {
    /** The reason, in English. */
    error: LogText,
  }
}
| {
  "code": "other",
  "fields": {
    /** Its code. */
    name: LogText,
    /** Its fields. */
    fields: Array<LogField>,
  }
};

/** A field of a line that another version wrote. */
export type LogField = {
  /** The field's name, such as `peer`. */
  name: LogText,
  /** The field's value as text. */
  value: LogText,
};

/** The severity of a line. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** One line of the log. */
export type LogLine = {
  /** Counts all lines, from 1, across restarts of the service. */
  number: number,
  /** The time, Unix milliseconds. */
  at: number,
  /** The severity. */
  level: LogLevel,
  /** The tunnel that the line concerns. */
  tunnel: TunnelId | null,
  /** The number of similar lines that were left out before it because there were too many. */
  left_out: number,
} & LogCode;

/** A part of the log. */
export type LogPage = {
  /** The lines, in order. */
  lines: Array<LogLine>,
  /** The value of `after` for the next page. */
  last: number,
  /** The number of lines after `after` that are no longer in memory. */
  missed: number,
};

/** A text in a line of the log, such as an error of the system. It contains no control characters: lines are joined by `; `,
 * other control characters are escaped, so that no value can start another line or control a terminal. */
export type LogText = string;

/** A tunnel that was turned on or off by hand. */
export type ManualChoice = {
  /** The name of the tunnel. */
  tunnel: string,
  /** True if it was turned on. */
  is_up: boolean,
  /** When the choice ends at the latest; null: only with the network. */
  until: number | null,
  /** True if the choice has no effect at the moment, because it relaxes and it is uncertain whether the network is still the same. */
  is_suspended: boolean,
};

/** A configuration without its secrets, for an editor. */
export type MaskedConfig = {
  /** The text, with a mark such as `(unchanged)` in place of each private and preshared key. All other text is unchanged,
   * including commands. */
  config: ConfigText,
  /** The version of the configuration, for `replace_config`. */
  version: number,
};

/** The source of an MTU. */
export type MtuSource = "configured" | "route" | "assumed";

/** A link and the network behind it. */
export type NetworkLink = {
  /** The name of the interface. */
  interface: string,
  /** The kind. */
  kind: LinkKind,
  /** True if a default route leads over it. If any link has one, only those with one decide. */
  is_default: boolean,
  /** The name of the Wi-Fi network. Invisible characters and bytes that are not UTF-8 are `\xNN`, a backslash is `\\`. */
  wifi_name: string | null,
  /** The hardware address of the access point, such as `aa:bb:cc:dd:ee:ff`. */
  access_point: string | null,
  /** The protection of the radio link. */
  wifi_security: WifiSecurity | null,
  /** The hardware address of the default gateway. */
  gateway: string | null,
  /** The networks of the link's addresses. */
  subnets: Array<Cidr>,
  /** The DNS suffixes that the network announced. */
  dns_suffixes: Array<string> | null,
  /** True if traffic costs money. */
  metered: boolean | null,
  /** The answer of the home probe. */
  home: HomeAnswer,
  /** The result of the system's check for a captive portal. */
  portal: PortalState,
};

/** A setting of the computer's network that a tunnel makes and another program can undo. */
export type NetworkSetting = "kill_switch" | "packet_filter" | "addresses" | "routes" | "rules" | "resolvers";

/** The decision about one network. */
export type NetworkTrace = {
  /** The interface; null if the computer is in no network, or its networks are unknown. */
  interface: string | null,
  /** The rules up to the first that matches. */
  rules: Array<RuleTrace>,
  /** The possible consequences; the last one is that of the rule that matched, or the default. */
  possible: Array<RuleSource>,
};

/** All networks at one moment. */
export type Networks = {
  /** The links that are up, without tunnels. Empty: the computer is in no network. */
  links: Array<NetworkLink>,
  /** True if a VPN of another program is up. */
  other_vpn: boolean | null,
  /** The local time; null in a request: now. */
  at: DayTime | null,
};

/** An event with its number. */
export type Notice = {
  /** Counts all events since the service started. A client that sees a gap has missed events, and must read again what it
   * needs. */
  sequence: number,
  /** The event. */
  event: Event,
};

/** Why a tunnel that the rules govern is up or down. */
export type OnDemand = {
  /** The cause. */
  cause: OnDemandCause,
  /** The traffic that goes through the tunnel. */
  mode: RuleMode,
  /** The kill switch that the rules establish. The tunnel's own setting is in its view. */
  kill_switch: RulesSwitch,
};

/** What decides about a tunnel. */
export type OnDemandCause = {
  "kind": "rule",
  /** Which one. */
  by: RuleSource,
}
| {
  "kind": "manual",
  /** When that ends at the latest; null: only with the network. */
  until: number | null,
}
| {
  "kind": "paused",
  /** The end; null: when the network changes. */
  until: number | null,
};

/** A section of a configuration. */
export type OutlineSection = {
  /** The kind. */
  kind: SectionKind,
  /** The peer's name, from a comment. */
  name: string | null,
  /** First byte of its header's line. */
  start: number,
  /** The byte after its last line that is neither empty nor a comment: the place for a new line. */
  end: number,
  /** Its lines `Key = Value` with keys that the language knows, in order. */
  entries: Array<Entry>,
};

/** The passphrase of a backup. It is wiped when dropped, and never printed. */
export type Passphrase = string;

/** Some of a tunnel's peers, sorted by public key: the configured ones and the running ones. */
export type PeerPage = {
  /** The peers as configured. */
  configured: Array<PeerView>,
  /** The peers of the running tunnel; empty if the tunnel is not up. */
  running: Array<PeerStatus>,
  /** The value of `after` for the next page; null on the last page. */
  next: PublicKey | null,
};

/** A peer of a tunnel that is up. */
export type PeerStatus = {
  /** The peer's public key. */
  public_key: PublicKey,
  /** The endpoint in use. */
  endpoint: string | null,
  /** True if the endpoint in use differs from the configured one. */
  has_moved: boolean,
  /** When the last handshake was completed, Unix milliseconds. */
  last_handshake: number | null,
  /** The traffic with the peer. */
  counters: Counters,
  /** The health of the peer: whether it answers. */
  health: Health,
};

/** A peer as configured. */
export type PeerView = {
  /** The peer's public key. */
  public_key: PublicKey,
  /** The name, from a comment in the configuration. */
  name: string | null,
  /** The endpoint as configured, `host:port`. null: only the peer can initiate. */
  endpoint: string | null,
  /** The endpoints that are tried in this order if the peer does not answer at the first one, from comments in the configuration. */
  further_endpoints: Array<string>,
  /** The first [`NETWORKS_IN_VIEW`] of its allowed IPs. */
  allowed_ips: Array<Cidr>,
  /** The number of all its allowed IPs. */
  allowed_ip_count: number,
  /** True if there is a preshared key. */
  has_preshared_key: boolean,
  /** The latest time at which the preshared key can have been made, Unix milliseconds; null if there is no preshared key. */
  preshared_key_since: number | null,
  /** The keepalive interval in seconds; null: off. */
  persistent_keepalive: number | null,
};

/** A state that waits. */
export type PendingRules = {
  /** The state. */
  target: AppliedRules,
  /** When it is established. */
  at: number,
};

/** A peer of the tunnel. */
export type PlannedPeer = {
  /** Its public key. */
  public_key: PublicKey,
  /** Its name in the configuration. */
  name: string | null,
  /** The endpoint as configured; null if only the peer can initiate. */
  endpoint: string | null,
  /** The endpoint's present address; null if it is not known. */
  address: string | null,
};

/** The reason why an exemption ended. */
export type PortalEnd = "asked" | "time_over" | "program_gone" | "network_changed" | "passed" | "service_ended";

/** The exemption. */
export type PortalExemption = {
  /** The user whose program it is for, such as `uid 1000`. */
  by: string,
  /** The time at which it ends at the latest, Unix milliseconds. */
  until: number,
};

/** Whether a network holds traffic back until somebody has visited its page. */
export type PortalState = "unknown" | "none" | "captive";

/** The way of a program to its exemption. */
export type PortalTicket = {
  /** The word with which a program of the same user begins the exemption, once and within ten seconds, at the service's portal
   * channel. */
  token: string,
  /** The path of the channel. */
  channel: string,
};

/** Whether there is a captive portal, and who may reach it. */
export type PortalView = {
  /** The interface of the network whose portal the system has found; none if there is none, or nobody knows of one. */
  captive: string | null,
  /** True if a closed kill switch keeps programs from the portal. */
  is_shut_out: boolean,
  /** The exemption. */
  open: PortalExemption | null,
  /** How the last exemption ended; none if there has been none since the service started. */
  last_end: PortalEnd | null,
};

/** The changes that bringing up a tunnel of the service, or a file, would make. */
export type Preview = {
  /** The interface that will be made. */
  interface: InterfaceName,
  /** Its addresses. */
  addresses: Array<Cidr>,
  /** Its MTU, bytes. */
  mtu: number,
  /** The source of the MTU. */
  mtu_source: MtuSource,
  /** UDP port that the tunnel listens on; null if the system chooses one. */
  listen_port: number | null,
  /** Peers: as many as fit into one answer. */
  peers: Array<PlannedPeer>,
  /** The number of all peers. */
  peer_count: number,
  /** All other changes on the computer, in the order in which they are made: as many as fit into one answer. */
  effects: Array<Effect>,
  /** The number of all effects. */
  effect_count: number,
  /** True if all of IPv4 goes through the tunnel. */
  takes_all_ipv4: boolean,
  /** True if all of IPv6 goes through the tunnel. */
  takes_all_ipv6: boolean,
  /** The conflicts that the tunnel would have. */
  conflicts: Array<Conflict>,
  /** The warnings and notes about the configuration. */
  diagnostics: Array<Diagnostic>,
  /** The warnings about this computer. */
  warnings: Array<PreviewWarning>,
};

/** A warning before a tunnel comes up. */
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
  /** The search domains. */
  domains: Array<string>,
}
| {
  "kind": "split_dns_left_out",
  /** The domains. */
  domains: Array<string>,
}
| {
  "kind": "ipv6_left_out",
  /** The reason. */
  because: string,
}
| {
  "kind": "mtu_too_large",
  /** The configured MTU, bytes. */
  mtu: number,
  /** The largest MTU that fits, bytes. */
  fits: number,
}
| {
  "kind": "unresolved",
  /** The name. */
  host: string,
}
| {
  "kind": "not_looked_up",
  /** The name. */
  host: string,
}
| {
  "kind": "file_readable_by_others",
  /** The file's path. */
  path: string,
};

/** A peer's public key. In JSON 44 characters of base64, as `wg` writes it. */
export type PublicKey = string;

/** A QR code, with the light margin that scanners need. It is wiped when dropped, because it contains keys. */
export type QrModules = {
  /** Modules on one side, including the margin. */
  size: number,
  /** `size` × `size` characters, row by row: `1` is dark, `0` is light. */
  modules: string,
};

/** A request. In JSON: `{"method":"connect","params":{"id":"…",…}}`; `params` is always present, and an unknown parameter
 * is an error. */
export type Request = {
  "method": "about",
  "params": Empty
}
| {
  "method": "tunnels",
  "params": {
    /** The name of the last tunnel of the page before; none for the first page. */
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
    /** `next` of the page before; none for the first page. */
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
    /** 0 for the oldest line in memory. */
    after: number,
    /** The least severe level to return. */
    level: LogLevel,
    /** The most lines to return, at most 1,000. */
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
  "method": "rules",
  "params": Empty
}
| {
  "method": "networks",
  "params": Empty
}
| {
  "method": "portal",
  "params": Empty
}
| {
  "method": "connect",
  "params": {
    id: TunnelId,
    /** Bring it up despite conflicts with other parts of this computer. */
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
    /** The duration; none: until `resume`. */
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
  "method": "disconnect_after",
  "params": {
    id: TunnelId,
    /** The time; none: it does not go down by itself. */
    seconds: number | null,
  }
}
| {
  "method": "check_rules",
  "params": {
    /** The text; none: the stored one. */
    text: string | null,
    /** An edit of the text. The answer has the edited text. */
    edit: RulesEdit | null,
  }
}
| {
  "method": "test_rules",
  "params": {
    /** The rules; none: the stored ones. */
    text: string | null,
    /** The networks; none: nothing is known about them. */
    networks: Networks | null,
  }
}
| {
  "method": "pause_rules",
  "params": {
    /** The duration; none: until the network changes. */
    seconds: number | null,
  }
}
| {
  "method": "resume_rules",
  "params": Empty
}
| {
  "method": "open_portal",
  "params": {
    /** The longest duration, at most 300; none: 300. */
    seconds: number | null,
  }
}
| {
  "method": "close_portal",
  "params": Empty
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
    /** The version that was edited. If there is a later one, nothing is saved. */
    expected_version: number,
  }
}
| {
  "method": "check_config",
  "params": {
    /** The tunnel that the configuration is for; none for a new tunnel. */
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
    /** The public key of the private key that the caller has stored elsewhere. If the tunnel has another key, nothing is
     * removed. */
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
    /** The version to change. If there is a later one, nothing is saved. */
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
    /** True if the private networks that the computer is connected to stay reachable while the kill switch is closed. */
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
    /** Replace it even if no peer has answered the new key. */
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
  "method": "set_rules",
  "params": {
    text: string,
    /** The revision that was edited. If there is a later one, nothing is saved. */
    expected_revision: number,
  }
}
| {
  "method": "take_over",
  "params": {
    name: InterfaceName,
  }
};

/** A part of the computer that a tunnel needs. */
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
  "method": "rules",
  "result": RulesView
}
| {
  "method": "networks",
  "result": Networks | null
}
| {
  "method": "portal",
  "result": PortalView
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
  "method": "disconnect_after",
  "result": null
}
| {
  "method": "check_rules",
  "result": RulesCheck
}
| {
  "method": "test_rules",
  "result": RulesDecision
}
| {
  "method": "pause_rules",
  "result": null
}
| {
  "method": "resume_rules",
  "result": null
}
| {
  "method": "open_portal",
  "result": PortalTicket
}
| {
  "method": "close_portal",
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
  "method": "set_rules",
  "result": RulesView
}
| {
  "method": "take_over",
  "result": Imported
};

/** The effect of restoring a tunnel. */
export type RestoreAction = {
  "kind": "new",
  /** The interface that it gets: its own, or another one if that is in use. */
  interface: InterfaceName,
}
| {
  "kind": "same",
  /** The interface that it keeps. */
  interface: InterfaceName,
}
| {
  "kind": "different",
  /** The tunnel. */
  id: TunnelId,
  /** The interface that it keeps. */
  interface: InterfaceName,
}
| {
  "kind": "invalid",
  /** The first error. */
  diagnostic: Diagnostic,
}
| {
  "kind": "refused",
  /** The reason. */
  error: ApiError,
}
| {
  "kind": "unknown"
};

/** A difference between a tunnel of a backup and the present one. */
export type RestoreChange = {
  "kind": "config",
  /** The difference. */
  change: ConfigChange,
}
| {
  "kind": "more",
  /** Their number. */
  count: number,
}
| {
  "kind": "text"
}
| {
  "kind": "start_at_boot",
  /** In the backup. */
  after: boolean,
}
| {
  "kind": "kill_switch",
  /** At present. */
  before: KillSwitch,
  /** In the backup. */
  after: KillSwitch,
}
| {
  "kind": "allow_lan",
  /** In the backup. */
  after: boolean,
}
| {
  "kind": "allow_ipv6_outside",
  /** In the backup. */
  after: boolean,
}
| {
  "kind": "key_reminder",
  /** At present. */
  before: number | null,
  /** In the backup. */
  after: number | null,
};

/** The result of restoring one tunnel of a backup. */
export type RestoreOutcome = {
  "kind": "added",
  /** True if it has commands, which run only after they were approved: a backup approves none. */
  has_commands: boolean,
}
| {
  "kind": "replaced",
  /** True if it has commands that are not approved. */
  has_commands: boolean,
  /** True if the changes take effect only after a restart of the tunnel. */
  needs_restart: boolean,
}
| {
  "kind": "unchanged"
}
| {
  "kind": "failed",
  /** The reason. */
  error: ApiError,
  /** The reasons why some steps before the failure could not be undone. */
  remains: Array<ApiError>,
}
| {
  "kind": "unsure"
};

/** The changes that restoring a backup would make. */
export type RestorePlan = {
  /** The time at which the backup was made, Unix milliseconds. */
  made_at: number,
  /** The program that made it, such as `adit 1.2.3`. It may contain any character. */
  made_by: string,
  /** Its tunnels. */
  tunnels: Array<RestoreStep>,
};

/** The result for one tunnel of a backup. */
export type RestoreResult = {
  /** Its name. */
  name: TunnelName,
  /** The result. */
  outcome: RestoreOutcome,
};

/** A tunnel of a backup, and what restoring it would do. */
export type RestoreStep = {
  /** Its name. */
  name: TunnelName,
  /** Its interface in the backup. */
  interface: InterfaceName,
  /** The effect. */
  action: RestoreAction,
  /** The differences from the present tunnel; for a new one its settings other than the usual ones. */
  changes: Array<RestoreChange>,
};

/** The right to call methods; each role includes the ones before it. */
export type Role = "status" | "operate" | "administer";

/** The result of a test whether the other side knows the new key. */
export type RotationTest = {
  /** Peers that answered a handshake with the new key. */
  answered: Array<PublicKey>,
  /** Peers that did not answer. */
  silent: Array<PublicKey>,
  /** Peers without an endpoint, which cannot be tested. */
  not_asked: Array<PublicKey>,
};

/** A new key that waits to replace a tunnel's key. */
export type RotationView = {
  /** Its public key, for the other side. */
  public_key: PublicKey,
  /** When it was made, Unix milliseconds. */
  since: number,
  /** The text for the other side's configuration, in `.conf` format: a `[Peer]` with the new key. Contains no secret. */
  text_for_peers: string,
};

/** A destination of packets. */
export type Route = {
  "kind": "tunnel",
  /** The tunnel. */
  candidate: RouteCandidate,
  /** The reason. */
  why: RouteReason,
}
| {
  "kind": "outside",
  /** The interface that they leave by. */
  interface: string | null,
  /** The reason. */
  why: RouteReason,
}
| {
  "kind": "no_peer",
  /** The tunnel. */
  tunnel: TunnelId,
};

/** The destination of packets to an address. */
export type RouteAnswer = {
  /** The address. */
  ip: string,
  /** The present destination. */
  route: Route,
  /** Tunnels that are down (or not preferred) whose allowed IPs contain the address, the narrowest network first. */
  others: Array<RouteCandidate>,
};

/** A tunnel that takes, or would take, the packets. */
export type RouteCandidate = {
  /** The tunnel. */
  tunnel: TunnelId,
  /** Its interface. */
  interface: InterfaceName,
  /** The peer that has the address. */
  peer: PublicKey,
  /** The peer's allowed IP that contains the address. */
  allowed_ip: Cidr,
};

/** The reason for a destination. */
export type RouteReason = {
  "kind": "narrowest",
  /** The network. */
  network: Cidr,
}
| {
  "kind": "takes_all",
  /** The setting of this system that directs the packets there, in English, for experts, such as `routing table 51820`. */
  detail: string,
}
| {
  "kind": "private_network",
  /** The network. */
  network: Cidr,
}
| {
  "kind": "own_address"
}
| {
  "kind": "no_tunnel"
};

/** The action for the tunnels. */
export type RuleAction = {
  "kind": "up",
  /** The tunnels, at least one. */
  tunnels: Array<RuleTunnel>,
}
| {
  "kind": "down"
}
| {
  "kind": "leave"
};

/** One condition of a rule. */
export type RuleCondition = {
  /** True if the condition holds where the matcher does not. */
  not: boolean,
  /** The comparison. */
  is: RuleMatcher,
};

/** What follows from a rule. */
export type RuleConsequence = {
  /** The action for the tunnels. */
  action: RuleAction,
  /** The kill switch. null: as the settings of the rules say, and otherwise as each tunnel is set. */
  kill_switch: RuleKillSwitch | null,
};

/** One rule as an editor shows it. */
export type RuleForm = {
  /** The name of the rule, for people. */
  name: string | null,
  /** The conditions, at least one; the rule matches if all of them hold. */
  conditions: Array<RuleCondition>,
  /** The consequence. */
  then: RuleConsequence,
};

/** When traffic outside the tunnels is dropped. */
export type RuleKillSwitch = "off" | "when_untrusted" | "always";

/** A comparison with the facts about a network. Of several values, one must match. */
export type RuleMatcher = {
  "kind": "link",
  /** The kinds. */
  kinds: Array<LinkKind>,
}
| {
  "kind": "wifi_name",
  /** Patterns: `*` stands for any characters, `?` for one, `!` at the beginning excludes names, `\` before a wildcard is the
   * wildcard itself, `\xNN` a byte. */
  names: Array<string>,
}
| {
  "kind": "access_point",
  /** Addresses such as `aa:bb:cc:dd:ee:ff`. */
  addresses: Array<string>,
}
| {
  "kind": "wifi_security",
  /** The protections. */
  kinds: Array<WifiSecurity>,
}
| {
  "kind": "gateway",
  /** Addresses such as `aa:bb:cc:dd:ee:ff`. */
  addresses: Array<string>,
}
| {
  "kind": "subnet",
  /** The networks. */
  networks: Array<Cidr>,
}
| {
  "kind": "dns_suffix",
  /** Suffixes such as `corp.example`. */
  suffixes: Array<string>,
}
| {
  "kind": "metered"
}
| {
  "kind": "time",
  /** Windows such as `mon-fri 22:00-06:00`; days and times may each be left out. */
  windows: Array<string>,
}
| {
  "kind": "other_vpn"
}
| {
  "kind": "home_probe",
  /** The keys. */
  keys: Array<PublicKey>,
}
| {
  "kind": "no_network"
};

/** What goes through a tunnel. */
export type RuleMode = {
  "kind": "as_configured"
}
| {
  "kind": "everything"
}
| {
  "kind": "except_lan"
}
| {
  "kind": "private"
}
| {
  "kind": "only",
  /** The networks, at least one. */
  networks: Array<Cidr>,
};

/** The origin of a consequence. */
export type RuleSource = {
  "kind": "rule",
  /** Its index, from 0. */
  index: number,
  /** Its name. */
  name: string | null,
}
| {
  "kind": "otherwise"
}
| {
  "kind": "fail_secure"
}
| {
  "kind": "no_rules"
};

/** How a rule came out. */
export type RuleTrace = {
  /** The index of the rule, from 0. */
  index: number,
  /** Whether all conditions hold. */
  verdict: Verdict,
  /** The conditions, in their order. */
  conditions: Array<ConditionTrace>,
};

/** A tunnel that is up. */
export type RuleTunnel = {
  /** Its name, compared regardless of case. The tunnel may not exist (yet). */
  name: string,
  /** The traffic that goes through it. */
  mode: RuleMode,
};

/** A rule in a text. */
export type RuleView = {
  /** Its form; null if it has an error. */
  form: RuleForm | null,
  /** Its line, from 1. */
  line: number,
  /** Its first byte. */
  start: number,
  /** The byte after it. A comment behind it is not part of it. */
  end: number,
};

/** A text of rules, what is wrong with it, and its parts. */
export type RulesCheck = {
  /** The text: after the edit, if there was one. */
  text: string,
  /** All errors, or else all warnings, in the order of their places. `section` and `key` are null. With an error, the text cannot be saved. */
  diagnostics: Array<Diagnostic>,
  /** The mistakes in the values of an edit, which was then not made. */
  form_problems: Array<FormProblem>,
  /** The settings; those without an error. */
  settings: RulesSettings,
  /** The rules, in their order. */
  rules: Array<RuleView>,
  /** The consequence if no rule matches; null if the text has none, or with an error. */
  otherwise: RuleConsequence | null,
};

/** What rules decide about networks. */
export type RulesDecision = {
  /** The action for the tunnels. All names are those of existing tunnels. */
  action: RuleAction,
  /** The origin of the action. */
  by: RuleSource,
  /** The kill switch. null: as each tunnel is set. */
  kill_switch: RuleKillSwitch | null,
  /** The origin of the kill switch. */
  kill_switch_by: RuleSource,
  /** True if the rules do not trust the network. */
  is_untrusted: boolean,
  /** True if every fact that mattered was known. If not, the most protective of all possible consequences holds. */
  is_certain: boolean,
  /** Tunnels that the chosen consequence names and that do not exist. */
  missing: Array<string>,
  /** The result of every condition, network by network; never empty. */
  trace: Array<NetworkTrace>,
};

/** An edit of a text of rules. Everything else of the text stays byte for byte, also comments. Indexes count from 0. */
export type RulesEdit = {
  "kind": "insert",
  /** At most the number of rules. */
  index: number,
  /** The rule. */
  rule: RuleForm,
}
| {
  "kind": "replace",
  /** The index. */
  index: number,
  /** The rule. */
  rule: RuleForm,
}
| {
  "kind": "remove",
  /** The index. */
  index: number,
}
| {
  "kind": "move",
  /** The index before. */
  from: number,
  /** The index afterwards. */
  to: number,
}
| {
  "kind": "set_otherwise",
  /** The consequence. */
  then: RuleConsequence | null,
}
| {
  "kind": "set_settings",
  /** The settings. */
  settings: RulesSettings,
}
| {
  "kind": "trust_this_network"
}
| {
  "kind": "preset",
  /** The rules. */
  preset: RulesPreset,
  /** The name of the tunnel for them. */
  tunnel: string,
};

/** A pause of the rules, during which all their tunnels are down. */
export type RulesPause = {
  /** The end; null: when the network changes. */
  until: number | null,
  /** True if the pause has no effect at the moment, because it is uncertain whether the network is still the same. */
  is_suspended: boolean,
};

/** Ready-made rules. */
export type RulesPreset = "always" | "everywhere_except_here" | "wifi_that_is_not_mine" | "open_wifi";

/** The settings of the rules. */
export type RulesSettings = {
  /** The kill switch for rules that do not say their own. null: as each tunnel is set. */
  kill_switch: RuleKillSwitch | null,
  /** The longest time in seconds (5 to 604,800) for which a manual choice holds. null: until the network changes. */
  manual_choice_seconds: number | null,
  /** The steps when a server does not answer. null: nothing happens. */
  failover: FailoverSettings | null,
};

/** What acts at one moment. Times are Unix milliseconds. */
export type RulesState = {
  /** True if there is at least one rule or a default. If not, tunnels are only turned on and off by hand. */
  are_active: boolean,
  /** The decision of the rules about the present networks. */
  decision: RulesDecision,
  /** The established state; null before the first decision of the service. */
  applied: AppliedRules | null,
  /** The next state, established if nothing else happens until then. */
  pending: PendingRules | null,
  /** The tunnels that were turned on or off by hand, which holds until the network changes. */
  choices: Array<ManualChoice>,
  /** The pause. */
  pause: RulesPause | null,
  /** The tunnels that go down after a time. */
  auto_off: Array<AutoOff>,
  /** The tunnels of the rules whose server did not answer. */
  failover: Array<FailoverState>,
};

/** The kill switch that the rules establish. */
export type RulesSwitch = "open" | "as_tunnel" | "closed";

/** The stored rules, and what follows from them now. */
export type RulesView = {
  /** Counts the changes of the rules; 0: there were never any. */
  revision: number,
  /** The stored text. */
  rules: RulesCheck,
  /** True if the stored text cannot be read, so that the last rules, or the most protective ones, hold. */
  is_broken: boolean,
  /** The rules, choices and pauses in force now. */
  now: RulesState,
};

/** The traffic of a tunnel in one second. */
export type Sample = {
  /** End of the second, Unix milliseconds. */
  at: number,
  /** Bytes from the peers. */
  received: number,
  /** Bytes to the peers. */
  sent: number,
};

/** The private key of a tunnel, which is used and not stored. In JSON 44 characters of base64. It is wiped when dropped, and
 * never printed. */
export type SecretKey = string;

/** A kind of section. */
export type SectionKind = "interface" | "peer";

/** A fact that a condition was compared with. What nobody knows is null. */
export type SeenFact = {
  "kind": "no_facts"
}
| {
  "kind": "no_network"
}
| {
  "kind": "network"
}
| {
  "kind": "link",
  /** The kind. */
  link: LinkKind,
}
| {
  "kind": "wifi_name",
  /** The name. */
  name: string | null,
}
| {
  "kind": "access_point",
  /** The address. */
  address: string | null,
}
| {
  "kind": "wifi_security",
  /** The protection. */
  security: WifiSecurity | null,
}
| {
  "kind": "gateway",
  /** The address. */
  address: string | null,
}
| {
  "kind": "subnets",
  /** The networks; empty if the link has no address yet. */
  networks: Array<Cidr>,
}
| {
  "kind": "dns_suffixes",
  /** The suffixes. */
  suffixes: Array<string> | null,
}
| {
  "kind": "metered",
  /** True if it does. */
  metered: boolean | null,
}
| {
  "kind": "time",
  /** The time. */
  at: DayTime,
}
| {
  "kind": "other_vpn",
  /** True if there is one. */
  is_up: boolean | null,
}
| {
  "kind": "home_probe",
  /** The answer. */
  answer: HomeAnswer,
};

/** The severity of a diagnostic. */
export type Severity = "note" | "warning" | "error";

/** The place of a tunnel's configuration. */
export type Source = {
  "kind": "store"
}
| {
  "kind": "file",
  /** The file's path, such as `/etc/wireguard/wg0.conf`. */
  path: string,
};

/** A range of bytes of one class. */
export type Span = {
  /** First byte. */
  start: number,
  /** The byte after the last one. */
  end: number,
  /** The class. */
  class: SpanClass,
};

/** The class of a range of bytes. */
export type SpanClass = "byte_order_mark" | "space" | "line_end" | "comment" | "section" | "key" | "delimiter" | "private_key" | "public_key" | "preshared_key" | "address" | "prefix" | "host" | "port" | "keepalive" | "mtu" | "fw_mark" | "table" | "boolean" | "command" | "unknown";

/** A step of bringing a tunnel up, in this order. */
export type Step = "check" | "resolve" | "firewall" | "pre_up" | "interface" | "addresses" | "routes" | "dns" | "post_up";

/** A text file of a bundle. */
export type SupportFile = {
  /** Its path in the bundle, such as `tunnels/office/state.json`. */
  name: string,
  /** Its content, in English. */
  text: string,
};

/** A tunnel of wg-quick. */
export type TakeoverView = {
  /** Its name, as in `wg-quick@NAME`. */
  name: InterfaceName,
  /** The path of its file. */
  path: string,
  /** True if it is up. */
  active: boolean,
  /** True if `wg-quick@NAME.service` brought it up. */
  by_service: boolean,
  /** True if it comes up when the computer starts. */
  starts_at_boot: boolean,
};

/** One of the two ends of a session. */
export type TunnelEnd = "us" | "peer";

/** 128 random bits, written as 32 lowercase hexadecimal digits. */
export type TunnelId = string;

/** A name of 1 to 64 visible characters, with spaces only inside. It is for people; files and interfaces have other names. */
export type TunnelName = string;

/** Some of the tunnels. */
export type TunnelPage = {
  /** The tunnels, sorted by name in any case. */
  tunnels: Array<TunnelView>,
  /** True if there is another page: its `after` is the name of the last tunnel. */
  more: boolean,
};

/** The state of a tunnel. */
export type TunnelState = {
  "kind": "down",
  /** The reason; null if it was never up since the service started. */
  reason: DownReason | null,
  /** When the next attempt is made, Unix milliseconds; null: no attempt. */
  retry_at: number | null,
}
| {
  "kind": "connecting",
  /** The present step. */
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
  /** The reason. */
  cause: ApiError,
  /** Since when, Unix milliseconds. */
  since: number,
  /** When the next attempt is made, Unix milliseconds; null: no attempt. */
  retry_at: number | null,
};

/** The properties and the state of a tunnel, without its keys and its earlier versions. */
export type TunnelView = {
  /** The id, for programs; never changes. */
  id: TunnelId,
  /** The name, for people. */
  name: TunnelName,
  /** The name of its network interface. */
  interface: InterfaceName,
  /** The state. */
  state: TunnelState,
  /** The place of its configuration. */
  source: Source,
  /** Counts the changes of the configuration, from 1. */
  version: number,
  /** True if the configuration is valid; if not, `check_config` says why. */
  usable: boolean,
  /** This end's public key; null if a command sets the private key. */
  public_key: PublicKey | null,
  /** True if the private key is not stored: it must be given whenever the tunnel is brought up. */
  asks_for_key: boolean,
  /** The latest time at which the key can have been made, Unix milliseconds: when it was imported or made here. null if
   * unknown. */
  key_since: number | null,
  /** The age in days from which on a key is reported as old; null: never. */
  key_reminder_days: number | null,
  /** A new key that waits to replace the present one. */
  rotation: RotationView | null,
  /** This end's addresses inside the tunnel. */
  addresses: Array<Cidr>,
  /** The first configured peers, at most [`PEERS_IN_VIEW`]. The method `peers` returns all. */
  peers: Array<PeerView>,
  /** The number of configured peers. */
  peer_count: number,
  /** True if it comes up when the computer starts. */
  start_at_boot: boolean,
  /** The strength of its kill switch. */
  kill_switch: KillSwitch,
  /** True if the private networks that the computer is connected to stay reachable while the kill switch is closed. */
  allow_lan: boolean,
  /** True if IPv6 may leave outside the tunnel when it takes all of IPv4 and none of IPv6. */
  allow_ipv6_outside: boolean,
  /** Its commands, and the approval that they have. */
  hooks: HooksView,
  /** The part of the on-demand rules; null if they do not govern it. */
  on_demand: OnDemand | null,
};

/** A step of bringing a tunnel up that is undone when the tunnel goes down. */
export type UndoneStep = "pre_up" | "interface" | "engine" | "firewall" | "routes" | "dns" | "post_up";

/** The reason why no rule can recognize the present network. */
export type Unidentified = "no_network" | "nothing_known" | "gateway_unknown";

/** A tunnel that is up. */
export type UpState = {
  /** When it came up, Unix milliseconds. */
  since: number,
  /** The worst health of its peers. */
  health: Health,
  /** Size of the largest inner packet, bytes. */
  mtu: number,
  /** UDP port on this computer. */
  listen_port: number,
  /** The traffic with all peers. */
  counters: Counters,
  /** When the last handshake with any peer was completed, Unix milliseconds. */
  last_handshake: number | null,
  /** Some peers, sorted by public key: at most [`PEERS_IN_VIEW`], those of `TunnelView::peers` first. A peer that another
   * program added has no `PeerView`. The method `peers` returns all. */
  peers: Array<PeerStatus>,
  /** The number of peers of the running tunnel. */
  peer_count: number,
  /** True if the running tunnel differs from its configuration, because another program changed it or a saved change needs a
   * restart. */
  differs: boolean,
  /** The conflicts despite which it was brought up. */
  conflicts: Array<Conflict>,
  /** Settings of the configuration that this computer does not support. */
  warnings: Array<PreviewWarning>,
  /** The data path of the tunnel: its TUN queues and the offloads that it uses. */
  data_path: DataPath,
  /** True if its interface was moved to another network namespace, where Adit sets no addresses and routes. Encrypted packets
   * still leave from this one. */
  in_other_namespace: boolean,
  /** The number of the tunnel's encrypted packets, since it came up, that a route led back into the tunnel and that were
   * dropped. Above 0, the route to a peer leads through the tunnel itself, which then carries nothing. */
  routing_loops: number,
};

/** Whether a condition or a rule holds. */
export type Verdict = "matched" | "not_matched" | "unknown";

/** The reason why a version was made. */
export type VersionOrigin = {
  "kind": "imported"
}
| {
  "kind": "edited"
}
| {
  "kind": "restored",
  /** The version that was restored. */
  version: number,
}
| {
  "kind": "rotated"
}
| {
  "kind": "saved"
};

/** A present or earlier configuration of a tunnel. */
export type VersionView = {
  /** Its number. */
  version: number,
  /** True for the present version. */
  is_current: boolean,
  /** When it was saved, Unix milliseconds. */
  saved_at: number,
  /** The reason why the version was made. */
  origin: VersionOrigin,
  /** The changes to the version before; empty if that version is not stored. */
  changes: Array<ConfigChange>,
};

/** A day of the week. */
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/** The protection of a Wi-Fi network. */
export type WifiSecurity = "open" | "wep" | "wpa" | "wpa2" | "wpa3" | "enterprise";
