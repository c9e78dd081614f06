// Undo and redo of something that is replaced as a whole at each change. Pure; knows nothing of what it keeps.

export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

/** Steps that can be taken back. */
const LONGEST = 100;

export function beginHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** After a change: it can be undone, and what was undone before is gone. */
export function record<T>({ past, present }: History<T>, next: T): History<T> {
  return { past: [...past, present].slice(-LONGEST), present: next, future: [] };
}

/** One step back; the same when there is none. */
export function undo<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  const before = past.at(-1);
  return before === undefined ? history : { past: past.slice(0, -1), present: before, future: [present, ...future] };
}

/** One step forth again; the same when there is none. */
export function redo<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  const [after, ...rest] = future;
  return after === undefined ? history : { past: [...past, present], present: after, future: rest };
}
