import { flushSync } from "svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Notice, TunnelView } from "../src/lib/api/generated.ts";
import { Log } from "../src/lib/state/log.svelte.ts";
import { Service } from "../src/lib/state/service.svelte.ts";
import { Unreachable } from "../src/lib/transport/transport.ts";
import { crowd, people } from "./world/people.ts";
import { logLines } from "./world/logs.ts";
import { idOf, OFF, tunnel } from "./world/views.ts";
import { World } from "./world/world.ts";
import { golden, goldenTransport, settled, TestTransport, worldTransport } from "./memory.ts";

const services: Service[] = [];
function serviceOf(transport: TestTransport): Service {
  const service = new Service(transport);
  services.push(service);
  return service;
}
afterEach(() => {
  services.splice(0).forEach((service) => service.end());
  vi.useRealTimers();
});

const changed = (sequence: number, of: TunnelView): Notice => ({ sequence, event: { kind: "tunnel_changed", tunnel: of } });
const asks = (transport: TestTransport, method: string) => transport.asked.filter((request) => request.method === method).length;

describe("the snapshot", () => {
  test("has all pages, sorted as people sort", async () => {
    const world = new World(crowd(450));
    world.page = 200;
    const service = serviceOf(worldTransport(world));
    await settled();
    expect(service.phase.kind).toBe("ready");
    expect(service.order).toHaveLength(450);
    const names = service.order.map((id) => service.nameOf(id) ?? "");
    expect(names.indexOf("Berlin site 11")).toBeGreaterThan(names.indexOf("Berlin site 1"));
    expect(names.indexOf("Berlin site 101")).toBeGreaterThan(names.indexOf("Berlin site 91"));
  });

  test("takes real samples of the contract, and every golden event", async () => {
    const transport = goldenTransport();
    const service = serviceOf(transport);
    await settled();
    expect(service.about?.role).toBe("operate");
    const notices = golden<Notice[]>("events");
    transport.signal({ kind: "connected", sequence: (notices[0]?.sequence ?? 1) - 1 });
    await settled();
    const heard: string[] = [];
    service.onEvent((event) => heard.push(event.kind));
    notices.forEach((notice) => transport.notice(notice));
    await settled();
    expect(heard).toEqual(notices.map((notice) => notice.event.kind));
    const last = notices.filter((notice) => notice.event.kind === "tunnel_removed");
    expect(last.length).toBeGreaterThan(0);
  });
});

describe("events", () => {
  test("change, add and remove tunnels in order", async () => {
    const world = new World(people());
    const service = serviceOf(worldTransport(world));
    await settled();
    world.change(idOf(6), { name: "Aunt" });
    expect(service.nameOf(idOf(6))).toBe("Aunt");
    expect(service.order.indexOf(idOf(6))).toBeLessThan(service.order.indexOf(idOf(2)));
    world.tell({ kind: "tunnel_removed", id: idOf(6) });
    expect(service.tunnels.has(idOf(6))).toBe(false);
    expect(service.order).not.toContain(idOf(6));
  });

  test("a number left out makes everything be asked anew, and nothing that follows is lost", async () => {
    const world = new World([tunnel(1, "One", OFF)]);
    const transport = worldTransport(world);
    const service = serviceOf(transport);
    transport.signal({ kind: "connected", sequence: 0 });
    await settled();
    const before = asks(transport, "tunnels");
    // Missed: the tunnel's new name. Seen: what came after it.
    world.tunnels.set(idOf(1), tunnel(1, "Renamed", OFF));
    world.tunnels.set(idOf(2), tunnel(2, "Two", OFF));
    transport.notice(changed(5, tunnel(2, "Two", OFF, { version: 9 })));
    transport.notice(changed(6, tunnel(2, "Two", OFF, { version: 10 })));
    await settled();
    expect(asks(transport, "tunnels")).toBe(before + 1);
    expect(service.nameOf(idOf(1))).toBe("Renamed");
    expect(service.tunnels.get(idOf(2))?.version).toBe(10);
  });

  test("one that comes while the snapshot is on its way is applied after it", async () => {
    const old = tunnel(1, "One", OFF, { version: 1 });
    let release = () => {};
    const transport = new TestTransport((request) => new World([old]).answer(request));
    const call = transport.call.bind(transport);
    transport.call = async (request) => {
      const answer = await call(request);
      if (request.method === "tunnels") await new Promise<void>((resolve) => (release = resolve));
      return answer;
    };
    const service = serviceOf(transport);
    transport.signal({ kind: "connected", sequence: 7 });
    await settled();
    transport.notice(changed(8, tunnel(1, "One", OFF, { version: 2 })));
    release();
    await settled();
    expect(service.tunnels.get(idOf(1))?.version).toBe(2);
  });

  test("one that is part of the snapshot already is not applied twice", async () => {
    const world = new World([tunnel(1, "One", OFF, { version: 5 })]);
    const transport = worldTransport(world);
    const service = serviceOf(transport);
    transport.signal({ kind: "connected", sequence: 10 });
    await settled();
    transport.notice(changed(10, tunnel(1, "One", OFF, { version: 4 })));
    expect(service.tunnels.get(idOf(1))?.version).toBe(5);
  });
});

describe("a service that goes away", () => {
  test("is said, and what was known stays; when it is back, everything is asked anew", async () => {
    const world = new World([tunnel(1, "One", OFF)]);
    const transport = worldTransport(world);
    const service = serviceOf(transport);
    await settled();
    transport.isThere = false;
    transport.signal({ kind: "lost", why: null });
    expect(service.phase.kind).toBe("away");
    expect(service.nameOf(idOf(1))).toBe("One");
    world.tunnels.set(idOf(1), tunnel(1, "Uno", OFF));
    transport.isThere = true;
    transport.signal({ kind: "connected", sequence: 0 });
    await settled();
    expect(service.phase.kind).toBe("ready");
    expect(service.nameOf(idOf(1))).toBe("Uno");
  });

  test("is away for the cause that each attempt to connect tells", async () => {
    const transport = worldTransport(new World([]));
    const service = serviceOf(transport);
    await settled();
    [transport.isThere, transport.away] = [false, { why: null, cause: "not_running", manager: "systemd" }];
    const cause = () => (service.phase.kind === "away" && service.phase.why instanceof Unreachable ? service.phase.why.away.cause : null);
    transport.signal({ kind: "lost", why: "permission denied", cause: "not_permitted", manager: "systemd" });
    expect(cause()).toBe("not_permitted");
    transport.signal({ kind: "lost", why: "the connection ended" });
    expect(cause()).toBe("not_permitted");
    transport.signal({ kind: "lost", why: "no such file", cause: "not_running", manager: "systemd" });
    expect(cause()).toBe("not_running");
  });

  test("is looked for again by itself", async () => {
    vi.useFakeTimers();
    const transport = worldTransport(new World([]));
    transport.isThere = false;
    const service = serviceOf(transport);
    await vi.advanceTimersByTimeAsync(100);
    expect(service.phase.kind).toBe("away");
    transport.isThere = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect(service.phase.kind).toBe("ready");
  });
});

describe("traffic", () => {
  test("joins what the service remembers with what it tells, and forgets it when the tunnel is down", async () => {
    const world = new World(people());
    const service = serviceOf(worldTransport(world));
    await settled();
    const sample = (at: number) => ({ kind: "traffic" as const, id: idOf(1), sample: { at, received: 10, sent: 1 } });
    world.tell(sample(3000));
    service.traffic.begin({ id: idOf(1), interval: 1000, samples: [{ at: 1000, received: 5, sent: 5 }, { at: 2000, received: 5, sent: 5 }], total: { received: 100, sent: 50 } });
    world.tell(sample(3000));
    world.tell(sample(4000));
    expect(service.traffic.of(idOf(1))?.samples.map((one) => one.at)).toEqual([1000, 2000, 3000, 4000]);
    expect(service.traffic.of(idOf(1))?.total).toEqual({ received: 120, sent: 52 });
    world.change(idOf(1), { state: OFF });
    flushSync();
    expect(service.traffic.of(idOf(1))).toBeUndefined();
  });
});

describe("the log", () => {
  test("is read page by page, and goes on with events, each line once", async () => {
    const world = new World([], logLines());
    const service = serviceOf(worldTransport(world));
    await settled();
    const log = new Log(service);
    await log.load();
    const count = log.lines.length;
    expect(count).toBe(world.logs.length);
    const next = { number: count + 1, at: 1, level: "info" as const, tunnel: null, left_out: 0, code: "network_changed" as const };
    world.tell({ kind: "log", line: next });
    world.tell({ kind: "log", line: next });
    expect(log.lines).toHaveLength(count + 1);
  });
});
