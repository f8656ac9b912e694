// An import: files and texts are read, reviewed as drafts, and imported as tunnels.
import type { Diagnostic, ImportReading, TunnelId } from "../api/generated.ts";
import { base64 } from "../model/frame.ts";
import { freeName, interfaceFor } from "../model/names.ts";
import type { OpenedFile } from "../transport/tauri.ts";
import { failure, Refused } from "../transport/transport.ts";
import { say } from "../words/catalogue.svelte.ts";
import { errorAdvice, errorDetails, errorSentence } from "../words/error.ts";
import { importReason } from "../words/finding.ts";
import { sentence, visible } from "../words/text.ts";
import type { Service } from "./service.svelte.ts";

/** Largest file that is read, bytes: the largest that the service takes. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_TEXT = 1024 * 1024;
/** Kinds of pictures that are read. */
const PICTURES = ["image/png", "image/jpeg", "image/webp"];

/** A tunnel to be, as the user may still change it. */
export interface Draft {
  key: number;
  from: string;
  name: string;
  interface: string;
  config: string;
  /** null: not checked yet. */
  diagnostics: Diagnostic[] | null;
  /** Whether the user wants it. */
  isWanted: boolean;
}

/** What did not become a tunnel, and why. */
export interface Refusal {
  from: string;
  reason: string;
}

/** What came of an import. */
export interface Outcome {
  imported: { id: TunnelId; name: string }[];
  refused: Refusal[];
}

/** Why there is no picture on the clipboard. */
export type NoPicture = "empty" | "denied";

/** What somebody handed over. */
export class Imports {
  drafts = $state<Draft[]>([]);
  refusals = $state.raw<Refusal[]>([]);
  outcome = $state.raw<Outcome | null>(null);
  isBusy = $state(false);
  #next = 1;
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Forgets everything. */
  clear(): void {
    [this.drafts, this.refusals, this.outcome] = [[], [], null];
  }

  /** Reads files. */
  async addFiles(files: readonly File[]): Promise<void> {
    this.outcome = null;
    for (const file of files) await this.#addFile(file);
  }

  /** Reads a file that the program around the page has opened, or says why it cannot be imported. */
  async addOpened({ name, bytes, problem }: OpenedFile): Promise<void> {
    if (problem === "too_large") return this.#refuse(name, say("ui-import-too-large"));
    if (problem === "unreadable") return this.#refuse(name, say("ui-import-unreadable", { count: 1 }));
    await this.addFiles([new File([Uint8Array.from(atob(bytes), (byte) => byte.charCodeAt(0))], name)]);
  }

  /** Takes the QR codes that the camera has seen. */
  addReading(reading: ImportReading): void {
    this.outcome = null;
    this.#take(reading);
  }

  /** Has the program around the page look at the screen. Returns whether it did: the user may not want that. */
  async addScreen(): Promise<boolean> {
    const from = say("ui-from-screen");
    try {
      const reading = await this.#service.call("scan_screen", { from });
      if (reading !== null) this.addReading(reading);
      return reading !== null;
    } catch (thrown) {
      this.#refuse(from, reasonOf(thrown));
      return true;
    }
  }

  /** Reads the picture on the clipboard. Returns why there is none; null: there is one. */
  async addClipboard(): Promise<NoPicture | null> {
    let picture: Blob | undefined;
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find((type) => PICTURES.includes(type));
        if (type !== undefined) picture ??= await item.getType(type);
      }
    } catch {
      return "denied";
    }
    if (!picture) return "empty";
    await this.addPicture(picture);
    return null;
  }

  /** Reads files that were pasted. */
  async addPasted(files: readonly File[]): Promise<void> {
    this.outcome = null;
    // The name that browsers give a picture that has none.
    for (const file of files) await (file.name === "image.png" ? this.addPicture(file) : this.#addFile(file));
  }

  /** Reads a picture that is in no file. */
  async addPicture(picture: Blob): Promise<void> {
    this.outcome = null;
    await this.#addFile(new File([picture], "wg0.png"), say("ui-from-clipboard"));
  }

  /** Reads a pasted text. */
  async addText(text: string): Promise<void> {
    this.outcome = null;
    await this.#add(say("ui-pasted-text"), "wg0", text);
  }

  /** Imports what is wanted, one after the other. One that fails does not stop the others. */
  async importAll(): Promise<void> {
    this.isBusy = true;
    const outcome: Outcome = { imported: [], refused: [...this.refusals] };
    for (const draft of this.drafts.filter((draft) => draft.isWanted)) {
      const { name, config } = draft;
      try {
        const { id } = await this.#service.call("import", { name, interface: draft.interface, config });
        outcome.imported.push({ id, name });
      } catch (thrown) {
        outcome.refused.push({ from: visible(name), reason: reasonOf(thrown, name) });
      }
    }
    [this.drafts, this.refusals, this.outcome, this.isBusy] = [[], [], outcome, false];
  }

  async #addFile(file: File, from?: string): Promise<void> {
    const isText = /\.(conf|txt)$/i.test(file.name);
    if (file.size > (isText ? MOST_TEXT : MOST_BYTES)) return this.#refuse(from ?? file.name, say("ui-import-too-large"));
    try {
      const bytes = base64(new Uint8Array(await file.arrayBuffer()));
      const reading = await this.#service.call("read_import", { files: [{ name: file.name, bytes }] });
      this.#take(from === undefined ? reading : renamed(reading, from));
    } catch (thrown) {
      this.#refuse(from ?? file.name, reasonOf(thrown));
    }
  }

  #take({ drafts, refusals }: ImportReading): void {
    for (const draft of drafts) {
      // Free among the tunnels and within its file; another file may have brought the same.
      const name = freeName(draft.name, new Set(this.drafts.map((other) => other.name)));
      const { interface: wanted } = draft;
      const taken = new Set(this.drafts.map((other) => other.interface));
      this.#push({ ...draft, name, interface: taken.has(wanted) ? interfaceFor(wanted, taken) : wanted, key: this.#next++, isWanted: isUsable(draft.diagnostics) });
    }
    for (const { from, reason } of refusals) this.#refuse(from, sentence(importReason(reason)));
  }

  async #add(from: string, name: string, config: string): Promise<void> {
    const names = new Set([...this.#service.tunnels.values()].map((tunnel) => tunnel.name).concat(this.drafts.map((draft) => draft.name)));
    const taken = new Set([...this.#service.tunnels.values()].map((tunnel) => tunnel.interface).concat(this.drafts.map((draft) => draft.interface)));
    const free = freeName(name, names);
    try {
      const { diagnostics } = await this.#service.call("check_config", { id: null, config });
      const isWanted = isUsable(diagnostics);
      this.#push({ key: this.#next++, from, name: free, interface: interfaceFor(free, taken), config, diagnostics, isWanted });
    } catch (thrown) {
      this.#refuse(from, reasonOf(thrown));
    }
  }

  #push(draft: Draft): void {
    this.drafts.push(draft);
  }

  #refuse(from: string, reason: string): void {
    this.refusals = [...this.refusals, { from: visible(from), reason }];
  }
}

/** Whether a configuration can become a tunnel. */
export function isUsable(diagnostics: Diagnostic[] | null): boolean {
  return !(diagnostics ?? []).some((found) => found.severity === "error");
}

function reasonOf(thrown: unknown, tunnel?: string): string {
  const why = failure(thrown);
  if (!(why instanceof Refused)) return say("ui-unreachable");
  const context = { tunnel };
  const advice = errorAdvice(why.error, context);
  const lines = [errorSentence(why.error, context), ...errorDetails(why.error, context), ...(advice === null ? [] : [advice])];
  return lines.map(sentence).join(" ");
}

/** Names the origin of everything that was read. */
function renamed({ drafts, refusals }: ImportReading, from: string): ImportReading {
  return { drafts: drafts.map((draft) => ({ ...draft, from })), refusals: refusals.map(({ reason }) => ({ from, reason })) };
}
