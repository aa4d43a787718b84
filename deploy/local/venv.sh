#!/bin/sh
# Makes .venv from requirements-dev.txt, once for each state of that file. Speaks on stderr only:
# the commands built on it print to stdout what others read.
set -eu
cd "$(dirname "$0")/../.."

lock=requirements-dev.txt
stamp=.venv/.lock.sha256
wanted=$(sha256sum "$lock" | cut -d' ' -f1)
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }
fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# One at a time: two commands started together would spoil each other's installation.
mkdir -p .cache
exec 9>.cache/venv.lock
if command -v flock >/dev/null 2>&1; then flock 9; fi
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

python=
for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    say "Python 3.11 or later is needed (Debian 12, Ubuntu 24.04 have it). As root:"
    say "  apt-get update && apt-get install -y --no-install-recommends python3 python3-venv"
    exit 1
fi

if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing python3-venv"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends python3-venv; } \
            </dev/null >&2
    fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        say "Python's venv module is missing. As root:"
        say "  apt-get update && apt-get install -y --no-install-recommends python3-venv"
        exit 1
    fi
fi

say "installing the Python packages into .venv"
if ! [ -x .venv/bin/python ] || ! fits .venv/bin/python; then
    rm -rf .venv
    "$python" -m venv .venv
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" >&2
printf '%s\n' "$wanted" >"$stamp"
