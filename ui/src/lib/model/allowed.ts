// What AllowedIPs say in words: everything, the private networks, everything except some, or a list of the user's own.

/** The networks that are private by RFC 1918 and RFC 4193. */
export const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
export const EVERYTHING = ["0.0.0.0/0", "::/0"];

export type Choice = "everything" | "private" | "except" | "custom";
export const CHOICES: Choice[] = ["everything", "private", "except", "custom"];

/** What networks are, and for `except` the networks that stay outside. */
export interface Reading {
  choice: Choice;
  excluded: string[];
}

/** Works out the networks of `include` without those of `exclude`. */
export type Subtract = (include: string[], exclude: string[]) => Promise<string[]>;

/** The networks in a value of the configuration. */
export function networksIn(value: string): string[] {
  return value.split(/[\s,]+/).filter(Boolean);
}

/** Reads networks. Fails where one of them is not valid. */
export async function readAllowed(networks: string[], subtract: Subtract): Promise<Reading> {
  if (networks.length === 0) return { choice: "custom", excluded: [] };
  const excluded = await subtract(EVERYTHING, networks);
  if (excluded.length === 0) return { choice: "everything", excluded };
  const [beyond, missing] = await Promise.all([subtract(networks, PRIVATE), subtract(PRIVATE, networks)]);
  if (beyond.length === 0 && missing.length === 0) return { choice: "private", excluded: [] };
  // Every list is everything except its rest. The shorter of the two is what somebody meant.
  return excluded.length <= networks.length ? { choice: "except", excluded } : { choice: "custom", excluded: [] };
}
