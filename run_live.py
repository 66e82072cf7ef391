"""Play live, or turn a song into a film. ``python run_live.py --help`` tells all."""

import sys

from visualizer.cli import run_live

if __name__ == "__main__":
    sys.exit(run_live())
