#!/bin/sh
# Installs what the placement tests need and is missing: packages of Debian, and .cache/placement-venv. Needs root, as network namespaces do.
set -eu
missing=""
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
need ip iproute2
need unshare util-linux
need iptables iptables
need nft nftables
need socat socat
need curl curl
need setpriv util-linux
need buildah buildah
need systemd-socket-activate systemd
need systemd-analyze systemd
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# The published schemas of Kubernetes, Compose and GitHub, each in a package that checks by them.
wanted=test/placement/requirements.txt
venv=.cache/placement-venv
cmp -s "$wanted" "$venv/requirements.txt" && exit 0
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
cp "$wanted" "$venv/requirements.txt"
