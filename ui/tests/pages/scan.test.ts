import { screen } from "@testing-library/svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import { go } from "../../src/lib/state/router.svelte.ts";
import { hold, settled } from "../memory.ts";
import { CONFIG, MASKED } from "../world/texts.ts";
import { app, show, transport, user, world } from "./shown.ts";

describe("a QR code", () => {
  const DRAFT = { from: "camera", name: "wg0", interface: "wg0", config: MASKED, diagnostics: [] };
  /** What a browser throws for a camera that cannot be used, or the pictures of those that can. */
  const withCamera = (getUserMedia: () => Promise<MediaStream>, cameras: string[] = []) => {
    const devices = cameras.map((deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));
    Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia, enumerateDevices: async () => devices } });
  };
  const inApp = () => Object.defineProperty(globalThis, "__TAURI_INTERNALS__", { configurable: true, value: {} });
  afterEach(() => {
    vi.restoreAllMocks();
    Reflect.deleteProperty(navigator, "mediaDevices");
    Reflect.deleteProperty(globalThis, "__TAURI_INTERNALS__");
  });

  async function scan(way: RegExp): Promise<void> {
    await show("#/add");
    await user.click(screen.getByRole("button", { name: /^Scan a QR code/ }));
    await user.click(screen.getByRole("button", { name: way }));
    await settled();
  }

  test.each([
    ["NotFoundError", /^No camera was found/],
    ["NotAllowedError", /^The camera may not be used/],
    ["NotReadableError", /^The camera could not be started/],
  ])("without a camera a sentence says why: %s", async (name, sentence) => {
    withCamera(() => Promise.reject(new DOMException("", name)));
    await scan(/^Use the camera/);
    expect(screen.getByRole("alert")).toHaveTextContent(sentence);
  });

  test("a window without any way to a camera says that there is none", async () => {
    await scan(/^Use the camera/);
    expect(screen.getByRole("alert")).toHaveTextContent(/^No camera was found/);
  });

  test("the app does not ask for a camera that the user has refused", async () => {
    const asked = vi.fn(() => Promise.reject(new Error("it was asked for")));
    withCamera(asked);
    await show("#/add");
    inApp();
    world.allowsCamera = false;
    await user.click(screen.getByRole("button", { name: /^Scan a QR code/ }));
    await user.click(screen.getByRole("button", { name: /^Use the camera/ }));
    await settled();
    expect(screen.getByRole("alert")).toHaveTextContent(/^The camera may not be used/);
    expect(asked).not.toHaveBeenCalled();
  });

  test("the picture of another camera stays, and no camera is on in a window that is hidden", async () => {
    vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    const streams: { stop: () => void }[] = [];
    withCamera(async () => {
      const track = Object.assign(new EventTarget(), { stop: vi.fn() });
      const stream = { stop: track.stop, getTracks: () => [track], getVideoTracks: () => [track] };
      streams.push(stream);
      return stream as unknown as MediaStream;
    }, ["front", "back"]);
    await scan(/^Use the camera/);
    const video = document.querySelector("video")!;
    await user.selectOptions(screen.getByRole("combobox", { name: "Camera" }), "back");
    // Longer than the pause between two pictures.
    await new Promise((done) => setTimeout(done, 300));
    expect([streams.length, video.srcObject]).toEqual([2, streams[1]]);
    expect(streams[1]?.stop).not.toHaveBeenCalled();
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    await settled();
    expect(streams[1]?.stop).toHaveBeenCalled();
    expect(document.querySelector("video")).toBeNull();
  });

  test("a code that is read when nobody looks any more does not stay in the program", async () => {
    vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
    const { prototype } = HTMLVideoElement;
    vi.spyOn(prototype, "videoWidth", "get").mockReturnValue(4);
    vi.spyOn(prototype, "videoHeight", "get").mockReturnValue(4);
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ drawImage: () => undefined, getImageData: () => ({ data: new Uint8ClampedArray(64), width: 4, height: 4 }) } as unknown as RenderingContext);
    const track = Object.assign(new EventTarget(), { stop: () => undefined });
    withCamera(async () => ({ getTracks: () => [track], getVideoTracks: () => [track] }) as unknown as MediaStream);
    world.seen = { drafts: [{ ...DRAFT, id: world.keep(CONFIG) }], refusals: [] };
    await show("#/add");
    const deliver = hold(transport, "read_frame");
    await user.click(screen.getByRole("button", { name: /^Scan a QR code/ }));
    await user.click(screen.getByRole("button", { name: /^Use the camera/ }));
    await settled();
    expect(transport.asked.some(({ method }) => method === "read_frame")).toBe(true);
    go({ kind: "home" });
    await settled();
    await deliver();
    expect([world.drafts.size, app.imports.drafts]).toEqual([0, []]);
  });

  test("on a clipboard that may not be read is told from an empty one, and the app has no button for it", async () => {
    const read = vi.spyOn(navigator.clipboard, "read").mockRejectedValue(new DOMException("", "NotAllowedError"));
    await scan(/^From the clipboard/);
    expect(screen.getByText("The clipboard is not available.")).toBeVisible();
    read.mockResolvedValue([]);
    await user.click(screen.getByRole("button", { name: /^From the clipboard/ }));
    await settled();
    expect(screen.getByText("There is no picture on the clipboard.")).toBeVisible();
    go({ kind: "home" });
    await settled();
    inApp();
    go({ kind: "add" });
    await settled();
    await user.click(screen.getByRole("button", { name: /^Scan a QR code/ }));
    expect(screen.getByText(/can also be pasted with Ctrl\+V/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /^From the clipboard/ })).toBeNull();
  });

  test("the screen becomes a draft, or nothing where the user does not want it", async () => {
    await show("#/add");
    expect(await app.imports.addScreen()).toBe(false);
    expect(app.imports.drafts).toEqual([]);
    world.seen = { drafts: [{ ...DRAFT, id: world.keep(CONFIG), from: "screen" }], refusals: [] };
    expect(await app.imports.addScreen()).toBe(true);
    await settled();
    expect(screen.getByRole("heading", { name: "screen" })).toBeVisible();
    world.refusals.set("scan_screen", { code: "io", doing: "taking a picture of the screen", detail: "no portal" });
    await app.imports.addScreen();
    await settled();
    expect(screen.getByText(/no portal/)).toBeVisible();
  });

  test("a pasted picture is named after the clipboard, and a pasted file after itself", async () => {
    await show("");
    const paste = new Event("paste", { bubbles: true, cancelable: true });
    const files = [new File(["[Interface]"], "image.png"), new File(["[Interface]"], "cabin.conf")];
    window.dispatchEvent(Object.assign(paste, { clipboardData: { files } }));
    await settled();
    expect(screen.getByRole("heading", { name: "clipboard" })).toBeVisible();
    expect(screen.getByRole("heading", { name: "cabin.conf" })).toBeVisible();
    expect(paste.defaultPrevented).toBe(true);
  });
});
