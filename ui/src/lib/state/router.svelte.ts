// Which page is shown: the part of the address behind `#`.
import type { TunnelId } from "../api/generated.ts";

/** A page. */
export type Page =
  | { kind: "home" }
  | { kind: "tunnel"; id: TunnelId }
  | { kind: "edit"; id: TunnelId }
  | { kind: "versions"; id: TunnelId }
  | { kind: "export"; id: TunnelId }
  | { kind: "key"; id: TunnelId }
  | { kind: "add" }
  | { kind: "new" }
  | { kind: "log"; tunnel: TunnelId | null }
  | { kind: "rules" }
  | { kind: "settings" }
  | { kind: "support" }
  | { kind: "backup" }
  | { kind: "restore" }
  | { kind: "export_all" }
  | { kind: "shortcuts" };

const OF_TUNNEL = ["tunnel", "edit", "versions", "export", "key"] as const;
const ALONE = ["add", "new", "rules", "settings", "support", "backup", "restore", "export_all", "shortcuts"] as const;

let current = $state.raw<Page>(parse(globalThis.location?.hash ?? ""));

/** The page that is shown. */
export function page(): Page {
  return current;
}

/** The address of a page. */
export function href(page: Page): string {
  if (page.kind === "home") return "#/";
  if (page.kind === "log") return page.tunnel === null ? "#/log" : `#/log/${page.tunnel}`;
  return "id" in page ? `#/${page.kind}/${page.id}` : `#/${page.kind}`;
}

/** Shows a page. `replace`: the way back does not lead over the one before. */
export function go(page: Page, replace = false): void {
  if (replace) history.replaceState(null, "", href(page));
  else if (location.hash !== href(page)) history.pushState(null, "", href(page));
  current = page;
}

/** Follows the address. Returns what stops it. */
export function runRouter(): () => void {
  const follow = () => (current = parse(location.hash));
  follow();
  window.addEventListener("hashchange", follow);
  window.addEventListener("popstate", follow);
  return () => {
    window.removeEventListener("hashchange", follow);
    window.removeEventListener("popstate", follow);
  };
}

/** The page of an address; the first page where the address is none of ours. */
export function parse(hash: string): Page {
  const [kind = "", id = ""] = hash.replace(/^#\//, "").split("/");
  const isId = /^[0-9a-f]{32}$/.test(id);
  if (kind === "log") return { kind, tunnel: isId ? id : null };
  const ofTunnel = OF_TUNNEL.find((known) => known === kind);
  if (ofTunnel && isId) return { kind: ofTunnel, id };
  const alone = ALONE.find((known) => known === kind);
  return alone ? { kind: alone } : { kind: "home" };
}
