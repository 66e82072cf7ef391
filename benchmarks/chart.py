"""Line charts as SVG, both axes logarithmic: what grows in proportion is a straight line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

PANEL, MARGIN, ACROSS = (260, 170), 56, 3
COLOURS = ("#2458d6", "#c2571a", "#2f8f4e", "#8a3fa0", "#777777")


@dataclass(frozen=True, slots=True)
class Curve:
    """One line: points (x, y), all above 0."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart with its title and the words under its x axis; no more curves than colours."""

    title: str
    x: str
    curves: tuple[Curve, ...]


def svg(panels: Sequence[Panel]) -> str:
    """All panels in rows, on white."""
    width, height = (size + 2 * MARGIN for size in PANEL)
    down = -(-len(panels) // ACROSS)
    box = f"0 0 {width * min(ACROSS, len(panels))} {height * down}"
    font = 'font-family="sans-serif" font-size="11"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {font}>',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for number, panel in enumerate(panels):
        left, top = number % ACROSS * width + MARGIN, number // ACROSS * height + MARGIN
        lines.append(f'<g transform="translate({left} {top})">')
        lines += _panel(panel)
        lines.append("</g>")
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panel(panel: Panel) -> Iterator[str]:
    width, height = PANEL
    xs = [x for curve in panel.curves for x, _ in curve.points]
    ys = [y for curve in panel.curves for _, y in curve.points]
    low, high = min(ys) / 1.5, max(ys) * 1.5
    yield f'<rect width="{width}" height="{height}" fill="none" stroke="#bbb"/>'
    yield f'<text y="-10" font-size="13">{escape(panel.title)}</text>'
    middle = f'x="{width / 2}" text-anchor="middle"'
    yield f'<text {middle} y="{height + 34}">{escape(panel.x)}</text>'

    def place(x: float, y: float) -> tuple[float, float]:
        return width * _share(x, min(xs), max(xs)), height * (1.0 - _share(y, low, high))

    for x in sorted(set(xs)):
        at = place(x, low)[0]
        yield f'<text x="{at:.1f}" y="{height + 16}" text-anchor="middle">{x:g}</text>'
    # What is flat has one number.
    for y in sorted({min(ys), max(ys)} if max(ys) > 1.1 * min(ys) else {max(ys)}):
        at = place(xs[0], y)[1]
        yield f'<text x="-6" y="{at + 4:.1f}" text-anchor="end">{y:.3g}</text>'
    for number, (curve, colour) in enumerate(zip(panel.curves, COLOURS, strict=False)):
        points = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in curve.points)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for x, y in curve.points:
            cx, cy = place(x, y)
            yield f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="3" fill="{colour}"/>'
        if len(panel.curves) > 1:
            corner = f'x="8" y="{16 + 14 * number}"'
            yield f'<text {corner} fill="{colour}">{escape(curve.name)}</text>'


def _share(value: float, low: float, high: float) -> float:
    """0..1, how far a value is from low to high on a logarithmic axis."""
    return 0.5 if low == high else log10(value / low) / log10(high / low)
