"""Train a style from a sentence. ``python train.py --help`` tells all."""

import importlib.util
import sys

if __name__ == "__main__":
    if importlib.util.find_spec("click") is None:
        sys.exit("error: nothing is installed for this Python; run ./train.sh, which sets it up")
    from trainer.cli.main import main

    sys.exit(main())
