// Methods that the window needs and the contract does not have yet; NEEDED.md describes them. A service that lacks one answers
// `bad_request`, and what depends on it is then disabled and says why. When the contract has one, it is removed here.
import type { Cidr, ConfigText, Diagnostic, Imported, InterfaceName, TunnelId, TunnelName } from "./generated.ts";

/** What a run of bytes of a configuration is. */
export type SpanClass =
  | "byte_order_mark"
  | "space"
  | "line_end"
  | "comment"
  | "section"
  | "key"
  | "delimiter"
  | "private_key"
  | "public_key"
  | "preshared_key"
  | "address"
  | "prefix"
  | "host"
  | "port"
  | "keepalive"
  | "mtu"
  | "fw_mark"
  | "table"
  | "boolean"
  | "command"
  | "unknown";

/** A run of bytes of one class. */
export interface Span {
  start: number;
  end: number;
  class: SpanClass;
}

/** A line `Key = Value`. Offsets are bytes of the text. */
export interface Entry {
  /** As the configuration language writes it, such as `AllowedIPs`. */
  key: string;
  value: string;
  value_start: number;
  value_end: number;
  line_start: number;
  /** Behind the line's end. */
  line_end: number;
}

/** A section of a configuration. */
export interface OutlineSection {
  kind: "interface" | "peer";
  /** From a comment; null where there is none. */
  name: string | null;
  start: number;
  /** Behind its last line that is not empty: where a new line belongs. */
  end: number;
  entries: Entry[];
}

/** A configuration taken apart by the core, as far as an editor needs it. Works for texts with errors too. */
export interface ConfigOutline {
  spans: Span[];
  sections: OutlineSection[];
}

/** A file that somebody hands over. */
export interface ImportFile {
  name: string;
  /** Base64. */
  bytes: string;
}

/** A tunnel that can be made of a file. */
export interface ImportDraft {
  /** The file, and the entry in it, such as `all.zip: home.conf`. */
  from: string;
  name: TunnelName;
  interface: InterfaceName;
  config: ConfigText;
  diagnostics: Diagnostic[];
}

/** What cannot become a tunnel. */
export interface ImportRefusal {
  from: string;
  /** Why not, in English. */
  reason: string;
}

/** What files can become. */
export interface ImportReading {
  drafts: ImportDraft[];
  refusals: ImportRefusal[];
}

/** A QR code: `size` × `size` modules, row by row; `1` is dark. */
export interface QrModules {
  size: number;
  modules: string;
}

/** How many packets were dropped, and why. */
export interface DropCount {
  /** Stable, such as `not_allowed_source`. */
  reason: string;
  count: number;
  /** In English. */
  text: string;
}

/** Requests and answers, by method. */
export interface NeededMethods {
  outline: { params: { config: ConfigText }; result: ConfigOutline };
  read_import: { params: { files: ImportFile[] }; result: ImportReading };
  create: { params: { name: TunnelName; interface: InterfaceName; config: ConfigText }; result: Imported };
  export_qr: { params: { id: TunnelId }; result: QrModules };
  allowed_ips: { params: { include: Cidr[]; exclude: Cidr[] }; result: Cidr[] };
  drops: { params: { id: TunnelId }; result: DropCount[] };
}

export type NeededMethod = keyof NeededMethods;
