// When the user moves the view a run leaves a core to the page; once the view has rested it takes all of them again.

/** The view has rested when it was not moved for so long. */
const restMs = 2000;

export class Calm {
  readonly #tell: (calm: boolean) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `tell` hears of each change, once. */
  constructor(tell: (calm: boolean) => void) {
    this.#tell = tell;
  }

  /** The view was moved. */
  touch(): void {
    if (this.#timer === null) this.#tell(true);
    else clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#tell(false);
    }, restMs);
  }
}
