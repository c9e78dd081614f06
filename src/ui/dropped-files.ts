// What was dropped on the window, folders walked through. Files of a folder keep their place in it as their
// webkitRelativePath, as files of a folder picker have it.

/** Far more files than the largest pyramid in single files. */
const MAX_FILES = 2_000_000;

/** All files dropped, with those in folders. Must be called while the drop event is handled. */
export function droppedFiles(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  // Dropped by a script there are files but no entries.
  if (!entries.some((entry) => entry.isDirectory)) return Promise.resolve([...transfer.files]);
  return filesBelow(entries);
}

async function filesBelow(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const files: File[] = [];
  const waiting = [...entries];
  for (let entry = waiting.pop(); entry !== undefined && files.length < MAX_FILES; entry = waiting.pop()) {
    if (isDirectory(entry)) waiting.push(...(await childrenOf(entry)));
    else if (isFile(entry)) files.push(await fileOf(entry));
  }
  return files;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // Browsers hand out a hundred at a time; an empty answer is the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  Object.defineProperty(file, 'webkitRelativePath', { value: entry.fullPath.replace(/^\//, ''), configurable: true });
  return file;
}
