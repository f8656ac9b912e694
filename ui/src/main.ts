import { mount } from "svelte";
import App from "./App.svelte";
import { Actions } from "./lib/state/actions.svelte.ts";
import { Imports } from "./lib/state/imports.svelte.ts";
import { Log } from "./lib/state/log.svelte.ts";
import { programLanguage } from "./lib/state/language.ts";
import { loadPreferences } from "./lib/state/preferences.svelte.ts";
import { Rules } from "./lib/state/rules.svelte.ts";
import { Service } from "./lib/state/service.svelte.ts";
import { http } from "./lib/transport/http.ts";
import { isInTauri, tauri } from "./lib/transport/tauri.ts";
import { repairLanguage } from "./lib/words/locale.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

async function start(): Promise<void> {
  repairLanguage(navigator);
  const transport = await (isInTauri() ? tauri() : http(""));
  await loadPreferences(isInTauri() ? await programLanguage(transport) : null);
  const service = new Service(transport);
  const props = { service, actions: new Actions(service), log: new Log(service), imports: new Imports(service), rules: new Rules(service) };
  mount(App, { target: document.getElementById("app")!, props });
}

void start();
