"""A result as the viewer's own files: JSON with every number, GeoJSON for QuPath, CSV in WSInfer's columns.

Byte for byte what `src/results` writes of the same result; a test compares them.
"""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from dsml.infer.js_text import cell_ids, js_json, js_number, seven_digits
from dsml.infer.result import Result, likeliest_class

PIECE_BYTES = 24_576  # a multiple of three: pieces of base64 join
ROWS_A_PIECE = 2000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def json_pieces(result: Result) -> Iterator[str]:
    """The AnalysisResult member by member; arrays as { dtype, shape, data: base64, little-endian }."""
    grid = result.grid
    shape = [grid.rows, grid.columns]
    head = {
        "provenance": result.provenance,
        "state": "complete",
        "region": grid.region,
        "cellSize": grid.cell_size,
        "columns": grid.columns,
        "rows": grid.rows,
        "classNames": list(result.class_names),
        "areaMm2": result.area_mm2,
    }
    yield f'{js_json(head)[:-1]},"status":'
    yield from _array(result.status, shape)
    yield ',"probabilities":'
    yield from _array(result.probabilities, [*shape, len(result.class_names)])
    yield ',"entropy":'
    yield from _array(result.entropy, shape)
    yield ',"familiarity":'
    if result.familiarity is None:
        yield "null"
    else:
        yield from _array(result.familiarity, shape)
    yield ',"similarity":['
    for index, (fine, coarse) in enumerate(result.pairs):
        yield f'{"," if index else ""}{{"fine":{js_number(fine)},"coarse":{js_number(coarse)},"aligned":'
        yield from _array(result.aligned[:, index], shape)
        yield ',"contrast":'
        yield from _array(result.contrast[:, index], shape)
        yield "}"
    yield "]}\n"


def _array(values: np.ndarray, shape: list[int]) -> Iterator[str]:
    kind = "uint8" if values.dtype == np.uint8 else "float32"
    yield f'{{"dtype":"{kind}","shape":{js_json(shape)},"data":"'
    data = np.ascontiguousarray(values, "u1" if kind == "uint8" else "<f4").tobytes()
    for start in range(0, len(data), PIECE_BYTES):
        yield base64.b64encode(data[start : start + PIECE_BYTES]).decode()
    yield '"}'


def _columns(result: Result) -> list[tuple[str, np.ndarray]]:
    """Name and values of every measurement, in the viewer's order."""
    pairs = [f"{js_number(fine)}_{js_number(coarse)}" for fine, coarse in result.pairs]
    return [
        *((f"prob_{name}", result.probabilities[:, index]) for index, name in enumerate(result.class_names)),
        ("entropy", result.entropy),
        *([] if result.familiarity is None else [("familiarity", result.familiarity)]),
        *((f"similarity_{pair}", result.aligned[:, index]) for index, pair in enumerate(pairs)),
        *((f"contrast_{pair}", result.contrast[:, index]) for index, pair in enumerate(pairs)),
    ]


def csv_pieces(result: Result) -> Iterator[str]:
    """One row a done cell, level-0 px; a number that is not finite is an empty field."""
    columns = _columns(result)
    names = ["minx", "miny", "width", "height", *(name for name, _ in columns)]
    yield "# Cells of an analysis, level-0 pixels. For research use only.\n"
    yield f"# provenance: {js_json(result.provenance)}\n"
    yield ",".join(csv_field(name) for name in names) + "\n"
    size = js_number(result.grid.cell_size)
    for cells in _pieces(result.done):
        places = zip(*_corners(result, cells)[:2], strict=True)
        values = zip(*(seven_digits(column[cells]) for _, column in columns), strict=True)
        rows = (
            [left, top, size, size, *("" if v == "null" else v for v in row)]
            for (left, top), row in zip(places, values, strict=True)
        )
        yield "".join(f"{','.join(row)}\n" for row in rows)


def csv_field(text: str) -> str:
    """As RFC 4180 asks."""
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


def csv_text(text: str) -> str:
    """A field of words, such as a file's name: an apostrophe keeps a spreadsheet from running it as a formula."""
    return csv_field(f"'{text}" if text.startswith(FORMULA_STARTS) else text)


def geojson_pieces(result: Result, class_colors: tuple[str, ...]) -> Iterator[str]:
    """One tile object a done cell, with measurements under the names of the table's columns. Colours "#rrggbb"."""
    provenance = js_json(result.provenance)
    columns = [(js_json(name), values) for name, values in _columns(result)]
    colours = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in class_colors]
    classes = [js_json({"name": n, "color": c}) for n, c in zip(result.class_names, colours, strict=True)]
    likeliest = likeliest_class(result)
    yield f'{{"type":"FeatureCollection","provenance":{provenance},"features":['
    written = 0
    for cells in _pieces(result.done):
        ids = cell_ids(provenance, cells)
        boxes = zip(*_corners(result, cells), strict=True)
        values = zip(*(seven_digits(column[cells]) for _, column in columns), strict=True)
        kinds = likeliest[written : written + len(cells)]
        features = [
            f'{{"type":"Feature","id":"{identity}","geometry":{{"type":"Polygon","coordinates":'
            f"[[[{x0},{y0}],[{x1},{y0}],[{x1},{y1}],[{x0},{y1}],[{x0},{y0}]]]}},"
            f'"properties":{{"objectType":"tile","classification":{classes[kind]},"isLocked":true,"measurements":'
            f"{{{','.join(f'{name}:{value}' for (name, _), value in zip(columns, row, strict=True))}}}}}}}"
            for identity, (x0, y0, x1, y1), kind, row in zip(ids, boxes, kinds, values, strict=True)
        ]
        yield (",\n" if written else "\n") + ",\n".join(features)
        written += len(cells)
    yield "\n]}\n"


def _pieces(cells: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(cells), ROWS_A_PIECE):
        yield cells[start : start + ROWS_A_PIECE]


def _corners(result: Result, cells: np.ndarray) -> tuple[list[str], list[str], list[str], list[str]]:
    """Left, top, right and bottom of cells, in text; neighbours share the very same edge."""
    grid = result.grid
    edges = [js_number(place * grid.cell_size) for place in range(max(grid.columns, grid.rows) + 1)]
    columns, rows = (cells % grid.columns).tolist(), (cells // grid.columns).tolist()
    return (
        [edges[column] for column in columns],
        [edges[row] for row in rows],
        [edges[column + 1] for column in columns],
        [edges[row + 1] for row in rows],
    )


def write_pieces(path: Path, pieces: Iterator[str]) -> None:
    """Writes a file whole or not at all: what was there before stays until the new one is complete. Raises OSError."""
    write_whole(path, lambda partial: _write_text(partial, pieces))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """As `write_pieces`, with a function that writes to the path it is given."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        write(partial)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _write_text(path: Path, pieces: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for piece in pieces:
            file.write(piece)
