"""Play live, or turn a song into a film. ``python run_live.py --help`` tells all."""

import os
import sys

# NumPy's threads would spin beside the start, and nothing here is large enough to need them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from visualizer.cli import run_live

if __name__ == "__main__":
    sys.exit(run_live())
