import { expect, test } from "vitest";
import type { DropReason, Health, PeerStatus, PeerView, UpState } from "../src/lib/api/generated.ts";
import { peerReason } from "../src/lib/model/peer.ts";
import { peer, running, START, tunnel, up } from "./world/views.ts";

const ANSWERED = START - 300_000;
const NO_ANSWER: Health = { kind: "no_answer", since: START - 40_000 };

/** The reason with the button of a peer of a tunnel that is up. */
function reasonOf(configured: Partial<PeerView> | null, status: Partial<PeerStatus> | null, dropped: DropReason[] = [], state: Partial<UpState> = {}) {
  const one = peer("gateway", configured ?? {});
  const found = peerReason(
    {
      tunnel: tunnel(1, "Office", up([one], NO_ANSWER, state)),
      peer: configured === null ? undefined : one,
      status: status === null ? undefined : running(one, NO_ANSWER, status),
      drops: dropped.map((reason) => ({ reason, count: 3 })),
    },
    START,
  );
  return found && [found.text.replace(/[\u2066-\u2069]/g, ""), found.fix];
}

test("a peer that answers needs no words, and an idle one no button", () => {
  expect(reasonOf({}, { health: { kind: "good" } })).toBeNull();
  expect(reasonOf({}, { health: { kind: "handshaking", since: START - 1_000 } })).toBeNull();
  expect(reasonOf({}, { health: { kind: "idle" } })).toEqual(["Nothing needs to be sent at the moment.", null]);
});

test("silence after an answer is told by where the answer came from", () => {
  const last_handshake = ANSWERED;
  expect(reasonOf({ endpoint: "vpn.example.com:51820" }, { last_handshake })).toEqual([
    "It last answered 5 min ago. If vpn.example.com has a new address by now, look it up again.",
    "look-up",
  ]);
  for (const endpoint of ["203.0.113.10:51820", "[2001:db8::1]:51820"]) {
    expect(reasonOf({ endpoint }, { last_handshake })).toEqual(["It last answered 5 min ago. It may be off, or the network between blocks UDP.", "log"]);
  }
  expect(reasonOf({}, { last_handshake, has_moved: true })).toEqual([
    "It last answered 5 min ago, from 203.0.113.10:51820, which is not the configured endpoint. Look that up again.",
    "look-up",
  ]);
});

test("a peer that never answered has the endpoint to edit, or the reason why nothing leaves", () => {
  expect(reasonOf({}, {})?.[1]).toBe("endpoint");
  expect(reasonOf({}, { health: { kind: "handshaking", since: START - 6_000 } })).toEqual(["It has not answered the first handshake yet.", "endpoint"]);
  expect(reasonOf({}, { endpoint: null })).toEqual(["The address of vpn.example.com is not known, so nothing can be sent there.", "look-up"]);
  expect(reasonOf({}, {}, [], { routing_loops: 7 })).toEqual(["The route to it leads into this tunnel itself.", "edit"]);
  expect(reasonOf({ endpoint: null }, { endpoint: null, health: { kind: "waiting_for_peer" } })).toEqual(["It has no endpoint here, so it has to begin.", "endpoint"]);
});

test("what arrives and cannot be used tells more than silence", () => {
  expect(reasonOf({}, {}, ["mac1"])?.[1]).toBe("own-key");
  expect(reasonOf({}, {}, ["unknown_peer"])?.[0]).toContain("no peer here has");
  expect(reasonOf({}, {}, ["handshake", "unknown_index"])?.[0]).toContain("preshared keys may differ");
  expect(reasonOf({}, {}, ["replayed_initiation"])?.[0]).toContain("clock on the other side");
  expect(reasonOf({ endpoint: null }, { endpoint: null, health: { kind: "waiting_for_peer" } }, ["mac1"])?.[1]).toBe("own-key");
  expect(reasonOf({}, {}, ["queue_full"])?.[1]).toBe("endpoint");
  expect(reasonOf({}, { health: { kind: "good" } }, ["mac1"])).toBeNull();
});

test("a peer that is only configured, or only runs, can be brought in line", () => {
  expect(reasonOf({}, null)?.[1]).toBe("reload");
  expect(reasonOf(null, { health: { kind: "good" } })).toEqual(["Another program added this peer. It is not in the configuration.", "save"]);
  expect(peerReason({ tunnel: tunnel(1, "Off", { kind: "paused", until: null }), peer: peer("gateway"), status: undefined, drops: [] }, START)).toBeNull();
});
