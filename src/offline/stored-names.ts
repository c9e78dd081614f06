// What everything that this app stores in the browser is called: caches, databases, keys. On a host that it shares with
// other apps only what bears its name and its folder is ours to read and to delete.

/** Names that begin with this are ours, wherever the app lies; workspaces and the like begin with it too. */
export const storedPrefix = 'concentric';

/** Cache names of the app in the folder `scopeUrl` (ends in "/"). */
export function cacheNames(scopeUrl: string): { files: string; phantom: string; settings: string } {
  const folder = `${storedPrefix}:${new URL(scopeUrl).pathname}`;
  return { files: `${folder}:files`, phantom: `${folder}:phantom`, settings: `${folder}:settings` };
}
