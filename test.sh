#!/usr/bin/env bash
# Set up what is missing, then run every check:  ./test.sh [ARGS of pytest]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
"$here/scripts/setup.sh" test
cd "$here"
bin="${CHLADNI_VENV:-$here/.venv}/bin"
"$bin/ruff" format --check .
"$bin/ruff" check .
"$bin/mypy"
exec "$bin/python" -m pytest "$@"
