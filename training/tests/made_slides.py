"""Small whole slides that tests make: tiled pyramidal TIFFs that OpenSlide opens, sound ones and bad ones.

`python tests/made_slides.py COUNT FOLDER` writes a cohort's worth of them, every fiftieth cut short.
"""

import sys
from pathlib import Path

import numpy as np
import tifffile
from made import halve, noise

MICRONS_PER_CENTIMETRE = 10_000


def write_slide(path: Path, width: int, height: int, seed: int, mpp: float | None = 0.5) -> Path:
    """Tissue-like noise with a margin of glass; three levels, JPEG tiles; `mpp` None leaves the scale out."""
    pixels = np.full((height, width, 3), 243, np.uint8)
    margin = width // 8
    pixels[margin:-margin, margin:-margin] = noise(width - 2 * margin, height - 2 * margin, seed)
    resolution = {} if mpp is None else {"resolution": (MICRONS_PER_CENTIMETRE / mpp,) * 2, "resolutionunit": 3}
    with tifffile.TiffWriter(path) as writer:
        for index in range(3):
            kind = {"subfiletype": 1} if index else {}
            writer.write(
                pixels,
                tile=(256, 256),
                photometric="rgb",
                compression="jpeg",
                compressionargs={"level": 85},
                metadata=None,
                **kind,
                **resolution,
            )
            pixels = halve(pixels)
    return path


def truncate(path: Path, share: float) -> Path:
    """Cuts the file short in place."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def main(count: int, folder: Path) -> None:
    """`count` slides of 512 to 1,024 px."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        path = write_slide(folder / f"slide-{seed:04}.tif", 512 + 64 * (seed % 9), 512 + 64 * (seed % 5), seed)
        if seed % 50 == 49:
            truncate(path, 0.6)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
