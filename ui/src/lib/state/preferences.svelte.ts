// The user's preferences for this window. They are kept in the web view's storage, not in the service; in the app the program keeps the
// language.
import { use } from "../words/catalogue.svelte.ts";
import type { RateUnit } from "../words/quantity.ts";
import type { KeptLanguage } from "./language.ts";

/** What the window looks like: light or dark, and with high contrast or as the system wants it. */
export const THEMES = ["system", "light", "dark", "contrast", "contrast-light", "contrast-dark"] as const;
export type Theme = (typeof THEMES)[number];

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
let kept: KeptLanguage | null = null;

/** The user's choices. */
export function preferences(): Preferences {
  return chosen;
}

/** Keeps a choice and makes it true. Fails where the program around the page does not keep the language. */
export async function prefer(choice: Partial<Preferences>): Promise<void> {
  if (choice.language !== undefined) await kept?.keep(choice.language);
  chosen = { ...chosen, ...choice };
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // Without storage the choice lasts as long as the window.
  }
  await show();
}

/** Reads what was chosen and makes it true. `language`: where the language is kept, if it is not in the web view's storage. */
export async function loadPreferences(language: KeptLanguage | null = null): Promise<void> {
  kept = language;
  chosen = { ...DEFAULTS, ...stored(), ...(language && { language: language.chosen }) };
  await show();
}

/** Follows the system's wish for more contrast while the window is open. Light and dark follow by themselves, in the style sheet. */
export function followContrast(): () => void {
  const wish = contrast();
  const follow = () => paint();
  wish.addEventListener("change", follow);
  return () => wish.removeEventListener("change", follow);
}

const contrast = () => matchMedia("(prefers-contrast: more)");

function paint(): void {
  const { dataset } = document.documentElement;
  const [first, second] = chosen.theme.split("-");
  const scheme = second ?? (first === "contrast" ? "system" : first);
  dataset.theme = scheme;
  dataset.contrast = first === "contrast" || contrast().matches ? "more" : "normal";
}

async function show(): Promise<void> {
  paint();
  await use(chosen.language ?? kept?.system ?? navigator.language);
}

function stored(): Partial<Preferences> {
  try {
    const text = localStorage.getItem(KEY);
    const value: unknown = text === null ? null : JSON.parse(text);
    if (typeof value !== "object" || value === null) return {};
    const { theme } = value as Partial<Preferences>;
    return { ...value, theme: THEMES.find((known) => known === theme) ?? DEFAULTS.theme };
  } catch {
    return {};
  }
}
