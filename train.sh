#!/usr/bin/env bash
# Set up what is missing, torch and open_clip too, then train:  ./train.sh [ARGS of train.py]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
"$here/scripts/setup.sh" train
exec "${CHLADNI_VENV:-$here/.venv}/bin/python" "$here/train.py" "$@"
