#!/bin/sh
# Makes .venv with the Python given. Debian keeps the part that does so in a package of its own,
# which is installed where that is allowed, and named where it is not.
set -eu
python=$1

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Visionapp needs Python 3.11 or newer; “$python” is not. Try: make run PYTHON=python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    sh "$(dirname "$0")/install_packages.sh" python3-venv
fi
"$python" -m venv .venv
