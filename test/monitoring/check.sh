#!/bin/sh
# Checks what docs/monitoring/ offers: configuration, rules and their tests by promtool, the dashboard and the metrics
# themselves against a served emulator. promtool comes from Debian's package prometheus.
set -eu
if ! command -v promtool >/dev/null; then
  command -v apt-get >/dev/null || { echo "No promtool, and no apt-get to install prometheus with" >&2; exit 1; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends prometheus
fi
cd "$(dirname "$0")/../.."
promtool check config --syntax-only docs/monitoring/prometheus.yml
promtool check rules docs/monitoring/alerts.yml
promtool test rules docs/monitoring/alerts.test.yml
node test/monitoring/check.ts
