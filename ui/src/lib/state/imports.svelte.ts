// An import: files and texts are read, reviewed as drafts, and imported as tunnels.
import type { ConfigCheck, Diagnostic, DraftId, ImportReading, Preview, TunnelId } from "../api/generated.ts";
import { base64 } from "../model/frame.ts";
import { freeName, interfaceFor } from "../model/names.ts";
import type { Folder } from "../model/folder.ts";
import { failure, type Failure, Refused } from "../transport/transport.ts";
import { say } from "../words/catalogue.svelte.ts";
import { errorAdvice, errorDetails, errorSentence } from "../words/error.ts";
import { importReason } from "../words/finding.ts";
import { sentence, visible } from "../words/text.ts";
import type { Service } from "./service.svelte.ts";

/** Largest file that is read, bytes: the largest that the service takes. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_TEXT = 1024 * 1024;
/** The most configurations of a folder. */
const MOST_FILES = 10_000;
/** Kinds of pictures that are read. */
const PICTURES = ["image/png", "image/jpeg", "image/webp"];

/** A tunnel to be, as the user may still change it. */
export interface Draft {
  key: number;
  /** null: its text, with the keys, was typed or pasted here. Of others the program around the page keeps the keys. */
  id: DraftId | null;
  from: string;
  name: string;
  interface: string;
  config: string;
  /** What is said of the text. */
  diagnostics: Diagnostic[];
  /** Whether that is said of the text as it is now. */
  isChecked: boolean;
  /** Why it is not; null: it was not tried, or is. */
  checkFailure: Failure | null;
  /** Why it did not become a tunnel; null: it was not tried. */
  refused: string | null;
}

/** What a draft begins with. */
const CHECKED = { isChecked: true, checkFailure: null, refused: null };

/** What is said of the text of a draft. */
export function checkDraft(service: Service, { id, config }: Pick<Draft, "id" | "config">): Promise<ConfigCheck> {
  return id === null ? service.call("check_config", { id, config }) : service.call("check_draft", { draft: id, config });
}

/** What a tunnel of a draft would change on this computer. */
export function previewDraft(service: Service, draft: Pick<Draft, "id" | "interface" | "config">): Promise<Preview> {
  const { id, interface: name, config } = draft;
  return id === null ? service.call("preview_config", { interface: name, config }) : service.call("preview_draft", { draft: id, interface: name, config });
}

/** What did not become a tunnel, and why. */
export interface Refusal {
  from: string;
  reason: string;
}

/** What came of an import. */
export interface Outcome {
  imported: { id: TunnelId; name: string }[];
  /** What could not be read. */
  refused: Refusal[];
  /** How many drafts did not become tunnels. They stay, with the reason. */
  failed: number;
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

  /** Forgets everything, in the program around the page too. */
  clear(): void {
    this.#discard(this.drafts);
    [this.drafts, this.refusals, this.outcome] = [[], [], null];
  }

  /** Forgets what came of the last import. What is left stays. */
  closeOutcome(): void {
    this.outcome = null;
  }

  /** Leaves one draft out. */
  leaveOut(draft: Draft): void {
    this.#drop([draft]);
  }

  /** Forgets what was read and is not wanted, in the program around the page. */
  forget({ drafts }: ImportReading): void {
    this.#discard(drafts);
  }

  /** Takes the text of a draft that is being edited, and what is said of it; null: that is not known yet. */
  edit(draft: Draft, config: string, diagnostics: Diagnostic[] | null): void {
    Object.assign(draft, { config, isChecked: diagnostics !== null, checkFailure: null });
    if (diagnostics !== null) draft.diagnostics = diagnostics;
  }

  /** Checks the text of a draft. */
  async check(draft: Draft): Promise<void> {
    const { id, config } = draft;
    try {
      const { diagnostics } = await checkDraft(this.#service, { id, config });
      if (draft.config === config) Object.assign(draft, { diagnostics, isChecked: true, checkFailure: null });
    } catch (thrown) {
      if (draft.config === config) draft.checkFailure = failure(thrown);
    }
  }

  /** Reads files. */
  async addFiles(files: readonly File[]): Promise<void> {
    this.outcome = null;
    for (const file of files) await this.#addFile(file);
  }

  /** Reads the configurations in folders. */
  async addFolders(folders: readonly Folder[]): Promise<void> {
    this.outcome = null;
    for (const { name, files } of folders) {
      if (files.length === 0) this.#refuse(name, sentence(say("refusal-folder-empty")));
      else if (files.length > MOST_FILES) this.#refuse(name, sentence(say("refusal-folder-too-many-files")));
      else await this.addFiles(files);
    }
  }

  /** Has the program around the page ask for files, or for a folder. */
  async choose(folder: boolean): Promise<void> {
    try {
      const reading = await this.#service.call("choose_import", { folder });
      if (reading !== null) this.addReading(reading);
    } catch (thrown) {
      this.#refuse(say("ui-import-file"), reasonOf(thrown));
    }
  }

  /** Takes the files that were opened with the program around the page. Returns whether there were any. */
  async addOpened(): Promise<boolean> {
    try {
      const reading = await this.#service.call("read_opened", {});
      if (reading !== null) this.addReading(reading);
      return reading !== null;
    } catch (thrown) {
      // Without the service they wait on.
      if (!(failure(thrown) instanceof Refused)) return false;
      this.#refuse(say("ui-import-file"), reasonOf(thrown));
      return true;
    }
  }

  /** Takes what the program around the page has read. */
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

  /** Imports what is wanted, one after the other. One that fails stays, and does not stop the others; so does what comes meanwhile. */
  async importAll(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const outcome: Outcome = { imported: [], refused: this.refusals, failed: 0 };
    const done: Draft[] = [];
    for (const draft of this.drafts.filter(isReady)) {
      const { name } = draft;
      draft.refused = null;
      try {
        const { id } = await this.#import(draft);
        outcome.imported.push({ id, name });
        done.push(draft);
      } catch (thrown) {
        outcome.failed += 1;
        draft.refused = reasonOf(thrown, name);
      }
    }
    this.#drop(done);
    this.refusals = this.refusals.filter((refusal) => !outcome.refused.includes(refusal));
    [this.outcome, this.isBusy] = [outcome, false];
  }

  #import({ id, name, interface: called, config }: Draft): Promise<{ id: TunnelId }> {
    if (id === null) return this.#service.call("import", { name, interface: called, config });
    return this.#service.call("import_draft", { draft: id, name, interface: called, config });
  }

  #drop(drafts: readonly Draft[]): void {
    this.#discard(drafts);
    const keys = new Set(drafts.map(({ key }) => key));
    this.drafts = this.drafts.filter(({ key }) => !keys.has(key));
  }

  #discard(drafts: readonly Pick<Draft, "id">[]): void {
    const kept = drafts.map((draft) => draft.id).filter((id) => id !== null);
    // Without an answer, the program around the page erases them when it needs the room.
    if (kept.length > 0) this.#service.call("discard_drafts", { drafts: kept }).catch(() => undefined);
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
      this.#push({ ...draft, name, interface: taken.has(wanted) ? interfaceFor(wanted, taken) : wanted, ...CHECKED, key: this.#next++ });
    }
    for (const { from, reason } of refusals) this.#refuse(from, sentence(importReason(reason)));
  }

  async #add(from: string, name: string, config: string): Promise<void> {
    const names = new Set([...this.#service.tunnels.values()].map((tunnel) => tunnel.name).concat(this.drafts.map((draft) => draft.name)));
    const taken = new Set([...this.#service.tunnels.values()].map((tunnel) => tunnel.interface).concat(this.drafts.map((draft) => draft.interface)));
    const free = freeName(name, names);
    try {
      const { diagnostics } = await this.#service.call("check_config", { id: null, config });
      this.#push({ key: this.#next++, id: null, from, name: free, interface: interfaceFor(free, taken), config, diagnostics, ...CHECKED });
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

/** Whether a draft can become a tunnel. */
export function isUsable({ diagnostics }: Draft): boolean {
  return !diagnostics.some((found) => found.severity === "error");
}

/** Whether it can be imported as it is. */
export function isReady(draft: Draft): boolean {
  return draft.isChecked && isUsable(draft);
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
