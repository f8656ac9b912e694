// The window in a test: shown for a simulated service, which is a new one for each test.
import { render } from "@testing-library/svelte";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import App from "../../src/App.svelte";
import type { App as Everything } from "../../src/lib/state/context.ts";
import { edits, setNewTunnel, untold } from "../../src/lib/state/edits.svelte.ts";
import { go } from "../../src/lib/state/router.svelte.ts";
import { problems } from "../../src/lib/words/catalogue.svelte.ts";
import { appOf, settled, type TestTransport, worldTransport } from "../memory.ts";
import { logLines } from "../world/logs.ts";
import { people } from "../world/people.ts";
import { World } from "../world/world.ts";

export let world: World;
export let transport: TestTransport;
export let app: Everything;

export const user = userEvent.setup();

/** Without the marks that isolate names. */
export const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, "");
/** Matches what contains a text, whatever isolates its parts. */
export const named = (name: string) => (content: string) => plain(content).includes(name);

/** Puts another service in the place of the usual one. */
export function use(other: World): void {
  world = other;
}

/** Shows a page. */
export async function show(hash: string, way: TestTransport = worldTransport(world)): Promise<void> {
  transport = way;
  app = appOf(transport);
  location.hash = hash;
  render(App, app as unknown as Record<string, never>);
  await settled();
}

// Loaded when a page needs it; here before, so that no test waits for it.
beforeAll(() => import("../../src/lib/editor/edited.svelte.ts"));
beforeEach(() => {
  use(new World(people(), logLines()));
  problems.length = 0;
});
afterEach(() => {
  (app as Everything | undefined)?.service.end();
  edits.clear();
  untold.clear();
  setNewTunnel(null);
  go({ kind: "home" }, true);
  expect(problems).toEqual([]);
});
