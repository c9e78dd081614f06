// A line of the slide list, as the server or slides/index.json gives it.

/** A slide that can be opened from the list. */
export interface SlideEntry {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  /** um per level-0 px, where the list says so: it holds over the file's own. */
  readonly mpp_x?: number;
  readonly mpp_y?: number;
}
