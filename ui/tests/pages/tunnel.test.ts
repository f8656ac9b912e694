import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { goldenTransport, settled } from "../memory.ts";
import { idOf } from "../world/views.ts";
import { named, plain, show, transport, user, world } from "./shown.ts";

describe("the page of a tunnel", () => {
  test("shows a tunnel of the golden files", async () => {
    await show("#/tunnel/0123456789abcdef0123456789abcdef", goldenTransport());
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Office");
  });

  test("says what is wrong and what to do about it", async () => {
    await show(`#/tunnel/${idOf(4)}`);
    const main = within(screen.getByRole("main"));
    expect(main.getByText("The tunnel could not be kept up, and its kill switch lets nothing past it.")).toBeVisible();
    expect(main.getByText(named("travel.example.org was not found"))).toBeVisible();
    expect(main.getByRole("button", { name: "Restart" })).toBeEnabled();
  });

  test("lists the endpoints that a peer has beside its first one", async () => {
    const [gateway] = world.tunnels.get(idOf(1))?.peers ?? [];
    if (!gateway) throw new Error("the first tunnel has a peer");
    world.change(idOf(1), { peers: [{ ...gateway, further_endpoints: ["vpn.example.com:443", "203.0.113.7:53"] }] });
    await show(`#/tunnel/${idOf(1)}`);
    const listed = screen.getByText("Further endpoints").nextElementSibling;
    expect([...(listed?.children ?? [])].map((endpoint) => endpoint.textContent)).toEqual(["vpn.example.com:443", "203.0.113.7:53"]);
  });

  test("shows names as text, whatever they contain", async () => {
    await show(`#/tunnel/${idOf(11)}`);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("<b onclick=alert(1)>bold</b> \\u{202e}gnp.exe");
    expect(document.querySelector("b[onclick]")).toBeNull();
  });

  test("shows nothing received while nobody answers", async () => {
    await show(`#/tunnel/${idOf(2)}`);
    const rates = [...document.querySelectorAll("main")].map((main) => plain(main.textContent ?? "")).join("");
    expect(rates).not.toMatch(/Mbit|MB|GB/);
  });

  test("turns a tunnel off and on", async () => {
    await show(`#/tunnel/${idOf(2)}`);
    const toggle = within(screen.getByRole("main")).getByRole("switch", { name: /Home server/ });
    expect(toggle).toBeChecked();
    await user.click(toggle);
    await settled();
    expect(toggle).not.toBeChecked();
    expect(world.tunnels.get(idOf(2))?.state.kind).toBe("down");
  });

  test("a refusal is said where it arises, once", async () => {
    world.refusals.set("connect", { code: "not_allowed", needs: "operate", action: null });
    await show(`#/tunnel/${idOf(6)}`);
    await user.click(within(screen.getByRole("main")).getByRole("switch", { name: /Parents/ }));
    await settled();
    expect(screen.getAllByText("You may not switch tunnels.")).toHaveLength(1);
  });

  test("a lockdown is asked about first", async () => {
    await show(`#/tunnel/${idOf(6)}`);
    await user.click(screen.getByRole("radio", { name: "Lockdown" }));
    expect(world.tunnels.get(idOf(6))?.kill_switch).toBe("off");
    await user.click(screen.getByRole("button", { name: "Set lockdown" }));
    await settled();
    expect(world.tunnels.get(idOf(6))?.kill_switch).toBe("lockdown");
  });
});

describe("questions", () => {
  test("a conflict offers to turn the other tunnel off instead", async () => {
    await show(`#/tunnel/${idOf(10)}`);
    await user.click(within(screen.getByRole("main")).getByRole("switch", { name: /مكتب/ }));
    await settled();
    const dialog = within(screen.getByRole("dialog"));
    expect(dialog.getByText(named("Office Berlin already takes all traffic."))).toBeVisible();
    await user.click(dialog.getByRole("button", { name: named("Turn off Office Berlin first") }));
    await settled();
    expect(world.tunnels.get(idOf(1))?.state.kind).toBe("down");
    expect(world.tunnels.get(idOf(10))?.state.kind).toBe("up");
  });

  test("the key of a tunnel that does not keep it is asked for, and sent with the request alone", async () => {
    await show(`#/tunnel/${idOf(14)}`);
    world.tunnels.delete(idOf(1));
    await user.click(within(screen.getByRole("main")).getByRole("switch", { name: /Vault/ }));
    await settled();
    const key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    await user.type(screen.getByLabelText("Private key"), key);
    await user.click(screen.getByRole("button", { name: "Turn on" }));
    await settled();
    expect(transport.asked).toContainEqual(expect.objectContaining({ method: "connect_with_key", params: { id: idOf(14), key, despite_conflicts: false } }));
    expect(transport.asked.filter((request) => JSON.stringify(request).includes(key))).toHaveLength(1);
    expect(document.body.textContent).not.toContain(key);
  });

  test("commands are shown before anybody approves of them", async () => {
    await show(`#/tunnel/${idOf(8)}`);
    await user.click(screen.getByRole("button", { name: "Read the commands" }));
    await settled();
    const dialog = within(screen.getByRole("dialog"));
    expect(dialog.getByText("ip route add 10.99.0.0/16 dev wg0 && logger <up>")).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Approve" }));
    await settled();
    expect(world.tunnels.get(idOf(8))?.hooks.kind).toBe("approved");
  });

  test("removing is asked about", async () => {
    await show(`#/tunnel/${idOf(6)}`);
    await user.keyboard("{Delete}");
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove" }));
    await settled();
    expect(world.tunnels.has(idOf(6))).toBe(false);
  });
});

describe("where an address goes", () => {
  async function ask(ip: string): Promise<void> {
    await show(`#/tunnel/${idOf(1)}`);
    await user.type(screen.getByRole("textbox", { name: "Where does an address go?" }), `${ip}{Enter}`);
    await settled();
  }

  test("is said with the tunnel and the peer", async () => {
    await ask("10.1.2.3");
    expect(screen.getByText(named("10.1.2.3 goes through Office Berlin to"))).toBeVisible();
  });

  test("is said where it goes past all tunnels", async () => {
    for (const { id } of [...world.tunnels.values()]) world.change(id, { state: { kind: "down", reason: null, retry_at: null } });
    await ask("10.1.2.3");
    expect(screen.getByText(named("10.1.2.3 goes past all tunnels, over eth0."))).toBeVisible();
  });

  test("is refused with a reason where it is no address", async () => {
    await ask("office");
    expect(screen.getByText(named("invalid IP address syntax"))).toBeVisible();
  });
});

describe("a peer that does not answer", () => {
  test("has the reason, and a button that leads to what may be wrong", async () => {
    world.change(idOf(2), {});
    await show(`#/tunnel/${idOf(2)}`);
    const peers = within(screen.getByRole("region", { name: "Peers" }));
    expect(peers.getByText(/^Nothing has ever come from it/)).toBeVisible();
    await user.click(peers.getByRole("button", { name: "Edit the endpoint" }));
    await settled();
    await settled();
    expect(location.hash).toContain("edit");
    expect(screen.getByRole("textbox", { name: "Endpoint" })).toBeVisible();
  });

  test("is told by what the tunnel dropped", async () => {
    world.drops = [{ reason: "mac1", count: 4 }];
    await show(`#/tunnel/${idOf(2)}`);
    await vi.waitFor(() => expect(screen.getByText(/encrypted for another public key/)).toBeVisible());
    expect(screen.getByRole("button", { name: "Show the public key" })).toBeEnabled();
  });
});

describe("an endpoint", () => {
  test("that has moved is shown with the configured one", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    const main = plain(screen.getByRole("main").textContent ?? "");
    expect(main).toMatch(/203\.0\.113\.10:51820\s*has moved; configured:\s*vpn\.example\.com:51820/);
  });
});

describe("technical details", () => {
  test("say what was dropped, and why", async () => {
    await show(`#/tunnel/${idOf(1)}`);
    await user.click(screen.getByText("Technical details"));
    await settled();
    expect(screen.getByText(named("34 · received: a packet from an address that is not among the peer’s allowed IPs"))).toBeInTheDocument();
  });
});
