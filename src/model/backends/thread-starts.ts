// Starts of further threads, which can hang: with its developer tools open, or a guard in between, a browser may never
// return from `new Worker`, and this thread is then stuck. Whoever watches it from outside hears here whether a start is
// under way, and can have this thread's successor do without.

let tell: (pending: boolean) => void = () => {};
let pending = 0;
let alone = false;

/** `listener` hears true when a start begins and false when none goes on any more, whether it worked or not. */
export function onThreadStarts(listener: (pending: boolean) => void): void {
  tell = listener;
}

/** From now on this thread starts no other. */
export function stayAlone(): void {
  alone = true;
}

export function mayStartThreads(): boolean {
  return !alone;
}

/** To be called before threads are started; what it returns, when they are there or given up. */
export function beginThreadStart(): () => void {
  pending++;
  tell(true);
  return () => {
    pending--;
    tell(pending > 0);
  };
}
