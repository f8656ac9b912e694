// The user's preferences for this window. They are kept in the web view's storage, not in the service.
import { use } from "../words/catalogue.svelte.ts";
import type { RateUnit } from "../words/quantity.ts";

/** What the window looks like. */
export type Theme = "system" | "light" | "dark" | "contrast";

/** The user's choices. */
export interface Preferences {
  theme: Theme;
  /** The tag of a language; null: the system's. */
  language: string | null;
  rates: RateUnit;
}

const KEY = "adit";
const DEFAULTS: Preferences = { theme: "system", language: null, rates: "bits" };

let chosen = $state.raw<Preferences>(DEFAULTS);

/** The user's choices. */
export function preferences(): Preferences {
  return chosen;
}

/** Keeps a choice and makes it true. */
export async function prefer(choice: Partial<Preferences>): Promise<void> {
  chosen = { ...chosen, ...choice };
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // Without storage the choice lasts as long as the window.
  }
  await show();
}

/** Reads what was chosen and makes it true. */
export async function loadPreferences(): Promise<void> {
  chosen = { ...DEFAULTS, ...stored() };
  await show();
}

async function show(): Promise<void> {
  const wantsContrast = chosen.theme === "system" && matchMedia("(prefers-contrast: more)").matches;
  document.documentElement.dataset.theme = wantsContrast ? "contrast" : chosen.theme;
  await use(chosen.language ?? navigator.language);
}

function stored(): Partial<Preferences> {
  try {
    const text = localStorage.getItem(KEY);
    const value: unknown = text === null ? null : JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
