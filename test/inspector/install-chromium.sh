#!/bin/sh
# Brings Debian's Chromium where it is missing.
set -eu
[ -x /usr/bin/chromium ] && exit 0
command -v apt-get >/dev/null || { echo "No /usr/bin/chromium, and no apt-get to install it with" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
