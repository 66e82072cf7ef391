"""What the shipped styles cost, and how a laptop draws them at 1080p60.

    python -m benchmarks.laptop

Measures every style in ``styles``, and writes the figures onto its card and into the table of
``styles/README.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from visualizer.style.library import open_library, styles_folder
from visualizer.style.measure.cost import FPS, PEAK_FLOP_PER_S, REACHED, SIZE, cost
from visualizer.style.style import Style

MARKS = "<!-- python -m benchmarks.laptop writes this table -->", "<!-- its end -->"
"""What stands before and after the table in the README."""


def table(styles: tuple[Style, ...], folder: Path) -> str:
    """The styles' cards as a table in Markdown."""
    return "\n".join(_rows(styles, folder)) + "\n"


def _rows(styles: tuple[Style, ...], folder: Path) -> Iterator[str]:
    yield "| style | width | FLOP per pixel | whole, TFLOP/s | 50 / 40 dB | on the laptop | kept |"
    yield "|---|---|---|---|---|---|---|"
    for style in styles:
        card = json.loads(card_path(style, folder).read_text(encoding="utf-8"))["card"]
        kept = "all" if card["laptop_db"] is None else f"{card['laptop_db']:.0f} dB"
        yield (
            f"| `{style.name}` | {style.architecture.width} | {card['flop_per_pixel']:,}"
            f" | {whole_tflops(card):.1f} | {card['scale_50db']:g} / {card['scale_40db']:g}"
            f" | {way(card)} | {kept} |"
        )


def whole_tflops(card: dict[str, Any]) -> float:
    """The peak, in TFLOP/s, of a GPU that draws the style whole at 1080p60."""
    width, height = SIZE
    return float(card["flop_per_pixel"] * width * height * FPS / REACHED / 1e12)


def way(card: dict[str, Any]) -> str:
    """By which way the style comes in time on the laptop."""
    scale = card["laptop_scale"]
    return "by width: whole" if scale == 1.0 else f"by scale: {scale:g}"


def card_path(style: Style, folder: Path) -> Path:
    """The file with the card."""
    return folder / f"{style.name}.json"


def measure(style: Style, folder: Path) -> None:
    """Renew the costs on one style's card; whatever else is there stays."""
    path = card_path(style, folder)
    notes = json.loads(path.read_text(encoding="utf-8"))
    notes["card"] = notes.get("card", {}) | cost(style)
    path.write_text(json.dumps(notes, indent=1) + "\n", encoding="utf-8")


def renew(readme: Path, new: str) -> None:
    """Put the table between its marks."""
    begin, end = MARKS
    before, rest = readme.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    readme.write_text(f"{before}{begin}\n\n{new}\n{end}{after}", encoding="utf-8")


def main() -> None:
    """Measure all of them."""
    folder = styles_folder()
    styles = open_library(folder).styles
    print(f"{PEAK_FLOP_PER_S / 1e12:g} TFLOP/s, of which {REACHED:.0%} are reached")
    for style in styles:
        measure(style, folder)
        print(f"{style.name} measured")
    renew(folder / "README.md", table(styles, folder))


if __name__ == "__main__":
    main()
