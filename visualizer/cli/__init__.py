"""The command line: ``run_live.py`` and the installed ``chladni``."""

from visualizer.cli.main import main, run_live

__all__ = ["main", "run_live"]
