// Folders that a browser hands over: their configurations, as core/local chooses them. The app's window never sees the files.

/** A folder with its configurations. */
export interface Folder {
  name: string;
  files: File[];
}

/** Whether a file of this name in a folder is imported. */
function isConfiguration(name: string): boolean {
  return /^[^.].*\.conf$/.test(name);
}

/** The folder that a field for one has found; null where it has none. */
export function chosenFolder(files: readonly File[]): Folder | null {
  const name = files[0]?.webkitRelativePath.split("/")[0];
  if (name === undefined) return null;
  const within = files.filter((file) => file.webkitRelativePath.split("/").length === 2 && isConfiguration(file.name));
  return { name, files: sorted(within) };
}

/** The files and folders that were dropped. Has to be called in the event itself: the browser forgets them then. */
export function dropped(transfer: DataTransfer): Promise<{ files: File[]; folders: Folder[] }> {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return sort(entries);
}

async function sort(entries: { entry: FileSystemEntry | null; file: File | null }[]): Promise<{ files: File[]; folders: Folder[] }> {
  const found: { files: File[]; folders: Folder[] } = { files: [], folders: [] };
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) found.folders.push({ name: entry.name, files: await filesOf(entry as FileSystemDirectoryEntry) });
    else if (file) found.files.push(file);
  }
  return found;
}

async function filesOf(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const files: File[] = [];
  // A reader hands over some at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return sorted(files);
    for (const entry of some.filter((entry) => entry.isFile && isConfiguration(entry.name))) {
      files.push(await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed)));
    }
  }
}

function sorted(files: File[]): File[] {
  return files.sort((one, other) => (one.name < other.name ? -1 : 1));
}
