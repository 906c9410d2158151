#!/bin/sh
# Makes the virtual environment of the Python clients, .cache/venv, with exactly the versions of requirements.txt.
# Does nothing when it is there already and up to date.
set -eu
cd "$(dirname "$0")/../../.."
wanted=test/clients/python/requirements.txt
venv=.cache/venv
if [ -x "$venv/bin/python" ] && cmp -s "$wanted" "$venv/requirements.txt"; then
  exit 0
fi
command -v python3 >/dev/null || { echo "The client tests need python3 (3.9 or newer): install it, e.g. apt-get install python3 python3-venv" >&2; exit 1; }
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
cp "$wanted" "$venv/requirements.txt"
