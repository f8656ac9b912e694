import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";
import { newTunnel } from "../../src/lib/state/edits.svelte.ts";
import { go } from "../../src/lib/state/router.svelte.ts";
import { settled } from "../memory.ts";
import { keyOf } from "../world/views.ts";
import { named, show, transport, user, world } from "./shown.ts";

describe("a new tunnel", () => {
  const KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
  const PEER = keyOf("other side");

  async function begin(): Promise<void> {
    await show("#/new");
    await fill("Address", "10.0.0.2/32");
    await fill("PublicKey", PEER);
    await vi.waitFor(() => expect(screen.getByRole("button", { name: "Create" })).toBeEnabled(), 5_000);
    await settled();
  }

  async function fill(name: string, value: string): Promise<void> {
    await user.type(screen.getByRole("textbox", { name }), value);
    await user.tab();
    await settled();
  }

  test("is made in the form, its changes are shown before, and its key afterwards for the other side", async () => {
    await begin();
    expect(screen.getByText(/The service makes the keys when you create the tunnel/)).toBeVisible();
    expect(screen.getByText("What turning it on will change on this computer")).toBeVisible();
    expect(transport.asked.some((request) => request.method === "preview_config")).toBe(true);
    await user.click(screen.getByRole("button", { name: "Create" }));
    await settled();
    const made = [...world.tunnels.values()].find((tunnel) => tunnel.name === "New tunnel")!;
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("New tunnel");
    expect(transport.asked.some((request) => request.method === "create")).toBe(true);
    const own = within(screen.getByRole("region", { name: "Public key of this computer" }));
    expect(own.getByText(made.public_key!)).toBeVisible();
    expect(own.getByRole("button", { name: named("Copy the public key") })).toBeEnabled();
    await user.click(own.getByRole("button", { name: "Done" }));
    expect(screen.queryByRole("region", { name: "Public key of this computer" })).toBeNull();
  });

  test("with a private key of its own shows the public one before it is made, and keeps that key", async () => {
    await begin();
    await fill("PrivateKey", KEY);
    await vi.waitFor(() => expect(screen.getByText(keyOf(`of ${KEY}`))).toBeVisible(), 5_000);
    await user.click(screen.getByRole("button", { name: "Create" }));
    await settled();
    const asked = transport.asked.find((request) => request.method === "import");
    expect(asked?.params).toMatchObject({ name: "New tunnel", config: expect.stringContaining(`PrivateKey = ${KEY}`) });
  });

  test("has a name that is not part of its text, and of its history", async () => {
    await begin();
    await user.type(screen.getByRole("textbox", { name: "Name" }), " 2");
    await user.keyboard("{Control>}z{/Control}");
    await settled();
    expect(newTunnel()?.edited.text).toContain(PEER);
  });

  test("is still there after a look at another page", async () => {
    await begin();
    go({ kind: "settings" });
    await settled();
    go({ kind: "new" });
    await settled();
    expect(newTunnel()?.edited.text).toContain(PEER);
    expect(screen.getByRole("textbox", { name: "Address" })).toHaveValue("10.0.0.2/32");
  });
});
