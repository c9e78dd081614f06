// The names of result layers, as they stand in the address and in scripts: none, classes, class:NAME, entropy,
// familiarity, similarity:FINE-COARSE, contrast:FINE-COARSE. Text only; what a layer looks like is in colour-map.ts and paint.ts.

/** A layer; spacings in um/px. */
export type Layer =
  | { readonly kind: 'none' }
  | { readonly kind: 'classes' }
  | { readonly kind: 'class'; readonly className: string }
  | { readonly kind: 'entropy' }
  | { readonly kind: 'familiarity' }
  | { readonly kind: 'similarity' | 'contrast'; readonly fine: number; readonly coarse: number };

/** The layer that `name` means, or null when it is none of them. */
export function parseLayer(name: string): Layer | null {
  if (name === 'none' || name === 'classes' || name === 'entropy' || name === 'familiarity') return { kind: name };
  const colon = name.indexOf(':');
  const kind = name.slice(0, colon);
  const rest = name.slice(colon + 1);
  if (kind === 'class' && rest !== '') return { kind, className: rest };
  if (kind !== 'similarity' && kind !== 'contrast') return null;
  const pair = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(rest);
  if (pair === null) return null;
  const fine = Number(pair[1]);
  const coarse = Number(pair[2]);
  return fine > 0 && coarse > 0 ? { kind, fine, coarse } : null;
}

/** The name of a layer; spacings print as numbers do in the model's manifest ("similarity:0.62-2.48"). */
export function formatLayer(layer: Layer): string {
  if (layer.kind === 'class') return `class:${layer.className}`;
  if (layer.kind === 'similarity' || layer.kind === 'contrast') return `${layer.kind}:${layer.fine}-${layer.coarse}`;
  return layer.kind;
}

/** Names of the layers that results with these classes and similarity pairs (um/px) offer, "none" first. */
export function layerNames(offer: {
  readonly classNames: readonly string[];
  /** The model tells how much tissue is like the one it was trained on. */
  readonly hasFamiliarity: boolean;
  readonly pairs: readonly { readonly fine: number; readonly coarse: number }[];
}): string[] {
  const layers: Layer[] = [
    { kind: 'none' },
    { kind: 'classes' },
    ...offer.classNames.map((className): Layer => ({ kind: 'class', className })),
    { kind: 'entropy' },
    ...(offer.hasFamiliarity ? [{ kind: 'familiarity' } as const] : []),
    ...offer.pairs.map(({ fine, coarse }): Layer => ({ kind: 'similarity', fine, coarse })),
    ...offer.pairs.map(({ fine, coarse }): Layer => ({ kind: 'contrast', fine, coarse })),
  ];
  return layers.map(formatLayer);
}
