#!/bin/sh
# Makes .cache/openapi-venv: schemathesis, with exactly the packages of requirements.txt (requirements.in and
# `pip-compile --generate-hashes` make that file). Does nothing when it is there already and up to date.
set -eu
cd "$(dirname "$0")/../.."
wanted=test/openapi/requirements.txt
venv=.cache/openapi-venv
cmp -s "$wanted" "$venv/requirements.txt" && exit 0
command -v python3 >/dev/null || { echo "npm run test:openapi needs python3 (3.11 or newer): install it, e.g. apt-get install python3 python3-venv" >&2; exit 1; }
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$wanted"
cp "$wanted" "$venv/requirements.txt"
