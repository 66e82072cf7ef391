"""What a stage sees of styles: contrast, edges, night, emptiness and colour, as a table.

::

    python -m benchmarks.looks [STYLE ...]

STYLE is a name, a path or ``seed:N``; without any, all that ship. The measures are those of the
cards, defined in ``styles/README.md``; medians for trained and untrained styles, and what trained
ones are to reach, stand below.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median

from trainer.measure.card import look_card
from visualizer.style.library import find_style, open_library, styles_folder
from visualizer.style.style import Style

MEASURES = {
    "contrast": ".0f",
    "crisp_levels": ".0f",
    "dark_share": ".2f",
    "flat_share": ".2f",
    "saturation": ".2f",
}
GOAL = ("at least 50", "at least 40", "at least .20", "at most .35", "")


def rows(styles: Sequence[Style]) -> list[list[str]]:
    """A row for each style, then medians and goal."""
    cards = [look_card(style) for style in styles]
    table = [
        [f"`{style.name}`", _kind(style), *_cells(card), str(style.view.mirror)]
        for style, card in zip(styles, cards, strict=True)
    ]
    for kind in ("trained", "untrained"):
        of_kind = [c for s, c in zip(styles, cards, strict=True) if _kind(s) == kind]
        if of_kind:
            medians = {name: median(card[name] for card in of_kind) for name in MEASURES}
            table.append([f"median of {len(of_kind)}", kind, *_cells(medians), ""])
    return [*table, ["goal", "trained", *GOAL, ""]]


def _kind(style: Style) -> str:
    return "untrained" if style.prompt is None else "trained"


def _cells(card: dict[str, float]) -> list[str]:
    return [format(card[name], form).removeprefix("0") for name, form in MEASURES.items()]


def main() -> None:
    """Print the table in Markdown."""
    names = sys.argv[1:]
    folder = styles_folder()
    styles = [find_style(name, folder) for name in names] or list(open_library(folder).styles)
    heads = ["style", "", "contrast", "crisp", "dark", "flat", "saturation", "mirror"]
    for row in (heads, ["---"] * len(heads), *rows(styles)):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
