#!/bin/sh
# Runs as root while the dev container's image is built; PACKAGE is the feature's option. SHARE is where start.sh goes.
set -eu
share=${SHARE:-/usr/local/share/gce-metadata-emulator}
npm install --global --no-audit --no-fund "${PACKAGE:-gce-metadata-emulator@0.1.0}"
mkdir -p "$share"
cat >"$share/start.sh" <<'START'
#!/bin/sh
# The container's entrypoint: the server in the background, then what the container is for.
gce-metadata-emulator serve --port "${GCE_METADATA_HOST##*:}" >/tmp/gce-metadata-emulator.log 2>&1 &
exec "$@"
START
chmod 755 "$share/start.sh"
