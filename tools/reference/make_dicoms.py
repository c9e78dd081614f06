"""Writes small whole-slide DICOM series, one folder for each way in which they are written.

    make_dicoms.py FOLDER

pydicom writes the instances, imagecodecs packs the frames. It knows nothing of the viewer.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from imagecodecs import jpeg2k_encode, jpeg_encode
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    generate_uid,
)

SIZE = (700, 500)
WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
MM = 0.0005


@dataclass
class Way:
    """How a series is written."""

    syntax: str
    photometric: str = "RGB"
    sparse: bool = False
    tile: tuple[int, int] = (240, 200)
    table: bool = True
    parts: int = 1
    """Instances that a level is spread over (a concatenation)."""
    paths: int = 1
    """Optical paths: the second shows the negative of the first."""
    beside: bool = False
    """Label and overview in the same series."""


WAYS = {
    "uncompressed": Way(ExplicitVRLittleEndian),
    "implicit": Way(ImplicitVRLittleEndian),
    "uncompressed-sparse": Way(ExplicitVRLittleEndian, sparse=True),
    "jpeg": Way(JPEGBaseline8Bit, "YBR_FULL_422", tile=(256, 256)),
    "jpeg-without-table": Way(JPEGBaseline8Bit, "YBR_FULL_422", table=False),
    "jpeg2000-lossless": Way(JPEG2000Lossless, "YBR_RCT"),
    "jpeg2000-lossless-sparse": Way(JPEG2000Lossless, "YBR_RCT", sparse=True),
    "jpeg2000": Way(JPEG2000, "YBR_ICT", tile=(256, 256)),
    "jpeg-sparse": Way(JPEGBaseline8Bit, "YBR_FULL_422", sparse=True),
    "concatenation": Way(ExplicitVRLittleEndian, parts=3),
    "concatenation-jpeg2000-lossless-sparse": Way(JPEG2000Lossless, "YBR_RCT", sparse=True, parts=2),
    "two-optical-paths": Way(ExplicitVRLittleEndian, paths=2),
    "two-optical-paths-sparse": Way(JPEG2000Lossless, "YBR_RCT", sparse=True, paths=2),
    "label-and-overview": Way(JPEG2000Lossless, "YBR_RCT", beside=True),
}


def picture(width: int, height: int) -> np.ndarray:
    """Something with soft and hard edges, different at every place."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    waves = [np.sin(40 * x * (k + 1) + 23 * y) * np.cos(31 * y + k) for k in range(3)]
    pixels = np.stack([128 + 100 * wave for wave in waves], axis=-1)
    pixels[(np.floor(12 * x) + np.floor(9 * y)) % 5 == 0] *= 0.4
    return pixels.astype(np.uint8)


def packed(frame: np.ndarray, syntax: str) -> bytes:
    """The bytes of a frame."""
    if syntax == JPEGBaseline8Bit:
        return jpeg_encode(frame, level=92, subsampling="422")
    if syntax == JPEG2000Lossless:
        return jpeg2k_encode(frame, codecformat="j2k", mct=True, reversible=True, level=0)
    if syntax == JPEG2000:
        return jpeg2k_encode(frame, codecformat="j2k", mct=True, reversible=False, level=45)
    return frame.tobytes()


def level(way: Way, series: str, number: int, scale: int, flavor: str = "VOLUME") -> list[Dataset]:
    """The instances of one level: one, or the parts of a concatenation."""
    width, height = SIZE[0] // scale, SIZE[1] // scale
    pixels, (across, down) = picture(width, height), way.tile
    places = [(x, y) for y in range(0, height, down) for x in range(0, width, across)]
    if way.sparse:
        places = [*places[1::2], *reversed(places[::2])]
    frames = []
    for path in range(way.paths):
        for x, y in places:
            frame = np.full((down, across, 3), 255, np.uint8)
            part = pixels[y : y + down, x : x + across]
            frame[: part.shape[0], : part.shape[1]] = 255 - part if path else part
            frames.append(packed(frame, way.syntax))
    places, whole, size = places * way.paths, generate_uid(), math.ceil(len(frames) / way.parts)
    made = []
    for first in range(0, len(frames), size):
        data = instance(way, series, number, (width, height), frames[first : first + size])
        data.ImageType = ["ORIGINAL", "PRIMARY", flavor, "NONE"]
        measures, shared = Dataset(), Dataset()
        measures.PixelSpacing = [MM * scale * 1.02, MM * scale]
        shared.PixelMeasuresSequence = [measures]
        data.SharedFunctionalGroupsSequence = [shared]
        if way.sparse:
            data.PerFrameFunctionalGroupsSequence = [position(x, y) for x, y in places[first : first + size]]
        if way.paths > 1:
            data.NumberOfOpticalPaths = way.paths
            data.OpticalPathSequence = [optical_path(str(path)) for path in range(way.paths)]
        if way.parts > 1:
            data.ConcatenationUID, data.ConcatenationFrameOffsetNumber = whole, first
            data.InConcatenationNumber, data.InConcatenationTotalNumber = (first // size + 1, way.parts)
        made.append(data)
    return made


def instance(way: Way, series: str, number: int, size: tuple[int, int], frames: list[bytes]) -> Dataset:
    """One instance with these frames; what is particular to a level is left to add."""
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = WHOLE_SLIDE, generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = generate_uid(), series
    data.Modality, data.InstanceNumber = "SM", number
    data.Columns, data.Rows = way.tile
    data.NumberOfFrames = len(frames)
    data.TotalPixelMatrixColumns, data.TotalPixelMatrixRows = size
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PlanarConfiguration = (3, way.photometric, 0)
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    data.DimensionOrganizationType = "TILED_SPARSE" if way.sparse else "TILED_FULL"
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = way.syntax
    (data.file_meta.MediaStorageSOPClassUID, data.file_meta.MediaStorageSOPInstanceUID) = (
        data.SOPClassUID,
        data.SOPInstanceUID,
    )
    whole = way.syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
    data.PixelData = b"".join(frames) if whole else encapsulate(frames, has_bot=way.table)
    data["PixelData"].VR = "OB"
    return data


def optical_path(name: str) -> Dataset:
    """A path with an objective."""
    path = Dataset()
    path.OpticalPathIdentifier, path.ObjectiveLensPower = name, 20
    return path


def position(x: int, y: int) -> Dataset:
    """What a frame says of its place."""
    place, frame = Dataset(), Dataset()
    (place.ColumnPositionInTotalImagePixelMatrix, place.RowPositionInTotalImagePixelMatrix) = x + 1, y + 1
    frame.PlanePositionSlideSequence = [place]
    return frame


def main() -> None:
    """Writes all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    for name, way in WAYS.items():
        (out / name).mkdir(parents=True)
        series = generate_uid()
        for number, scale in enumerate((1, 2, 4), 1):
            for part, data in enumerate(level(way, series, number, scale)):
                assert len(data.PixelData) > math.prod(way.tile) / 100
                data.save_as(out / name / f"{scale}-{part}.dcm", enforce_file_format=True)
        for flavor in ("LABEL", "OVERVIEW") if way.beside else ():
            (data,) = level(way, series, 9, 3, flavor)
            data.save_as(out / name / f"{flavor.lower()}.dcm", enforce_file_format=True)


if __name__ == "__main__":
    main()
