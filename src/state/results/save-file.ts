// Gives a file to the user's downloads.

/** `name`: as it will be called there. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken the blob once the click's task is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** A slide's name without its ending, fit for the name of a file. */
export function baseName(name: string): string {
  return name.replace(/\.[^.]*$/, '').replaceAll(/[^\w.-]+/g, '-');
}
