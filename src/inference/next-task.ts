// Lets the messages that have arrived in: a loop that awaits only settled promises never yields to them. Not a way to
// wait for anything.

/** Resolves in a task of its own, after the messages that wait already; without the delay that timers have. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
