#!/bin/sh
# Makes .venv with the pinned dependencies, and nothing else. Quick when it is there already.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/installed.lock
if [ -x .venv/bin/python ] && cmp -s requirements.lock "$stamp" && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
python=
for name in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14}; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c "$new_enough" 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "Assay needs Python 3.11 or newer, and found none. Install it (Debian: apt-get install python3 python3-venv)," >&2
    echo "or name it: make install PYTHON=/path/to/python3" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Python's venv module is missing. Install it (Debian: apt-get install python3-venv), then try again." >&2
    exit 1
fi

echo "Installing the pinned dependencies into .venv …"
# A .venv that was moved, or whose Python is gone, cannot be mended.
if ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv
fi
# Not compiled ahead: most of what the packages bring is never imported, and what is, is compiled when it is.
.venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock
cp requirements.lock "$stamp"
