"""Draws contact sheets of styles, to look at many side by side.

    python scripts/contact_sheet.py OUT.png seed:0-47              one picture each
    python scripts/contact_sheet.py OUT.png silk seed:7 --states   a row each, a moment a column

Moments: silence; a groove; on a kick; bass, mids, highs alone; then the groove 15 and 40 s
further along the drift.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from trainer.measure.contact_sheet import MOMENTS, write_contact_sheet
from visualizer.style.library import find_style, styles_folder
from visualizer.style.style import Style


def find_styles(spec: str) -> Iterator[Style]:
    """Styles of ``seed:N-M``, or the one that the player finds."""
    if seeds := re.fullmatch(r"seed:(\d+)-(\d+)", spec):
        for seed in range(int(seeds[1]), int(seeds[2]) + 1):
            yield find_style(f"seed:{seed}", styles_folder())
    else:
        yield find_style(spec, styles_folder())


def main() -> None:
    """Draw the sheet that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("styles", nargs="+", metavar="NAME|PATH|seed:N|seed:N-M")
    parser.add_argument("--states", action="store_true", help="a row of moments for each style")
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--width", type=int, default=256, help="of one picture")
    arguments = parser.parse_args()
    styles = [style for spec in arguments.styles for style in find_styles(spec)]
    moments = MOMENTS if arguments.states else MOMENTS[1:2]
    columns = len(MOMENTS) if arguments.states else arguments.columns
    write_contact_sheet(
        styles, arguments.out, moments=moments, columns=columns, width=arguments.width
    )


if __name__ == "__main__":
    main()
