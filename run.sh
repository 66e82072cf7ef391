#!/usr/bin/env bash
# Set up what is missing, then play:  ./run.sh [ARGS of run_live.py]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
"$here/scripts/setup.sh" live
exec "${CHLADNI_VENV:-$here/.venv}/bin/python" "$here/run_live.py" "$@"
