"""Training curves as a small SVG: one panel a part of the loss, one line a variant. Same lines, same bytes."""

from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 300, 150, 34, 22, 24
COLOURS = ("#1b6ca8", "#d1495b", "#2e8b57", "#8b5fbf", "#c77d0a", "#4a4a4a")
Curves = dict[str, dict[int, float]]


def _line(curve: dict[int, float], steps: int, top: float, colour: str) -> str:
    points = " ".join(
        f"{LEFT + (WIDTH - LEFT - 10) * step / steps:.1f},{TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top):.1f}"
        for step, value in curve.items()
    )
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'


def _panel(title: str, curves: Curves, names: list[str]) -> list[str]:
    steps = max(step for curve in curves.values() for step in curve)
    largest = max(value for curve in curves.values() for value in curve.values())
    grid = next(g for g in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if largest / g <= 5)
    top = grid * -(-largest // grid)
    out = [_text(LEFT, 13, title, weight="bold")]
    for k in range(round(top / grid) + 1):
        y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - k * grid / top)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 10}" stroke="#ddd"/>')
        out.append(_text(LEFT - 4, y + 3, f"{k * grid:g}", "end"))
    for step in (0, steps // 2, steps):
        out.append(_text(LEFT + (WIDTH - LEFT - 10) * step / steps, HEIGHT - 10, f"{step}", "middle"))
    for name, curve in curves.items():
        out.append(_line(curve, steps, top, COLOURS[names.index(name) % len(COLOURS)]))
    return out


def draw_curves(panels: dict[str, Curves]) -> str:
    """SVG of panels {title: {variant: {step: value}}}; panels without a line are left out."""
    panels = {title: {n: c for n, c in curves.items() if c} for title, curves in panels.items()}
    panels = {title: curves for title, curves in panels.items() if curves}
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    height = HEIGHT + 16 * len(names) + 6
    width = WIDTH * len(panels)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="10" fill="#333">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, (title, curves) in enumerate(panels.items()):
        out += [f'<g transform="translate({WIDTH * number} 0)">', *_panel(title, curves, names), "</g>"]
    for index, name in enumerate(names):
        y, colour = HEIGHT + 16 * index + 6, COLOURS[index % len(COLOURS)]
        out.append(f'<path d="M{LEFT} {y}h22" stroke="{colour}" stroke-width="2"/>')
        out.append(_text(LEFT + 28, y + 4, name))
    return "\n".join([*out, "</svg>", ""])
