// The line about a network whose users have to sign in.
import { screen } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import type { PortalView } from "../../src/lib/api/generated.ts";
import { hold, settled, worldTransport } from "../memory.ts";
import { named, show, transport, world } from "./shown.ts";

const NONE: PortalView = { captive: null, is_shut_out: false, open: null, last_end: null };
const SHUT_OUT: PortalView = { ...NONE, captive: "wlan0", is_shut_out: true };

const hint = () => screen.queryByText(named("wlan0"));

beforeEach(() => (world.portal = SHUT_OUT));

test("is read aloud when it comes, and goes when the page of the network is let through", async () => {
  world.portal = NONE;
  await show("#/tunnels");
  expect(hint()).toBeNull();
  world.tell({ kind: "portal_changed", portal: SHUT_OUT });
  await settled();
  expect(hint()?.closest("[role=status]")).not.toBeNull();
  world.tell({ kind: "portal_changed", portal: NONE });
  await settled();
  expect(hint()).toBeNull();
});

test("goes with the service, and is asked for again when it is back", async () => {
  await show("#/tunnels");
  expect(hint()).toBeVisible();
  transport.isThere = false;
  transport.signal({ kind: "lost", why: "gone" });
  await settled();
  expect(hint()).toBeNull();
  transport.isThere = true;
  transport.signal({ kind: "connected", sequence: world.sequence });
  await settled();
  expect(hint()).toBeVisible();
});

test("is that of the event, if an older answer comes after it", async () => {
  const way = worldTransport(world);
  const deliver = hold(way, "portal");
  await show("#/tunnels", way);
  world.tell({ kind: "portal_changed", portal: NONE });
  await settled();
  await deliver();
  expect(hint()).toBeNull();
});
