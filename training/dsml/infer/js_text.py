"""Values as JavaScript writes them, so that files made here are the viewer's own files, byte for byte."""

import json
import math
from decimal import Decimal
from typing import Any

import numpy as np

EXPONENT_FROM, EXPONENT_BELOW = 1e21, 1e-6


def js_number(value: float) -> str:
    """As ECMAScript's Number::toString: shortest digits that read back the same; "null" when not finite."""
    if not math.isfinite(value):
        return "null"
    if value == int(value) and abs(value) < EXPONENT_FROM:
        return str(int(value))
    text = repr(float(value))
    if EXPONENT_BELOW <= abs(value) < EXPONENT_FROM and "e" not in text:
        return text
    sign, digits, exponent = Decimal(text).normalize().as_tuple()
    figures = "".join(map(str, digits))
    power = len(figures) + int(exponent) - 1
    if EXPONENT_BELOW <= abs(value) < EXPONENT_FROM:
        body = f"0.{'0' * (-power - 1)}{figures}"
    else:
        body = figures[0] + (f".{figures[1:]}" if len(figures) > 1 else "") + f"e{power:+d}"
    return "-" * sign + body


def js_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """As JSON.stringify: no spaces, members in their order, characters beyond ASCII as they are."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{js_json(str(key))}:{js_json(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(js_json(member) for member in value) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return js_number(value)


def seven_digits(values: np.ndarray) -> list[str]:
    """Numbers rounded to the seven digits that a float32 is good for; "null" when not finite."""
    return [_as_js(f"{value:.7g}") for value in values.tolist()]


def _as_js(text: str) -> str:
    """What Python wrote with seven digits is what JavaScript writes, but for exponents, -0, NaN and infinity."""
    return js_number(float(text)) if "e" in text or "n" in text or text == "-0" else text


def cell_ids(provenance_text: str, cells: np.ndarray) -> list[str]:
    """Ids of the form of a random UUID for cells by their number, as `src/results/cell-ids.ts`."""
    seeds = [_hash_text(provenance_text, lane) for lane in range(4)]
    mixed = _mix(cells.astype(np.uint32) + np.uint32(1))
    a, b, c, d = (_mix(np.uint32(seed) ^ mixed) for seed in seeds)
    return [
        f"{a_:08x}-{b_ >> 16:04x}-4{b_ & 0xFFF:03x}-{0x8000 | (c_ >> 16 & 0x3FFF):04x}-{c_ & 0xFFFF:04x}{d_:08x}"
        for a_, b_, c_, d_ in zip(a.tolist(), b.tolist(), c.tolist(), d.tolist(), strict=True)
    ]


def _hash_text(text: str, lane: int) -> int:
    """FNV-1a over UTF-16 units, one of several independent lanes."""
    value = 0x811C9DC5 ^ int(_mix(np.array([lane + 1], np.uint32))[0])
    units = np.frombuffer(text.encode("utf-16-le"), "<u2")
    for unit in units.tolist():
        value = ((value ^ unit) * 0x01000193) & 0xFFFFFFFF
    return value


def _mix(bits: np.ndarray) -> np.ndarray:
    """The finaliser of MurmurHash3."""
    bits = (bits ^ (bits >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    bits = (bits ^ (bits >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return bits ^ (bits >> np.uint32(16))
