// Names that are proposed for tunnels.
const MOST_OF_INTERFACE = 15;

/** A name for a tunnel from the name of its file. */
export function nameOfFile(file: string): string {
  const base = file.replace(/^.*[\\/]/, "").replace(/\.conf$/i, "").trim();
  return [...base].slice(0, 64).join("") || "wg0";
}

/** A name for the interface of a tunnel, none of those that are taken. */
export function interfaceFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name.normalize("NFKD").replace(/\s+/g, "-").replace(/[^A-Za-z0-9_=+.-]/g, "");
  const base = plain.replace(/^[.-]+/, "").slice(0, MOST_OF_INTERFACE) || "wg0";
  if (!taken.has(base)) return base;
  const stem = base.replace(/\d+$/, "");
  for (let number = 2; ; number += 1) {
    const next = stem.slice(0, MOST_OF_INTERFACE - String(number).length) + String(number);
    if (!taken.has(next)) return next;
  }
}

/** The name itself, or with a number where another tunnel has it. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const next = `${name} ${number}`;
    if (!taken.has(next)) return next;
  }
}
