"""Writes one small slide for each way in which writers keep TIFFs, with tifffile and libvips.

    make_tiffs.py FOLDER

The picture is drawn from a formula. What is written lossless must be read without any difference.
"""

import sys
from pathlib import Path

import numpy as np
import pyvips
import tifffile

WIDTH, HEIGHT = 1100, 870
PER_CM = 1e4 / 0.5
OME = {"axes": "YXS", "PhysicalSizeX": 0.5, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.25, "PhysicalSizeYUnit": "µm"}
APERIO = f"Aperio Image Library v12.0\r\n{WIDTH}x{HEIGHT} (256x256)|AppMag = 40|MPP = 0.2500|Date = 01/02/20"


def picture() -> np.ndarray:
    """Something like stained tissue: smooth colours, edges, fine texture."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    waves = np.sin(x / 31) * np.cos(y / 23) + 0.5 * np.sin((x + 2 * y) / 11)
    cells = (np.hypot((x % 41) - 20, (y % 37) - 18) < 6).astype(np.float64)
    noise = np.random.default_rng(3).normal(0, 2, (HEIGHT, WIDTH))
    rgb = np.stack(
        [215 + 20 * waves - 110 * cells, 150 + 35 * waves - 90 * cells, 200 + 15 * waves - 40 * cells], axis=-1
    )
    return np.clip(rgb + noise[..., np.newaxis], 0, 255).astype(np.uint8)


def smaller(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Means of factor x factor pixels; what is left over at the edge is dropped."""
    rows, columns = pixels.shape[0] // factor * factor, pixels.shape[1] // factor * factor
    blocks = pixels[:rows, :columns].astype(np.float64)
    blocks = blocks.reshape(rows // factor, factor, columns // factor, factor, -1).mean(axis=(1, 3))
    return blocks.round().astype(np.uint8).reshape((rows // factor, columns // factor, *pixels.shape[2:]))


def ycbcr(rgb: np.ndarray) -> np.ndarray:
    """As JFIF has it."""
    red, green, blue = np.moveaxis(rgb.astype(np.float64), -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    colours = np.stack([luma, 128 + (blue - luma) / 1.772, 128 + (red - luma) / 1.402], axis=-1)
    return np.clip(colours.round(), 0, 255).astype(np.uint8)


def write_pages(
    path: Path, levels: list[np.ndarray], *, big: bool = False, order: str = "<", below: bool = False, **options: object
) -> None:
    """Writes levels as pages one after the other, or below the first one."""
    base = {
        "tile": (256, 256),
        "photometric": "rgb",
        "metadata": None,
        "resolution": (PER_CM, PER_CM),
        "resolutionunit": "CENTIMETER",
    }
    base |= options
    with tifffile.TiffWriter(path, bigtiff=big, byteorder=order) as tiff:
        tiff.write(levels[0], subifds=len(levels) - 1 if below else None, **base)
        for level in levels[1:]:
            tiff.write(level, subfiletype=1, **(base | {"description": None}))


def write_ome(path: Path, levels: list[np.ndarray], axes: str, **options: object) -> None:
    """Writes an OME-TIFF with the smaller levels below the pages of the first one."""
    with tifffile.TiffWriter(path, ome=True) as tiff:
        tiff.write(levels[0], subifds=len(levels) - 1, tile=(256, 256), metadata=OME | {"axes": axes}, **options)
        for level in levels[1:]:
            tiff.write(level, subfiletype=1, tile=(256, 256), **options)


def write_svs(path: Path, levels: list[np.ndarray], **options: object) -> None:
    """An Aperio slide: the first level, a thumbnail, the other levels, label and macro in strips."""
    base = {"tile": (240, 240), "photometric": "rgb", "metadata": None} | options
    with tifffile.TiffWriter(path) as tiff:
        tiff.write(levels[0], description=APERIO, **base)
        strips = {"photometric": "rgb", "metadata": None, "rowsperstrip": 16}
        tiff.write(smaller(levels[0], 8), description=APERIO, compression="jpeg", **strips)
        for level in levels[1:]:
            tiff.write(level, description=APERIO, **base)
        label = np.full((120, 100, 3), 200, np.uint8)
        tiff.write(
            label, description="Aperio Image Library v12.0\r\nlabel 100x120", compression="lzw", subfiletype=1, **strips
        )
        macro = np.full((60, 200, 3), 90, np.uint8)
        tiff.write(
            macro, description="Aperio Image Library v12.0\r\nmacro 200x60", compression="jpeg", subfiletype=9, **strips
        )


def attribute(name: str, value: str) -> str:
    """One attribute of Philips' XML."""
    return f'<Attribute Name="{name}" PMSVR="IString">{value}</Attribute>'


def write_philips(path: Path, levels: list[np.ndarray]) -> None:
    """Pages rounded up to whole tiles; the scale of each stands only in the XML, in mm, of the rows first."""
    representations = "".join(
        '<DataObject ObjectType="PixelDataRepresentation">'
        + attribute("DICOM_PIXEL_SPACING", f"&quot;{0.00025 * 2**index}&quot; &quot;{0.0002 * 2**index}&quot;")
        + attribute("PIIM_PIXEL_DATA_REPRESENTATION_NUMBER", str(index))
        + "</DataObject>"
        for index in range(len(levels))
    )
    scanned = (
        attribute("PIM_DP_IMAGE_TYPE", "WSI")
        + attribute("DICOM_PIXEL_SPACING", "&quot;0.00025&quot; &quot;0.0002&quot;")
        + attribute("PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE", f"<Array>{representations}</Array>")
    )
    images = f'<Array><DataObject ObjectType="DPScannedImage">{scanned}</DataObject></Array>'
    inside = attribute("PIM_DP_SCANNED_IMAGES", images)
    xml = f'<?xml version="1.0" encoding="UTF-8" ?><DataObject ObjectType="DPUfsImport">{inside}</DataObject>'
    padded = []
    for level in levels:
        down, right = (-size % 256 for size in level.shape[:2])
        padded.append(np.pad(level, ((0, down), (0, right), (0, 0)), constant_values=255))
    scale = {"resolution": None, "resolutionunit": None}
    write_pages(path, padded, compression="deflate", description=xml, software="Philips DP v1.0", **scale)


def main() -> None:
    """Writes all of them."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rgb = picture()
    halves = [rgb, smaller(rgb, 2), smaller(rgb, 4)]
    quarters = [rgb, smaller(rgb, 4), smaller(rgb, 16)]
    grey = [level[..., 1] for level in halves]
    planes = [np.ascontiguousarray(np.moveaxis(level, -1, 0)) for level in halves]

    write_pages(folder / "none.tif", halves)
    write_pages(folder / "deflate-predictor.tif", halves, compression="deflate", predictor=True)
    write_pages(folder / "lzw.tif", halves, compression="lzw")
    write_pages(folder / "lzw-predictor-quarters.tif", quarters, compression="lzw", predictor=True)
    write_pages(folder / "packbits.tif", halves, compression="packbits", iccprofile=b"a profile of colours" * 8)
    write_pages(folder / "zstd-big.tif", halves, compression="zstd", big=True)
    write_pages(folder / "deflate-below-big-endian.tif", halves, compression="deflate", big=True, order=">", below=True)
    write_pages(folder / "webp-lossless.tif", halves, compression="webp", compressionargs={"lossless": True})
    write_pages(folder / "webp.tif", halves, compression="webp", compressionargs={"level": 90})
    write_pages(folder / "grey.tif", grey, compression="deflate", photometric="minisblack")
    write_pages(folder / "grey-white-is-zero.tif", grey, compression="deflate", photometric="miniswhite")
    write_pages(folder / "grey-jpeg.tif", grey, compression="jpeg", photometric="minisblack")
    rgba = [np.dstack([level, np.full(level.shape[:2], 255, np.uint8)]) for level in halves]
    write_pages(folder / "rgba.tif", rgba, compression="deflate", extrasamples=["unassalpha"])
    write_pages(folder / "planar-deflate.tif", planes, compression="deflate", planarconfig="separate", predictor=True)
    write_pages(folder / "planar-jpeg.tif", planes, compression="jpeg", planarconfig="separate")
    for name, subsampling in {"444": (1, 1), "422": (2, 1), "420": (2, 2), "411": (4, 1)}.items():
        options = {"photometric": "ycbcr", "subsampling": subsampling, "compressionargs": {"level": 88}}
        write_pages(folder / f"jpeg-{name}.tif", halves, compression="jpeg", **options)
    write_pages(
        folder / "jpeg-rgb.tif", halves, compression="jpeg", compressionargs={"level": 88, "outcolorspace": "rgb"}
    )
    write_pages(folder / "jpeg2000.tif", halves, compression="jpeg2000", compressionargs={"level": 40})
    write_pages(
        folder / "jpeg2000-lossless.tif",
        halves,
        compression="jpeg2000",
        compressionargs={"reversible": True, "level": 0},
    )

    strips = {"tile": None}
    write_pages(folder / "strip-none.tif", [rgb], **strips)
    write_pages(folder / "strips-of-one-row.tif", [rgb], compression="deflate", rowsperstrip=1, **strips)
    write_pages(folder / "strips-lzw.tif", [rgb], compression="lzw", predictor=True, rowsperstrip=100, **strips)
    write_pages(folder / "strips-jpeg.tif", [rgb], compression="jpeg", rowsperstrip=64, **strips)
    write_pages(
        folder / "strips-planar.tif",
        [planes[0]],
        compression="deflate",
        planarconfig="separate",
        rowsperstrip=100,
        **strips,
    )

    write_svs(folder / "deflate.svs", quarters, compression="deflate")
    write_svs(folder / "jpeg.svs", quarters, compression="jpeg", compressionargs={"level": 88})
    write_svs(folder / "33005.svs", quarters, compression=33005, compressionargs={"level": 40})
    write_svs(folder / "33003.svs", [ycbcr(rgb)], compression=33003, compressionargs={"level": 50, "mct": False})
    write_philips(folder / "philips.tif", halves)

    write_ome(folder / "rgb.ome.tif", halves, "YXS", compression="deflate", photometric="rgb")
    write_ome(folder / "planes.ome.tif", planes, "CYX", compression="deflate", photometric="minisblack")
    write_ome(folder / "planes-jpeg.ome.tif", planes, "CYX", compression="jpeg", photometric="minisblack")
    write_ome(
        folder / "planes-jpeg2000-lossless.ome.tif",
        planes,
        "CYX",
        compression="jpeg2000",
        compressionargs={"reversible": True, "level": 0},
        photometric="minisblack",
    )

    image = pyvips.Image.new_from_array(rgb).copy(xres=2000, yres=2000, interpretation="srgb")
    common = {"tile": True, "pyramid": True, "tile_width": 256, "tile_height": 256}
    image.tiffsave(str(folder / "vips-jpeg-75.tif"), compression="jpeg", Q=75, **common)
    image.tiffsave(
        str(folder / "vips-jpeg-95-below.tif"), compression="jpeg", Q=95, subifd=True, bigtiff=True, **common
    )
    image.tiffsave(str(folder / "vips-lzw.tif"), compression="lzw", predictor="horizontal", **common)


if __name__ == "__main__":
    main()
