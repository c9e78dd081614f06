// Long texts as files, made piece by piece so that the page stays smooth: it gets its turn back every few milliseconds.

/** How long the page may be kept waiting. */
const TURN_MS = 8;

/** The pieces one after another as a file. Each should take a few milliseconds to make at most. */
export async function blobOfText(pieces: Iterable<string>, type: string): Promise<Blob> {
  // A blob a piece: encoding all the text at once would block as long as making it.
  const parts: Blob[] = [];
  let turnStartedMs = performance.now();
  for (const piece of pieces) {
    parts.push(new Blob([piece]));
    if (performance.now() - turnStartedMs < TURN_MS) continue;
    await nextTurn();
    turnStartedMs = performance.now();
  }
  return new Blob(parts, { type });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
