// What was dropped on the window, folders walked through. Files of a folder keep their place in it as their
// webkitRelativePath, as files of a folder picker have it.

import { rememberHandle } from '../../lib/file-handles.ts';

/** Far more files than the largest pyramid in single files. */
const MAX_FILES = 2_000_000;

/** All files dropped, with those in folders. Must be called while the drop event is handled. */
export function droppedFiles(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  // Dropped by a script there are files but no entries.
  if (entries.some((entry) => entry.isDirectory)) return filesBelow(entries);
  return withHandles([...transfer.files], handlesOf(transfer));
}

type HandleItem = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> };

function handlesOf(transfer: DataTransfer): Promise<(FileSystemHandle | null | undefined)[]> {
  const items: readonly HandleItem[] = [...transfer.items].filter(({ kind }) => kind === 'file');
  return Promise.all(items.map((item) => item.getAsFileSystemHandle?.().catch(() => null)));
}

/** The same files, which now know the handles by which they come back at the next visit. */
async function withHandles(
  files: readonly File[],
  asked: Promise<(FileSystemHandle | null | undefined)[]>,
): Promise<readonly File[]> {
  const handles = await asked;
  for (const file of files) {
    const handle = handles.find((one) => one?.kind === 'file' && one.name === file.name);
    if (handle != null) rememberHandle(file, handle as FileSystemFileHandle);
  }
  return files;
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
