// The ImageBitmaps that the viewer holds. Each belongs to an owner and is closed exactly once: when OpenSeadragon drops
// the tile, or when the owner closes, whichever comes first.

const ownerOf = new Map<ImageBitmap, object>();

/** Bitmaps alive in this thread's viewers. */
export function openBitmaps(): number {
  return ownerOf.size;
}

export function keepBitmap(bitmap: ImageBitmap, owner: object): void {
  ownerOf.set(bitmap, owner);
}

/** Frees a kept bitmap; one that was freed before is left alone. */
export function closeBitmap(bitmap: ImageBitmap): void {
  if (ownerOf.delete(bitmap)) bitmap.close();
}

/** Frees all that `owner` keeps. */
export function closeBitmapsOf(owner: object): void {
  for (const [bitmap, itsOwner] of ownerOf) if (itsOwner === owner) closeBitmap(bitmap);
}
