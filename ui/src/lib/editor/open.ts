// The editor is most of the window's code: loaded when a configuration is opened.
import type { Service } from "../state/service.svelte.ts";
import type { EditedText } from "./edited.svelte.ts";

/** A text to edit. Fails where the editor cannot be loaded. */
export async function openText(text: string, service: Service): Promise<EditedText> {
  const { EditedText } = await import("./edited.svelte.ts");
  return new EditedText(text, (config) => service.call("outline", { config }));
}
