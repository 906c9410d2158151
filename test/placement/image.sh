#!/bin/sh
# usage: image.sh FOLDER — builds the Dockerfile by buildah and leaves the image's files in FOLDER/rootfs and its
# configuration in FOLDER/image.json. No registry of images is asked: the base is this machine's shell and npm with the
# Node of `npm ci`, in the place of the official image.
set -eu
folder=$1
base=$folder/base
node=$(readlink -f node_modules/node/bin/node)
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
for part in usr/local/bin usr/local/lib/node_modules usr/bin bin etc/ssl/certs tmp proc dev sys; do mkdir -p "$base/$part"; done
chmod 1777 "$base/tmp"
cp "$node" "$base/usr/local/bin/node"
cp -r "$npm" "$base/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$base/usr/local/bin/npm"
cp -L /bin/sh "$base/bin/sh"
cp -L /usr/bin/env "$base/usr/bin/env"
cp -L /etc/ssl/certs/ca-certificates.crt "$base/etc/ssl/certs/"
for program in "$node" /bin/sh /usr/bin/env; do ldd "$program"; done | grep -o '/[^ ]*' | sort -u | while read -r library; do
  [ -e "$base$library" ] || cp -L --parents "$library" "$base"
done

# A store of its own: nothing of the machine's images is seen or changed.
local_buildah() { buildah --root "$folder/store" --runroot "$folder/run" "$@"; }
container=$(local_buildah from scratch)
local_buildah add -q "$container" "$base" / >/dev/null
local_buildah config --env PATH=/usr/local/bin:/usr/bin:/bin "$container"
# npm in the build trusts whom this machine trusts.
local_buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
local_buildah commit -q "$container" localhost/node >/dev/null
local_buildah build -q --isolation chroot --network host --format docker \
  --build-arg NODE_IMAGE=localhost/node -t localhost/gce-metadata-emulator . >/dev/null
built=$(local_buildah from --pull-never localhost/gce-metadata-emulator)
mkdir "$folder/rootfs"
cp -a "$(local_buildah mount "$built")/." "$folder/rootfs"
local_buildah inspect --type image localhost/gce-metadata-emulator >"$folder/image.json"
local_buildah rm --all >/dev/null
