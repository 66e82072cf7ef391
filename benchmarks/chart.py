"""Charts as SVG: curves against what grows, which is on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS, WIDTH_IN, HEIGHT_IN = 3, 3.6, 2.7

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points (x, y). single: what the line is the mean of, as dots."""

    name: str
    points: Points
    single: Points = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart. in_proportion: y is logarithmic too; what grows with x is a straight line."""

    title: str
    x: str
    curves: Sequence[Curve]
    in_proportion: bool = True


def save_chart(panels: Sequence[Panel], path: Path) -> None:
    """Draw all panels, in rows."""
    # Here: processes whose memory is measured load this file too, and it would be 28 MiB of them.
    from matplotlib import rc_context  # noqa: PLC0415 - as above
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    rows = -(-len(panels) // ACROSS)
    # The same data make the same file, in which words are words.
    with rc_context({"svg.hashsalt": "chladni", "svg.fonttype": "none", "font.size": 8.0}):
        size = (WIDTH_IN * ACROSS, HEIGHT_IN * rows)
        figure = Figure(figsize=size, layout="constrained")
        axes = list(figure.subplots(rows, ACROSS, squeeze=False).flat)
        for axis, panel in zip(axes, panels, strict=False):
            _draw(axis, panel)
        for axis in axes[len(panels) :]:
            axis.remove()
        _name_curves(figure, axes[: len(panels)], panels)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _draw(axis: Axes, panel: Panel) -> None:
    for curve in panel.curves:
        (line,) = axis.plot(*zip(*curve.points, strict=True), ".-", label=curve.name)
        if curve.single:
            dots = zip(*curve.single, strict=True)
            axis.plot(*dots, "o", color=line.get_color(), alpha=0.4, markersize=4)
    values = [y for curve in panel.curves for _, y in (*curve.points, *curve.single)]
    low, high = min(values), max(values)
    axis.set_title(panel.title)
    axis.set_xlabel(panel.x)
    axis.set_xscale("log")
    places = sorted({x for curve in panel.curves for x, _ in curve.points})
    axis.set_xticks(places, [f"{x:g}" for x in places])
    if panel.in_proportion:
        axis.set_yscale("log")
        # Else what is flat would fill the panel with its trembling.
        axis.set_ylim(low / 1.5, 1.5 * high)
        # What is flat has one number.
        ends = (low, high) if high > 1.1 * low else (high,)
        axis.set_yticks(ends, [f"{y:.3g}" for y in ends])
    axis.minorticks_off()


def _name_curves(figure: Figure, axes: Sequence[Axes], panels: Sequence[Panel]) -> None:
    """Once below all panels that have the same curves, else in each that has several."""
    if len({tuple(curve.name for curve in panel.curves) for panel in panels}) == 1:
        handles = axes[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside lower center", ncols=len(handles[0]), frameon=False)
        return
    for axis, panel in zip(axes, panels, strict=True):
        if len(panel.curves) > 1:
            axis.legend(frameon=False)
