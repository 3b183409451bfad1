#!/bin/sh
# Says what is missing before make begins: a Python that is new enough, and a pip that can fill another environment.
set -eu
python=${1:-python3}

give_up() {
    echo "lightship: $1" >&2
    exit 1
}

command -v "$python" >/dev/null || give_up "there is no '$python' here. Try: apt-get install python3, or make PY=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    give_up "Python 3.11 or newer is needed; $python is $("$python" -V). Try: make PY=/path/to/python3.11"
"$python" -m pip --version >/dev/null 2>&1 ||
    give_up "$python has no pip. Try: apt-get install python3-pip"
"$python" -c 'import pip, sys; sys.exit(tuple(int(n) for n in pip.__version__.split(".")[:2]) < (22, 3))' ||
    give_up "pip 22.3 or newer is needed, to install into .venv; $("$python" -m pip --version)"
