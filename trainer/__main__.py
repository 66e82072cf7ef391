"""``python -m trainer``, which ``chladni train`` starts."""

import sys

from trainer.cli.main import main

if __name__ == "__main__":
    sys.exit(main(name="chladni train"))
