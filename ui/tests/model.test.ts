import { base64, lumaOf, sizeOf } from "../src/lib/model/frame.ts";
import { describe, expect, test } from "vitest";
import type { ApiError } from "../src/lib/api/generated.ts";
import { positions } from "../src/lib/editor/bytes.ts";
import { valueOf, withValue } from "../src/lib/model/form.ts";
import { axisOf, series } from "../src/lib/model/graph.ts";
import { freeName, interfaceFor, nameOfFile } from "../src/lib/model/names.ts";
import { problemsOf } from "../src/lib/model/problems.ts";
import { isWanted, statusOf, statusWord, tone, whyLine } from "../src/lib/model/status.ts";
import { href, parse } from "../src/lib/state/router.svelte.ts";
import { ago, bytes, countdown, rate } from "../src/lib/words/quantity.ts";
import { visible, withoutMarks } from "../src/lib/words/text.ts";
import { outline } from "./world/local.ts";
import { people } from "./world/people.ts";
import { CONFIG } from "./world/texts.ts";
import { idOf, peer, START, tunnel, up } from "./world/views.ts";

describe("text from outside", () => {
  test("shows what hides, and stays on one line", () => {
    expect(visible("a\u202eb\u200bc")).toBe("a\\u{202e}b\\u{200b}c");
    expect(visible("one\n\ntwo\n")).toBe("one; two");
    expect(visible("<b>bold</b>")).toBe("<b>bold</b>");
    expect(visible("مكتب")).toBe("مكتب");
  });
});

describe("status", () => {
  test("every tunnel has one, and a line that says why", () => {
    const lines = people().map((tunnel) => [statusOf(tunnel), withoutMarks(whyLine(tunnel, START, {}))]);
    expect(lines.slice(0, 7)).toEqual([
      ["healthy", "answered 12 s ago"],
      ["silent", "no answer for 40 s"],
      ["paused", "paused, on again in 14:59"],
      ["blocked", "blocked: nothing leaves"],
      ["handshaking", "up, no handshake yet"],
      ["off", "off"],
      ["failed", "the address of vps.example.net was not found (no such name)"],
    ]);
  });

  test("a tunnel without peers has no peers, and is not green", () => {
    const without = tunnel(1, "Empty", up([], { kind: "idle" }, { last_handshake: null }), { peers: [], peer_count: 0 });
    expect([statusOf(without), tone(statusOf(without))]).toEqual(["empty", "warn"]);
    expect(statusWord("empty")).toBe("No peers");
    expect(whyLine(without, START, {})).toBe("up, no peers");
    expect(statusOf(tunnel(2, "Idle", up([peer("a")], { kind: "idle" })))).toBe("idle");
  });

  test("a tunnel that was turned off under lockdown is off, and that is no problem", () => {
    const blocked = (cause: ApiError) => tunnel(1, "office", { kind: "blocked", cause, since: START, retry_at: null }, { kill_switch: "lockdown" });
    const [off, broken] = [blocked({ code: "lockdown" }), blocked({ code: "busy" })];
    expect([isWanted(off), statusOf(off), problemsOf(off, START, {})]).toEqual([false, "blocked", []]);
    expect([isWanted(broken), statusOf(broken), problemsOf(broken, START, {}).length]).toEqual([true, "blocked", 1]);
  });
});

describe("quantities", () => {
  test("are as short as people say them", () => {
    expect(withoutMarks(ago(1_000, 13_500))).toBe("12 s ago");
    expect(countdown(899_000, 0)).toBe("14:59");
    expect(countdown(3_600_000, 0)).toBe("1:00:00");
    expect([bytes(0), bytes(1023), bytes(1024), bytes(1_572_864)]).toEqual(["0 B", "1023 B", "1.00 KiB", "1.50 MiB"]);
    expect([rate(0, "bits"), rate(5_150_000, "bits"), rate(5_150_000, "bytes")]).toEqual(["0 bit/s", "41.2 Mbit/s", "5.2 MB/s"]);
    expect(rate(100_000, "bits", 2_000_000), "the unit of the scale").toBe("0.8 Mbit/s");
  });
});

describe("the graph", () => {
  const sample = (at: number, received: number, sent: number) => ({ at: at * 1000, received, sent });

  test("a second without a sample is one without traffic", () => {
    const [times, received] = series([sample(94, 10, 1), sample(95, 10, 1), sample(99, 20, 2)], 10, 100_000);
    const at = (second: number) => received[times.indexOf(second)];
    expect([at(94), at(95), at(96), at(98), at(99)]).toEqual([10, 10, 0, 0, 20]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("the axis has round ends, and neither side is squeezed to nothing", () => {
    const { received, sent } = axisOf([sample(100, 6_500_000, 10)], 60, 100_000);
    expect(received * 8).toBe(60_000_000);
    expect(sent).toBe(received / 3);
  });
});

describe("names", () => {
  test("of interfaces are valid and free", () => {
    expect(interfaceFor("Büro 2", new Set())).toBe("Buro-2");
    expect(interfaceFor("مكتب", new Set(["wg0"]))).toBe("wg2");
    expect(interfaceFor("a-very-long-name-indeed", new Set(["a-very-long-nam"]))).toBe("a-very-long-na2");
    expect(nameOfFile("C:\\x\\home.conf")).toBe("home");
    expect(freeName("home", new Set(["home", "home 2"]))).toBe("home 3");
  });
});

describe("addresses of pages", () => {
  test("lead back to the page, and strange ones to the first", () => {
    const id = idOf(7);
    for (const page of [{ kind: "tunnel", id }, { kind: "edit", id }, { kind: "log", tunnel: id }, { kind: "settings" }] as const) {
      expect(parse(href(page))).toEqual(page);
    }
    expect(parse("#/tunnel/../../etc")).toEqual({ kind: "home" });
    expect(parse("#/javascript:alert(1)")).toEqual({ kind: "home" });
  });
});

describe("bytes and characters", () => {
  test("have the same places in the editor", () => {
    const at = positions("aë𐍈b");
    expect([at(0), at(1), at(3), at(7), at(8)]).toEqual([0, 1, 2, 4, 5]);
  });
});

describe("the form", () => {
  test("changes a value where it stands, and nothing else", () => {
    const { sections } = outline(CONFIG);
    const [own, peer] = sections;
    if (!own || !peer) throw new Error("two sections");
    expect(valueOf(peer, "Endpoint")).toBe("vpn.example.com:51820");
    expect(withValue(CONFIG, peer, "Endpoint", "203.0.113.1:1")).toBe(CONFIG.replace("vpn.example.com:51820", "203.0.113.1:1"));
    expect(withValue(CONFIG, peer, "PersistentKeepalive", "")).toBe(CONFIG.replace("PersistentKeepalive = 25\n", ""));
    expect(withValue(CONFIG, own, "MTU", "1380")).toBe(CONFIG.replace("corp.example\n", "corp.example\nMTU = 1380\n"));
  });

  test("makes one line of several", () => {
    const text = "[Peer]\nAllowedIPs = 10.0.0.0/8\n# zwölf\nAllowedIPs = ::/0\n";
    const [peer] = outline(text).sections;
    if (!peer) throw new Error("a section");
    expect(valueOf(peer, "AllowedIPs")).toBe("10.0.0.0/8, ::/0");
    expect(withValue(text, peer, "AllowedIPs", "0.0.0.0/0")).toBe("[Peer]\nAllowedIPs = 0.0.0.0/0\n# zwölf\n");
  });
});

describe("a picture of the camera", () => {
  test("is one byte for each pixel: white, red, green, blue, black", () => {
    const pixels = Uint8ClampedArray.from([[255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0]].flatMap((colour) => [...colour, 255]));
    expect([...lumaOf(pixels)]).toEqual([255, 76, 149, 29, 0]);
    expect(base64(lumaOf(pixels))).toBe("/0yVHQA=");
  });

  test("is read in its proportions, and not larger than needed", () => {
    expect(sizeOf(640, 480)).toEqual({ width: 640, height: 480 });
    expect(sizeOf(3840, 2160)).toEqual({ width: 1280, height: 720 });
    expect(sizeOf(0, 0)).toEqual({ width: 0, height: 0 });
  });
});
