"""Pictures of results: a slide small with its class map over it, and a sheet of all of them. For looking at."""

import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dsml.infer.exports import write_whole
from dsml.infer.result import Result, likeliest_class

MAP_OPACITY = 0.55
JPEG_QUALITY = 82
THUMBNAIL_PX = 320
SHEET_COLUMNS, SHEET_ROWS = 8, 6
SHEET_CELL_PX, CAPTION_PX, GAP_PX = 256, 44, 12
INK, FAINT, PAPER = (32, 33, 36), (95, 99, 104), (255, 255, 255)


def map_picture(picture: bytes, result: Result, width: int, height: int, class_colors: tuple[str, ...]) -> Image.Image:
    """The slide (`picture`, a JPEG of the whole of it; width x height level-0 px) with each cell's likeliest class."""
    slide = Image.open(io.BytesIO(picture)).convert("RGB")
    slide.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX)
    grid = result.grid
    colours = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in class_colors], np.uint8)
    cells = np.zeros((grid.rows * grid.columns, 4), np.uint8)
    cells[result.done, :3] = colours[likeliest_class(result)]
    cells[result.done, 3] = round(255 * MAP_OPACITY)
    # the last cells may reach over the slide: the map is cut where the slide ends
    scale = (width / slide.width / grid.cell_size, height / slide.height / grid.cell_size)
    rows = np.minimum(((np.arange(slide.height) + 0.5) * scale[1]).astype(int), grid.rows - 1)
    columns = np.minimum(((np.arange(slide.width) + 0.5) * scale[0]).astype(int), grid.columns - 1)
    layer = Image.fromarray(cells.reshape(grid.rows, grid.columns, 4)[np.ix_(rows, columns)])
    return Image.alpha_composite(slide.convert("RGBA"), layer).convert("RGB")


def save_jpeg(image: Image.Image, path: Path) -> None:
    """Writes it whole or not at all. Raises OSError."""
    write_whole(path, lambda partial: image.save(partial, "JPEG", quality=JPEG_QUALITY))


def write_sheets(
    out: Path, captions: Iterable[tuple[str, str, Path | None]], legend: Iterable[tuple[str, str]]
) -> list[str]:
    """`sheet-1.png`, … of all maps: (name, words below it, picture or None) each; `legend`: class and colour.

    Returns the names of the files. Raises OSError.
    """
    entries, page = list(captions), SHEET_COLUMNS * SHEET_ROWS
    names = []
    for number, start in enumerate(range(0, len(entries), page), 1):
        sheet = _sheet(entries[start : start + page], list(legend))
        names.append(f"sheet-{number}.png")
        write_whole(out / names[-1], lambda partial, sheet=sheet: sheet.save(partial, "PNG"))
    return names


def _sheet(entries: list[tuple[str, str, Path | None]], legend: list[tuple[str, str]]) -> Image.Image:
    columns = min(SHEET_COLUMNS, len(entries))
    rows = -(-len(entries) // columns)
    cell = (SHEET_CELL_PX + GAP_PX, SHEET_CELL_PX + CAPTION_PX + GAP_PX)
    height = rows * cell[1] + GAP_PX + CAPTION_PX
    font = ImageFont.load_default(13)
    legend_px = GAP_PX + sum(22 + round(font.getlength(name)) + 20 for name, _ in legend)
    sheet = Image.new("RGB", (max(columns * cell[0] + GAP_PX, legend_px), height), PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, (name, words, path) in enumerate(entries):
        left, top = GAP_PX + index % columns * cell[0], GAP_PX + index // columns * cell[1]
        if path is not None and path.is_file():
            picture = Image.open(path)
            picture.thumbnail((SHEET_CELL_PX, SHEET_CELL_PX), Image.Resampling.LANCZOS)
            sheet.paste(picture, (left + (SHEET_CELL_PX - picture.width) // 2, top + SHEET_CELL_PX - picture.height))
        else:
            draw.rectangle((left, top, left + SHEET_CELL_PX - 1, top + SHEET_CELL_PX - 1), outline=FAINT)
        draw.text((left, top + SHEET_CELL_PX + 6), _fitting(name, font), INK, font)
        draw.text((left, top + SHEET_CELL_PX + 23), _fitting(words, font), FAINT, font)
    left, top = GAP_PX, height - CAPTION_PX
    for name, colour in legend:
        draw.rectangle((left, top, left + 14, top + 14), fill=colour)
        draw.text((left + 22, top), name, INK, font)
        left += 22 + round(font.getlength(name)) + 20
    return sheet


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    while font.getlength(text) > SHEET_CELL_PX and len(text) > 1:
        text = text[:-2] + "…"
    return text
