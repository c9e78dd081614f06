// Who is served next when many tiles are wanted and few can be read at once. What is on screen goes before a run, a run
// before what may be needed; on screen the newest wish goes first, since the view has moved on from the older ones.

import { abortError } from '../lib/abort.ts';

/** Who waits for a tile, most pressing first. */
export const tilePriorities = ['visible', 'run', 'prefetch'] as const;

export type TilePriority = (typeof tilePriorities)[number];

/** A place in the queue. */
interface Ticket {
  priority: TilePriority;
  start(): void;
}

export class TileQueue {
  readonly #maxRunning: number;
  readonly #waiting: Record<TilePriority, Ticket[]> = { visible: [], run: [], prefetch: [] };
  #running = 0;

  /** At most `maxRunning` tasks at a time. */
  constructor(maxRunning: number) {
    this.#maxRunning = maxRunning;
  }

  /**
   * Runs `task` when its turn comes. `raise` of the returned object moves it up while it waits. Aborting `signal` takes
   * it out of the queue; a running task stops itself.
   */
  add<T>(priority: TilePriority, signal: AbortSignal, task: () => Promise<T>) {
    let ticket: Ticket | null = null;
    const result = new Promise<T>((resolve, reject) => {
      const leave = () => {
        if (ticket !== null) this.#remove(ticket);
        reject(abortError());
      };
      ticket = {
        priority,
        start: () => {
          signal.removeEventListener('abort', leave);
          ticket = null;
          task()
            .then(resolve, reject)
            .finally(() => {
              this.#running--;
              this.#next();
            });
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting[priority].push(ticket);
    });
    this.#next();
    return {
      result,
      raise: (to: TilePriority) => {
        if (ticket === null || tilePriorities.indexOf(to) >= tilePriorities.indexOf(ticket.priority)) return;
        this.#remove(ticket);
        ticket.priority = to;
        this.#waiting[to].push(ticket);
      },
    };
  }

  #remove(ticket: Ticket): void {
    const line = this.#waiting[ticket.priority];
    const place = line.indexOf(ticket);
    if (place >= 0) line.splice(place, 1);
  }

  #next(): void {
    while (this.#running < this.#maxRunning) {
      const { visible, run, prefetch } = this.#waiting;
      const ticket = visible.pop() ?? run.shift() ?? prefetch.shift();
      if (ticket === undefined) return;
      this.#running++;
      ticket.start();
    }
  }
}
