#!/usr/bin/env bash
# The one place that installs.   scripts/setup.sh live|train|test
#
#   live    what run_live.py needs: no torch
#   train   live, and torch and open_clip
#   test    train, and what the checks need (a virtual screen, a virtual microphone)
#
# A larger set-up satisfies a smaller one, and none takes anything away. The environment is
# $CHLADNI_VENV, or .venv beside this checkout. When nothing is to do it ends within a moment.
set -euo pipefail

level="${1:-live}"
case "$level" in
    live) rank=1 extra="" ;;
    train) rank=2 extra="[train]" ;;
    test) rank=3 extra="[test]" ;;
    *) echo "error: the set-up got '$level', expected live, train or test" >&2; exit 2 ;;
esac

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="${CHLADNI_VENV:-$here/.venv}"
stamp="$venv/.chladni-setup"

# What was installed last: level, checkout, and what its requirements said then.
digest="$(cat "$here/pyproject.toml" "$here/constraints.txt" | sha256sum | cut -d' ' -f1)"
done_rank=0
if [[ -f "$stamp" && -x "$venv/bin/python" ]]; then
    { read -r old_rank; read -r old_digest; read -r old_here; } < "$stamp" || true
    if [[ "${old_digest:-}" == "$digest" && "${old_here:-}" == "$here" ]]; then
        done_rank="${old_rank:-0}"
    fi
    # An older stamp still tells how much is to be renewed.
    if ((${old_rank:-0} > rank)); then
        rank="$old_rank"
        [[ "$rank" == 3 ]] && extra="[test]" || extra="[train]"
    fi
fi
((done_rank >= rank)) && exit 0

# --- system packages, Debian and its kin; elsewhere pip's wheels and the system's GL do
packages=(python3-venv python3-dev gcc g++ pkg-config portaudio19-dev
    libegl1 libgl1 libgl1-mesa-dri libglx-mesa0)
((rank >= 3)) && packages+=(xvfb xdotool pulseaudio pulseaudio-utils libasound2-plugins liblo-tools iproute2
    jackd2 fluidsynth timgm6mb-soundfont)
if command -v dpkg-query >/dev/null; then
    missing=()
    for package in "${packages[@]}"; do
        status="$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)"
        [[ "$status" == "install ok installed" ]] || missing+=("$package")
    done
    if ((${#missing[@]})); then
        if [[ "$(id -u)" == 0 ]]; then
            as_root=()
        elif command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
        else
            echo "error: system packages are missing; type: apt-get install ${missing[*]}" >&2
            exit 1
        fi
        echo "installing system packages: ${missing[*]}" >&2
        export DEBIAN_FRONTEND=noninteractive
        "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
            "${as_root[@]}" apt-get update -q >/dev/null
            "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
        }
    fi
fi

# --- Python packages
if [[ ! -x "$venv/bin/python" ]]; then
    echo "making the environment $venv" >&2
    python="${PYTHON:-python3}"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo "error: $("$python" --version) is too old, expected 3.11 or newer; set PYTHON=/path/to/python3" >&2
        exit 1
    }
    "$python" -m venv "$venv"
fi
echo "installing Python packages ($level)" >&2
"$venv/bin/python" -m pip install -q --disable-pip-version-check \
    --constraint "$here/constraints.txt" --editable "$here$extra"
# pip compiles what it installs, which this is not: the first show comes .2 s sooner.
"$venv/bin/python" -m compileall -q "$here/visualizer"

printf '%s\n%s\n%s\n' "$rank" "$digest" "$here" > "$stamp.new"
mv "$stamp.new" "$stamp"
