"""The command line: ``run_live.py`` and the installed ``chladni``."""

import os

# NumPy's threads would spin beside the show, and nothing here is large enough to need them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from visualizer.cli.main import main, run_live

__all__ = ["main", "run_live"]
