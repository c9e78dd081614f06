// A database of the browser's own (IndexedDB), opened when it is first wanted. It gives way to whoever deletes it or brings
// a newer version, and is opened anew after that and after a failure.

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** `makeStores` runs where the database is new. The function that comes back rejects where the browser keeps nothing. */
export function keptDatabase<Schema extends DBSchema>(
  name: string,
  makeStores: (made: IDBPDatabase<Schema>) => void,
): () => Promise<IDBPDatabase<Schema>> {
  let opening: Promise<IDBPDatabase<Schema>> | null = null;
  return () => {
    opening ??= openDB<Schema>(name, 1, {
      upgrade: (made) => makeStores(made),
      // Somebody deletes everything, or a newer app is open in another window: it goes first.
      blocking(_current, _wanted, event) {
        opening = null;
        (event.target as IDBDatabase).close();
      },
    }).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
}
