// The keys of the configuration language, for completion and for help. Help is in the catalogue, as `ui-help-KEY`.
import type { SectionKind } from "../api/generated.ts";

/** The keys of a section, in the order in which they are proposed. */
export const KEYS: Record<SectionKind, string[]> = {
  interface: ["PrivateKey", "Address", "DNS", "MTU", "ListenPort", "Table", "FwMark", "SaveConfig", "PreUp", "PostUp", "PreDown", "PostDown"],
  peer: ["PublicKey", "PresharedKey", "Endpoint", "AllowedIPs", "PersistentKeepalive"],
};

/** Keys of a peer that are comments for other programs. */
export const COMMENT_KEYS = ["adit:Endpoint"];

/** Keys that may stand in a section more than once. */
export const REPEATABLE: ReadonlySet<string> = new Set(["Address", "DNS", "AllowedIPs", "PreUp", "PostUp", "PreDown", "PostDown"]);

/** The words that are values of a key. Other keys have no words, or words that only the user knows. */
export const VALUES: Record<string, string[]> = {
  Table: ["auto", "off"],
  FwMark: ["off"],
  SaveConfig: ["true", "false"],
  AllowedIPs: ["0.0.0.0/0, ::/0"],
  PersistentKeepalive: ["25", "off"],
};

/** The id of the help for a key; null where it is not one. */
export function helpOf(word: string): string | null {
  if (COMMENT_KEYS.some((key) => key.toLowerCase() === word.toLowerCase())) return "ui-help-further-endpoints";
  const key = [...KEYS.interface, ...KEYS.peer].find((key) => key.toLowerCase() === word.toLowerCase());
  return key === undefined ? null : `ui-help-${key.toLowerCase()}`;
}
