"""Networks of different widths side by side: the table, the winner, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trainer.measure.rank import rank_text

SEED_NOISE = 0.01
"""Another seed moves a score by about this much, so one run settles no smaller difference."""
FINDING = 128, 256
"""The key finding of the project's first notes: the first width beats the second."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One trained network. iterations: at each resolution. seconds: of training alone."""

    width: int
    depth: int
    activation: str
    iterations: int
    seconds: float
    card: dict[str, Any]

    @property
    def architecture(self) -> str:
        """How the table calls it."""
        return f"{self.width} wide, {self.depth} deep, {self.activation}"

    @property
    def score(self) -> float:
        """The mean raw cosine of its pictures to the prompt."""
        return float(self.card["score"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """One prompt, several widths: with the same iterations, and with the same seconds."""

    prompt: str
    clip: str
    same_iterations: tuple[Entry, ...]
    same_seconds: tuple[Entry, ...]

    @property
    def winner(self) -> Entry:
        """The best of the runs with the same iterations, which are those that leave a style."""
        return best(self.same_iterations)


def best(entries: Sequence[Entry]) -> Entry:
    """The highest score; of equals the one with fewer parameters."""
    return max(entries, key=lambda entry: (entry.score, -int(entry.card["parameters"])))


def fair_iterations(entry: Entry, budget_s: float) -> int:
    """Iterations that ``entry`` would have done in ``budget_s`` at its own speed, at least 1."""
    share = budget_s / entry.seconds if entry.seconds > budget_s else 1.0
    return max(1, int(entry.iterations * share))


def results_markdown(comparison: Comparison, files: Sequence[str]) -> str:
    """COMPARISON_RESULTS.md."""
    scores = f"Scores by {comparison.clip}; not comparable with those of another CLIP."
    anew = (
        "Every slower network again, with as many iterations as fit into the fastest one's"
        " time, and its schedule fitted to them."
    )
    findings = (
        f"- With the same iterations: {finding(comparison.same_iterations)}\n"
        f"- With the same seconds: {finding(comparison.same_seconds)}"
    )
    sections = [
        f"# {_one_line(comparison.prompt)}",
        scores,
        "## The same iterations",
        table(comparison.same_iterations),
        verdict(comparison.same_iterations),
        "## The same seconds",
        anew,
        table(comparison.same_seconds),
        verdict(comparison.same_seconds),
        "## The key finding",
        "The first notes of this project found that 128 wide beats 256.",
        findings,
        "## Files",
        "\n".join(f"- `{name}`" for name in files),
    ]
    return "\n\n".join(sections) + "\n"


def table(entries: Sequence[Entry]) -> str:
    """The entries as a Markdown table, the winner in bold and marked."""
    head = "Architecture | Parameters | CLIP score | Gain | Rank | Moves | Seconds | Iterations"
    lines = [f"| {head} |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    winner = best(entries)
    for entry in entries:
        name = f"**{entry.architecture}** (winner)" if entry is winner else entry.architecture
        card = entry.card
        cells = [
            name,
            f"{card['parameters']:,}",
            f"{entry.score:.4f}",
            f"{card['gain']:+.4f}",
            rank_text(card),
            f"{card['moves']:.2f}",
            f"{entry.seconds:.1f}",
            str(entry.iterations),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def verdict(entries: Sequence[Entry]) -> str:
    """Who won, over whom, by how much, and whether one run can tell."""
    winner = best(entries)
    others = [entry for entry in entries if entry is not winner]
    if not others:
        return f"**Winner: {winner.width} wide**, the only one."
    second = best(others)
    lead = winner.score - second.score
    cost = winner.card["flop_per_pixel"] / second.card["flop_per_pixel"]
    return (
        f"**Winner: {winner.width} wide**, {lead:.4f} above {second.width} wide, at"
        f" {cost:.2f} times its work per pixel. {_weight(lead)}"
    )


def finding(entries: Sequence[Entry]) -> str:
    """Whether 128 wide beats 256 here."""
    by_width = {entry.width: entry for entry in entries}
    if not set(FINDING) <= set(by_width):
        return "cannot be said, since 128 and 256 were not both trained."
    narrow, wide = (by_width[width] for width in FINDING)
    lead = narrow.score - wide.score
    scores = f"128 wide scores {narrow.score:.4f}, 256 wide {wide.score:.4f}"
    return f"**{'holds' if lead > 0.0 else 'does not hold'}**: {scores}. {_weight(abs(lead))}"


def _weight(lead: float) -> str:
    if lead > SEED_NOISE:
        return f"That is more than another seed changes (about {SEED_NOISE})."
    return f"Another seed changes about {SEED_NOISE}, so one run does not settle it."


def _one_line(text: str) -> str:
    return " ".join(text.split())
