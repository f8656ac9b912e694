// The language, where the program around the page keeps it: the tray and notifications speak it too.
import { rpc, type Transport } from "../transport/transport.ts";

/** The user's choice, and where it is kept. */
export interface KeptLanguage {
  /** The tag of a language; null: the system's. */
  chosen: string | null;
  /** The tag of the language that stands for the system's. */
  system: string;
  /** Keeps another choice. */
  keep(language: string | null): Promise<unknown>;
}

/** The language that the program keeps; null where it does not say. */
export async function programLanguage(transport: Transport): Promise<KeptLanguage | null> {
  try {
    const { language, system_language } = await rpc(transport, "desktop", {});
    return { chosen: language, system: system_language, keep: (language) => rpc(transport, "set_language", { language }) };
  } catch {
    // The page speaks the web view's language then.
    return null;
  }
}
