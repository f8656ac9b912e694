// The state that all components share.
import { getContext, setContext } from "svelte";
import type { Actions } from "./actions.svelte.ts";
import type { Imports } from "./imports.svelte.ts";
import type { Log } from "./log.svelte.ts";
import type { Rules } from "./rules.svelte.ts";
import type { Service } from "./service.svelte.ts";

/** Everything that outlives a page. */
export interface App {
  service: Service;
  actions: Actions;
  log: Log;
  imports: Imports;
  rules: Rules;
}

const KEY = Symbol("app");

/** Hands the app to all components below. */
export function provide(app: App): void {
  setContext(KEY, app);
}

/** The app. */
export function app(): App {
  return getContext<App>(KEY);
}
