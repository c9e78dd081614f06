// The browser's own file picker, in the form that gives handles, by which a file can be opened again at the next visit.
// Browsers without it use a plain file input.

import { rememberHandle } from '../../lib/file-handles.ts';

interface FilePickers {
  showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>;
}

export function canPickHandles(): boolean {
  return (window as FilePickers).showOpenFilePicker !== undefined;
}

/** The files the user chose; empty when the picker was closed without one. Must come from a click. */
export async function pickFiles(): Promise<readonly File[]> {
  try {
    const handles = (await (window as FilePickers).showOpenFilePicker?.({ multiple: true })) ?? [];
    return await Promise.all(
      handles.map(async (handle) => {
        const file = await handle.getFile();
        rememberHandle(file, handle);
        return file;
      }),
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    throw error;
  }
}
