// The camera in a real browser, before the simulated service: a film of a real QR code, and what happens without a camera.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { camera, launch, open, settle } from "./browser.ts";
import { Simulation } from "./simulation.ts";

const WIDTH = 640;
const HEIGHT = 480;

let simulation: Simulation;
let folder: string;
const browsers: Browser[] = [];
beforeAll(async () => {
  simulation = await Simulation.start();
  folder = await mkdtemp(join(tmpdir(), "adit-camera-test-"));
});
afterEach(async () => {
  await Promise.all(browsers.splice(0).map((browser) => browser.close()));
});
afterAll(async () => {
  await simulation.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask<T>(method: string, params: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${simulation.url}rpc`, { method: "POST", headers, body: JSON.stringify({ method, params }) });
  return ((await answer.json()) as { result: T }).result;
}

/** Writes a film of two equal pictures (YUV4MPEG2, grey), and returns its name. */
async function film(name: string, brightness: (x: number, y: number) => number): Promise<string> {
  const luma = Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, at) => brightness(at % WIDTH, Math.floor(at / WIDTH))));
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, grey]);
  const file = join(folder, name);
  await writeFile(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
  return file;
}

/** The film of a tunnel's own QR code on a grey wall, with the shadow of a hand. */
async function filmOf(tunnel: string): Promise<string> {
  const { tunnels } = await ask<{ tunnels: { id: string; name: string }[] }>("tunnels", { after: null });
  const id = tunnels.find(({ name }) => name === tunnel)!.id;
  const { size, modules } = await ask<{ size: number; modules: string }>("export_qr", { id });
  const scale = Math.floor((HEIGHT - 40) / size);
  return film("code.y4m", (x, y) => {
    const [column, row] = [Math.floor((x - 90) / scale), Math.floor((y - 20) / scale)];
    const isInside = column >= 0 && row >= 0 && column < size && row < size;
    const light = x + y < 420 ? 0.6 : 1;
    return Math.round((isInside ? (modules[row * size + column] === "1" ? 40 : 215) : 120) * light);
  });
}

/** Opens the page of the import with a camera, and begins to scan. */
async function scan(...chromium: string[]): Promise<{ page: Page; wrong: string[] }> {
  const browser = await launch(...chromium);
  browsers.push(browser);
  const opened = await open(browser, "about:blank");
  // Every camera that is turned on is remembered.
  await opened.page.addInitScript(() => {
    const streams: MediaStream[] = [];
    Object.assign(window, { streams });
    const turnOn = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await turnOn(wanted);
      streams.push(stream);
      return stream;
    };
  });
  await opened.page.goto(`${simulation.url}#/add`);
  await settle(opened.page);
  await opened.page.getByRole("button", { name: /^Scan a QR code/ }).click();
  await opened.page.getByRole("button", { name: "Use the camera" }).click();
  return opened;
}

const states = (page: Page) =>
  page.evaluate(() => (window as unknown as { streams: MediaStream[] }).streams.flatMap((stream) => stream.getTracks().map((track) => track.readyState)));

test("a code that is held up to the camera becomes a tunnel, and the camera is turned off", async () => {
  const { page, wrong } = await scan(...camera(await filmOf("Office")));
  await page.getByRole("heading", { name: "camera" }).waitFor();
  expect(await states(page)).toEqual(["ended"]);
  expect(await page.locator("video").count()).toBe(0);
  await page.getByRole("textbox", { name: "Name" }).fill("Office by camera");
  await page.getByRole("button", { name: /Import one tunnel/ }).click();
  await page.getByRole("heading", { level: 1, name: "Office by camera" }).waitFor();
  expect(wrong).toEqual([]);
});

test("the camera is on while somebody looks for a code, and off when the page is left", async () => {
  const { page, wrong } = await scan(...camera(await film("wall.y4m", (x) => 100 + (x % 50))));
  await page.getByText("Hold the QR code up to the camera.").waitFor();
  expect(await states(page)).toEqual(["live"]);
  await page.keyboard.press("Control+,");
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  expect(await states(page)).toEqual(["ended"]);
  await page.keyboard.press("Escape");
  expect(wrong).toEqual([]);
});

test("a computer without a camera is told from one whose user refuses it", async () => {
  const without = await scan();
  await without.page.getByText(/^No camera was found/).waitFor();
  const refused = await scan("--use-fake-device-for-media-stream", "--deny-permission-prompts");
  await refused.page.getByText(/^The camera may not be used/).waitFor();
});
