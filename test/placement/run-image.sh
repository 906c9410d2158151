#!/bin/sh
# usage: run-image.sh ROOTFS UID:GID FOLDER NAME=VALUE… -- PROGRAM ARGS… — runs a program of an unpacked image as a container
# engine does with --read-only: own mounts and processes, no capability, no new privilege, nothing writable.
set -eu
root=$1 user=${2%%:*} group=${2##*:} folder=$3
shift 3
# shellcheck disable=SC2016 # the inner shell's own
exec unshare --mount --pid --ipc --uts --fork --kill-child sh -euc '
  root=$1 user=$2 group=$3 folder=$4
  shift 4
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -o remount,bind,ro "$root"
  exec setpriv --clear-groups --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid \
    unshare --root="$root" --wd="$folder" --setgid "$group" --setuid "$user" "$@"
' sh "$root" "$user" "$group" "$folder" env -i "$@"
