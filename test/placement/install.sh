#!/bin/sh
# Installs what the placement tests need of Debian and is missing. Needs root, as network namespaces do.
set -eu
missing=""
need() { command -v "$1" >/dev/null || missing="$missing $2"; }
need ip iproute2
need unshare util-linux
need iptables iptables
need nft nftables
need socat socat
need curl curl
[ -z "$missing" ] && exit 0
# shellcheck disable=SC2086 # a list of packages
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
