// The keys of the configuration language, for completion and for help. Help is in the catalogue, as `ui-help-KEY`.

/** The keys of a section, in the order in which they are proposed. */
export const KEYS: Record<"interface" | "peer", string[]> = {
  interface: ["PrivateKey", "Address", "DNS", "MTU", "ListenPort", "Table", "FwMark", "SaveConfig", "PreUp", "PostUp", "PreDown", "PostDown"],
  peer: ["PublicKey", "PresharedKey", "Endpoint", "AllowedIPs", "PersistentKeepalive"],
};

/** The id of the help for a key; null where it is not one. */
export function helpOf(word: string): string | null {
  const key = [...KEYS.interface, ...KEYS.peer].find((key) => key.toLowerCase() === word.toLowerCase());
  return key === undefined ? null : `ui-help-${key.toLowerCase()}`;
}
