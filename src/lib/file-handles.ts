// Files that can be found again: a browser with the File System Access API gives a handle beside a file, which may be kept
// and asks for permission when it is used later. A file itself does not know its handle; here it does.

const handles = new WeakMap<File, FileSystemFileHandle>();

export function rememberHandle(file: File, handle: FileSystemFileHandle): void {
  handles.set(file, handle);
}

export function handleOf(file: File): FileSystemFileHandle | null {
  return handles.get(file) ?? null;
}
