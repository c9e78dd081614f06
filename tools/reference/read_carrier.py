"""Says what an independent reader sees in a slide that is not one file: DICOM instances, or tiles by Deep Zoom (in a
folder or a zip), Zoomify, IIIF or a JSON description, from disk or from a server.

    read_carrier.py SLIDE OUT [--seed 1] [--count 50]

SLIDE is a folder of DICOM files, a .dzi, a zip with one in it, or a link to a .dzi, an info.json, an
ImageProperties.xml or another .json. Writes OUT.json and OUT.bin as read_slide.py does. pydicom and Pillow read; the
addresses of tiles are computed here once more. It knows nothing of the viewer.
"""

import argparse
import io
import itertools
import json
import math
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pydicom
from PIL import Image
from pydicom.encaps import generate_frames
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless
from read_slide import places

LOSSLESS = {ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless}
FLAVORS = {"LABEL": "label", "OVERVIEW": "macro", "THUMBNAIL": "thumbnail"}


@dataclass
class Level:
    """Px; `picture(column, row)` is the tile as stored. Tiles are `tile` wide and `rows` high (0: as high as wide)."""

    width: int
    height: int
    tile: int
    picture: Callable[[int, int], bytes]
    overlap: int = 0
    rows: int = 0

    def region(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        """Rows x columns x 3."""
        pixels = np.full((height, width, 3), 255, np.uint8)
        across, down = self.tile, self.rows or self.tile
        for row in range(y // down, (y + height - 1) // down + 1):
            for column in range(x // across, (x + width - 1) // across + 1):
                left, top = column * across, row * down
                columns, rows = (min(across, self.width - left), min(down, self.height - top))
                part = np.asarray(Image.open(io.BytesIO(self.picture(column, row))).convert("RGB"))
                part = part[self.overlap if row else 0 :, self.overlap if column else 0 :][:rows, :columns]
                # A server that rounds a level down has its last row or column once less.
                lacking = (rows - part.shape[0], columns - part.shape[1])
                part = np.pad(part, ((0, lacking[0]), (0, lacking[1]), (0, 0)), mode="edge")
                x0, y0 = max(x, left), max(y, top)
                x1, y1 = min(x + width, left + columns), min(y + height, top + rows)
                pixels[y0 - y : y1 - y, x0 - x : x1 - x] = part[y0 - top : y1 - top, x0 - left : x1 - left]
        return pixels


@dataclass
class Slide:
    """Levels finest first; um per pixel."""

    reader: str
    levels: list[Level]
    spacing: tuple[float | None, float | None] = (None, None)
    lossless: bool = False
    associated: Sequence[str] = ()


def dicom(folder: Path) -> Slide:
    """The instances of a folder."""
    instances = [pydicom.dcmread(path) for path in folder.iterdir()]
    volumes = [instance for instance in instances if instance.ImageType[2] == "VOLUME"]
    # parts of a concatenation after each other
    volumes.sort(key=lambda one: (-one.TotalPixelMatrixColumns, one.get("ConcatenationFrameOffsetNumber", 0)))
    levels = []
    for _, parts in itertools.groupby(volumes, key=lambda one: one.TotalPixelMatrixColumns):
        first, *others = parts
        frames, index = frames_of(first), frame_index(first)
        for other in others:
            # the first frame of a place counts: further optical paths come later
            index = {place: frame + len(frames) for place, frame in frame_index(other).items()} | index
            frames += frames_of(other)

        def picture(
            column: int, row: int, frames: list[bytes] = frames, index: dict[tuple[int, int], int] = index
        ) -> bytes:
            return frames[index[column, row]]

        width, height = first.TotalPixelMatrixColumns, first.TotalPixelMatrixRows
        levels.append(Level(width, height, first.Columns, picture, rows=first.Rows))
    down, across = volumes[0].SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing
    lossless = all(instance.file_meta.TransferSyntaxUID in LOSSLESS for instance in volumes)
    beside = {instance.ImageType[2] for instance in instances} - {"VOLUME"}
    spacing = (1000 * float(across), 1000 * float(down))
    return Slide(f"pydicom {pydicom.__version__}", levels, spacing, lossless, sorted(map(FLAVORS.get, beside)))


def frames_of(instance: pydicom.Dataset) -> list[bytes]:
    """Each as a picture that Pillow opens."""
    if instance.file_meta.TransferSyntaxUID.is_encapsulated:
        return list(generate_frames(instance.PixelData, number_of_frames=int(instance.NumberOfFrames)))
    pictures = []
    for frame in instance.pixel_array.reshape(-1, instance.Rows, instance.Columns, 3):
        file = io.BytesIO()
        Image.fromarray(frame).save(file, "PNG")
        pictures.append(file.getvalue())
    return pictures


def frame_index(instance: pydicom.Dataset) -> dict[tuple[int, int], int]:
    """Frame by column and row of its tile: as each frame says, else in order."""
    across = math.ceil(instance.TotalPixelMatrixColumns / instance.Columns)
    down = math.ceil(instance.TotalPixelMatrixRows / instance.Rows)
    if "PerFrameFunctionalGroupsSequence" not in instance:
        before = int(instance.get("ConcatenationFrameOffsetNumber", 0))
        numbers = range(before, before + int(instance.NumberOfFrames))
        places = [(number % across, number // across) for number in numbers if number < across * down]
        return {place: index for index, place in enumerate(places)}
    found = {}
    for index, frame in enumerate(instance.PerFrameFunctionalGroupsSequence):
        place = frame.PlanePositionSlideSequence[0]
        x, y = (place.ColumnPositionInTotalImagePixelMatrix - 1, place.RowPositionInTotalImagePixelMatrix - 1)
        found.setdefault((x // instance.Columns, y // instance.Rows), index)
    return found


def deep_zoom(description: bytes, read: Callable[[str], bytes], files: str) -> Slide:
    """A Deep Zoom pyramid whose tiles' folder is `files`."""
    image = ElementTree.fromstring(description)
    size = next(element for element in image if element.tag.endswith("Size"))
    width, height = int(size.get("Width")), int(size.get("Height"))
    tile, overlap, ending = (int(image.get("TileSize")), int(image.get("Overlap")), image.get("Format"))
    levels = []
    last = math.ceil(math.log2(max(width, height)))
    for number in range(last, -1, -1):

        def picture(column: int, row: int, number: int = number) -> bytes:
            return read(f"{files}/{number}/{column}_{row}.{ending}")

        levels.append(Level(width, height, tile, picture, overlap))
        width, height = math.ceil(width / 2), math.ceil(height / 2)
    return Slide("Pillow", levels, lossless=ending == "png")


def zoomify(description: bytes, read: Callable[[str], bytes]) -> Slide:
    """Tiers are halved and rounded down, as iipsrv has them."""
    properties = ElementTree.fromstring(description)
    width, height, tile = (int(properties.get(name)) for name in ("WIDTH", "HEIGHT", "TILESIZE"))
    sizes = [(width, height)]
    while max(sizes[-1]) > tile:
        sizes.append((width >> len(sizes), height >> len(sizes)))
    counts = [math.ceil(columns / tile) * math.ceil(rows / tile) for columns, rows in sizes]
    # iipsrv counts the tiles of the finest level only.
    assert int(properties.get("NUMTILES")) in (sum(counts), counts[0])
    levels = []
    for index, (columns, rows) in enumerate(sizes):
        before, across, tier = (sum(counts[index + 1 :]), math.ceil(columns / tile), len(sizes) - 1 - index)

        def picture(column: int, row: int, before: int = before, across: int = across, tier: int = tier) -> bytes:
            return read(f"TileGroup{(before + row * across + column) // 256}/{tier}-{column}-{row}.jpg")

        levels.append(Level(columns, rows, tile, picture))
    return Slide("Pillow", levels)


def iiif(description: bytes, read: Callable[[str], bytes]) -> Slide:
    """Version 2 or 3, tiles in the canonical form."""
    info = json.loads(description)
    version = 3 if "/image/3/" in info["@context"] else 2
    width, height, tiles = info["width"], info["height"], info["tiles"][0]
    tile, levels = tiles["width"], []
    for factor in sorted(tiles["scaleFactors"]):

        def picture(column: int, row: int, factor: int = factor) -> bytes:
            x, y = column * tile * factor, row * tile * factor
            across, down = min(tile * factor, width - x), min(tile * factor, height - y)
            high = math.ceil(down / factor) if version == 3 else ""
            return read(f"{x},{y},{across},{down}/{math.ceil(across / factor)},{high}/0/default.jpg")

        levels.append(Level(math.ceil(width / factor), math.ceil(height / factor), tile, picture))
    return Slide("Pillow", levels)


def tile_description(description: bytes, read: Callable[[str], bytes]) -> Slide:
    """A list of levels, each with the pattern of its tiles' addresses."""
    said = json.loads(description)
    levels = []
    for level in said["levels"]:
        pattern = level["url"]

        def picture(column: int, row: int, pattern: str = pattern) -> bytes:
            return read(pattern.replace("{x}", str(column)).replace("{y}", str(row)))

        levels.append(Level(level["width"], level["height"], said["tileSize"], picture, said["tileOverlap"]))
    return Slide("Pillow", levels, (said["mpp"], said["mpp"]), lossless=True)


def fetch(link: str) -> bytes:
    """The answer of a server."""
    with urllib.request.urlopen(link) as answer:
        return answer.read()


def open_slide(where: str) -> Slide:
    """By the form of the path or link."""
    if where.endswith("info.json"):
        base = where.removesuffix("info.json")
        return iiif(fetch(where), lambda path: fetch(base + path))
    if where.endswith("ImageProperties.xml"):
        base = where.removesuffix("ImageProperties.xml")
        return zoomify(fetch(where), lambda path: fetch(base + path))
    if where.endswith(".json"):
        return tile_description(fetch(where), lambda path: fetch(urllib.parse.urljoin(where, path)))
    if where.startswith("http"):
        return deep_zoom(fetch(where), fetch, f"{where.removesuffix('.dzi')}_files")
    path = Path(where)
    if path.is_dir():
        return dicom(path)
    if zipfile.is_zipfile(path):
        archive = zipfile.ZipFile(path)
        name = next(name for name in archive.namelist() if name.endswith(".dzi"))
        return deep_zoom(archive.read(name), archive.read, f"{name.removesuffix('.dzi')}_files")
    return deep_zoom(path.read_bytes(), lambda file: Path(file).read_bytes(), f"{path.with_suffix('')}_files")


def main() -> None:
    """Reads one slide."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slide")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--levels", type=int, default=40, help="of the finest that are looked at")
    options = parser.parse_args()
    slide = open_slide(options.slide)
    sizes = [(level.width, level.height) for level in slide.levels]
    finest = slide.levels[0]
    tile = (finest.tile, finest.rows or finest.tile)
    regions = places(sizes[: options.levels], tile, options.seed, options.count)
    with options.out.with_suffix(".bin").open("wb") as out:
        for region in regions:
            level, *place = region.values()
            out.write(np.ascontiguousarray(slide.levels[level].region(*place)).tobytes())
    said = {
        "reader": slide.reader,
        "levels": [{"width": columns, "height": rows} for columns, rows in sizes],
        "mppX": slide.spacing[0],
        "mppY": slide.spacing[1],
        "lossless": slide.lossless,
        "associated": list(slide.associated),
        "regions": regions,
    }
    options.out.with_suffix(".json").write_text(json.dumps(said))


if __name__ == "__main__":
    main()
