// How large the regions are that a run gives a graphics device at once: tried on the user's own device when a model is
// loaded, within a budget of time. Large ones spend less on their borders and keep a wide device busy, small ones fit a
// narrow one. What the times mean is decided here, pure; who takes them is settle-block.ts.

/** Cells a side, at half steps, of the regions that are tried; the usual one first. Odd sizes would gain nothing. */
const candidates = [16, 8, 24] as const;
const [usualCells] = candidates;
/** A region as small as any: what the others will take is reckoned from its time. */
const probeCells = 4;
/** The first pass makes programs and is not counted. */
const countedPasses = 2;
/** Another size than the usual has to be faster by more than two measurements of one size differ. */
const clearlyFaster = 1.1;
/** ms that all passes may take together. */
const budgetMs = 1500;

/** A region, which has the same size at every magnification. */
export interface BlockShape {
  /** Cells a side, at half steps and the finest magnification. */
  readonly cells: number;
  /** Feature cells a side. */
  readonly sideCells: number;
  /** Raster px a side, those of the context with it. */
  readonly rasterPx: number;
}

export interface PatchShape {
  readonly patchSizePx: number;
  readonly contextPx: number;
  readonly featureStridePx: number;
}

export interface BlockChoice {
  /** Raster px a side that a region may have. */
  readonly rasterPx: number;
  /** For the user: what was chosen, from what. Empty when nothing was tried. */
  readonly sentence: string;
}

/** A region of `cells` cells a side at half steps. */
export function blockShape(cells: number, { patchSizePx, contextPx, featureStridePx }: PatchShape): BlockShape {
  const sideCells = Math.ceil((cells * patchSizePx) / 2 / featureStridePx);
  return { cells, sideCells, rasterPx: sideCells * featureStridePx + 2 * contextPx };
}

/** The size that is taken where none is tried. */
export function usualBlock(patch: PatchShape): BlockChoice {
  return { rasterPx: blockShape(usualCells, patch).rasterPx, sentence: '' };
}

/**
 * Tries sizes as long as the budget lasts, and takes the one with the least time a cell. `timeOf` gives the ms of one
 * pass. Rejects as `timeOf` does.
 */
export async function chooseBlock(
  patch: PatchShape,
  maxRasterPx: number,
  timeOf: (block: BlockShape) => Promise<number>,
): Promise<BlockChoice> {
  const usual = usualBlock(patch);
  const probe = blockShape(probeCells, patch);
  const firstMs = await timeOf(probe);
  if (firstMs > budgetMs) return usual;
  // Of both the second is the time without programs being made.
  const probeMs = await timeOf(probe);
  let leftMs = budgetMs - firstMs - probeMs;
  const tried: { readonly block: BlockShape; readonly ms: number }[] = [];
  for (const cells of candidates) {
    const block = blockShape(cells, patch);
    const expectedMs = (1 + countedPasses) * probeMs * (block.rasterPx / probe.rasterPx) ** 2;
    if (block.rasterPx > maxRasterPx || expectedMs > leftMs) continue;
    const passes: number[] = [];
    for (let pass = 0; pass <= countedPasses; pass++) passes.push(await timeOf(block));
    leftMs -= passes.reduce((sum, ms) => sum + ms, 0);
    tried.push({ block, ms: Math.min(...passes.slice(1)) });
  }
  return taken(tried) ?? usual;
}

/** Null when nothing was tried beside which another could be chosen. */
function taken(tried: readonly { readonly block: BlockShape; readonly ms: number }[]): BlockChoice | null {
  if (tried.length < 2) return null;
  const perCell = tried.map(({ block, ms }) => ({ block, ms: ms / block.cells ** 2 }));
  const fastest = perCell.reduce((best, one) => (one.ms < best.ms ? one : best));
  const usual = perCell.find(({ block }) => block.cells === usualCells);
  const chosen = usual !== undefined && usual.ms < clearlyFaster * fastest.ms ? usual : fastest;
  const sizes = tried.map(({ block }) => block.rasterPx).sort((a, b) => a - b);
  const { rasterPx } = chosen.block;
  return {
    rasterPx,
    sentence: `A run gives it up to ${rasterPx} x ${rasterPx} px at once, chosen from ${sizes.join(', ')} px by trying them here.`,
  };
}
