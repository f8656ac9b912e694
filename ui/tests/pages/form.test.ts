import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { edits } from "../../src/lib/state/edits.svelte.ts";
import { go } from "../../src/lib/state/router.svelte.ts";
import { hold, settled } from "../memory.ts";
import { MASKED } from "../world/texts.ts";
import { idOf } from "../world/views.ts";
import { named, show, transport, user } from "./shown.ts";

describe("the form", () => {
  const text = () => edits.get(idOf(1))!.edited.text;
  const allowed = () => /AllowedIPs = (.*)/.exec(text())?.[1];
  const choice = (name: string) => screen.getByRole("radio", { name });

  async function form(): Promise<void> {
    await show(`#/edit/${idOf(1)}`);
    await user.click(screen.getByRole("radio", { name: "Form" }));
    await settled();
  }

  async function fill(field: HTMLElement, value: string): Promise<void> {
    await user.clear(field);
    await user.type(field, value);
    await user.tab();
    await settled();
  }

  test("shows which networks go through the peer as one of four choices, and each can be chosen", async () => {
    await form();
    expect(choice("Everything")).toBeChecked();
    await user.click(choice("Private networks"));
    await settled();
    expect([allowed(), (choice("Private networks") as HTMLInputElement).checked]).toEqual(["10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7", true]);
    await user.click(choice("Everything except…"));
    await settled();
    const outside = screen.getByRole("textbox", { name: "Networks that stay outside" });
    expect(outside).toHaveValue("10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7");
    await fill(outside, "128.0.0.0/1 8000::/1");
    expect([allowed(), (choice("Everything except…") as HTMLInputElement).checked]).toEqual(["0.0.0.0/1, ::/1", true]);
    await user.click(choice("Own list"));
    await settled();
    const own = screen.getByRole("textbox", { name: "AllowedIPs" });
    expect([allowed(), document.activeElement]).toEqual(["0.0.0.0/1, ::/1", own]);
    expect(choice("Own list")).toBeChecked();
    await fill(own, "10.1.0.0/16");
    expect([allowed(), (choice("Own list") as HTMLInputElement).checked]).toEqual(["10.1.0.0/16", true]);
    await user.click(choice("Everything"));
    await settled();
    expect([allowed(), (choice("Everything") as HTMLInputElement).checked]).toEqual(["0.0.0.0/0, ::/0", true]);
  });

  test("says where networks to leave out are not valid, and changes nothing", async () => {
    await form();
    await user.click(choice("Everything except…"));
    await settled();
    const before = text();
    await fill(screen.getByRole("textbox", { name: "Networks that stay outside" }), "nonsense");
    expect(screen.getByText(named("nonsense is not a network"))).toBeVisible();
    expect(text()).toBe(before);
  });

  test("takes changes back, also after a look at another page", async () => {
    await form();
    await fill(screen.getByRole("textbox", { name: "MTU" }), "1380");
    await user.click(choice("Private networks"));
    await settled();
    go({ kind: "log", tunnel: null });
    await settled();
    go({ kind: "edit", id: idOf(1) });
    await settled();
    expect(screen.getByRole("radio", { name: "Form" })).toBeChecked();
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await settled();
    expect(allowed()).toBe("0.0.0.0/0, ::/0");
    await user.keyboard("{Control>}z{/Control}");
    await settled();
    expect(text()).toBe(MASKED);
    expect(screen.getByRole("textbox", { name: "MTU" })).toHaveValue("");
    await user.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    await settled();
    expect(text()).toContain("MTU = 1380");
    await user.click(screen.getByRole("button", { name: "Redo" }));
    await settled();
    expect(allowed()).toContain("172.16.0.0/12");
    expect(screen.getByRole("button", { name: "Redo" })).toBeDisabled();
  });

  test("leaves typing in a field to the field until it is part of the text", async () => {
    await form();
    await fill(screen.getByRole("textbox", { name: "MTU" }), "1380");
    await user.type(screen.getByRole("textbox", { name: "DNS" }), "x");
    await user.keyboard("{Control>}z{/Control}");
    await settled();
    expect(text()).toContain("MTU = 1380");
  });

  test("adds a peer, and removes it without a question while it is empty", async () => {
    await form();
    await user.click(screen.getByRole("button", { name: "Add a peer" }));
    await settled();
    expect(text()).toBe(`${MASKED}\n[Peer]\nPublicKey = \nEndpoint = \nAllowedIPs = \n`);
    await user.click(screen.getByRole("button", { name: named("Remove Peer 2") }));
    await settled();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(text()).toBe(MASKED);
  });

  test("asks before it removes a peer with values", async () => {
    await form();
    const remove = () => user.click(screen.getByRole("button", { name: named("Remove gateway.example.com") }));
    await remove();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Keep it" }));
    expect(text()).toBe(MASKED);
    await remove();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove this peer" }));
    await settled();
    expect(text()).not.toContain("[Peer]");
  });

  /** Keeps back the next answers to a method; `release` gives them, or fails with them. */
  function keepBack(method: string): ((why?: unknown) => void)[] {
    const call = transport.call.bind(transport);
    const waiting: ((why?: unknown) => void)[] = [];
    transport.call = async (request) => {
      const answer = await call(request);
      if (request.method === method) await new Promise<void>((done, fail) => waiting.push((why) => (why === undefined ? done() : fail(why))));
      return answer;
    };
    return waiting;
  }

  test("removes a peer that was asked about before the text was outlined again", async () => {
    await form();
    await user.click(screen.getByRole("button", { name: named("Remove gateway.example.com") }));
    edits.get(idOf(1))!.edited.replace(`# Office\n${MASKED}`);
    await settled();
    expect(within(screen.getByRole("dialog")).getByText(named("gateway.example.com"))).toBeVisible();
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove this peer" }));
    await settled();
    expect(text()).not.toContain("[Peer]");
  });

  test("changes the text that is there when the answer comes, and forgets what failed for an older one", async () => {
    await form();
    const waiting = keepBack("outline");
    const { edited } = edits.get(idOf(1))!;
    edited.replace(`# a\n${MASKED}`);
    await settled();
    await fill(screen.getByRole("textbox", { name: "MTU" }), "1380");
    edited.replace(`# a longer line\n${MASKED}`);
    await settled();
    const [first, ...others] = waiting.splice(0);
    for (const answer of others) answer();
    await settled();
    for (const answer of waiting.splice(0)) answer();
    await settled();
    expect(text()).toBe(`# a longer line\n${MASKED}`.replace(/(DNS = .*\n)/, "$1MTU = 1380\n"));
    first?.(new Error("too late"));
    await settled();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("takes over changes whose place in the text is known only when their page has been left, each as a step", async () => {
    await form();
    const { edited } = edits.get(idOf(1))!;
    const warned = vi.spyOn(console, "warn");
    const deliver = hold(transport, "outline");
    edited.replace(`# a longer line\n${MASKED}`);
    await fill(screen.getByRole("textbox", { name: "ListenPort" }), "51821");
    await user.click(choice("Private networks"));
    go({ kind: "log", tunnel: null });
    await settled();
    for (let answer = 0; answer < 9; answer += 1) await deliver();
    expect(text()).toContain("ListenPort = 51821\n");
    expect(allowed()).toContain("172.16.0.0/12");
    edited.undo();
    expect([allowed(), text().includes("51821")]).toEqual(["0.0.0.0/0, ::/0", true]);
    edited.undo();
    expect(text()).toBe(`# a longer line\n${MASKED}`);
    expect(warned).not.toHaveBeenCalled();
  });

  test("makes a preshared key on request, and shows what the other side needs", async () => {
    await form();
    expect(screen.getByText("Set; the service keeps it")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Make another" }));
    await settled();
    const key = /PresharedKey = (.*)/.exec(text())?.[1] ?? "";
    expect(key).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    const write = vi.spyOn(navigator.clipboard, "writeText");
    await user.click(screen.getByRole("button", { name: "Copy" }));
    expect(write).toHaveBeenCalledWith(key);
    await user.click(within(screen.getByRole("group", { name: "PresharedKey" })).getByRole("button", { name: "Remove" }));
    await settled();
    expect(text()).not.toContain("PresharedKey");
    expect(screen.getByRole("button", { name: "Make one" })).toBeEnabled();
  });
});
