#!/bin/sh
# Starts a systemd of its own beside the machine's, with the units of a folder and nothing else: in namespaces of its
# own, with its own cgroups, /run, and layers over /etc, /var, /opt and /usr/local that go with it.
#   systemd.sh probe                    only tries whether this machine allows it
#   systemd.sh boot UNITS PROGRAM       UNITS becomes /etc/systemd/system, PROGRAM becomes /opt/rookery
# `boot` prints the process ID that the new systemd has out here. Its end is the end of all that it started.
set -eu
work=/mnt
case $1 in
probe | boot)
  exec unshare --mount "$0" "cgroups-$1" "${2:-}" "${3:-}"
  ;;
cgroups-*)
  mount --make-rprivate /
  mount -t tmpfs tmpfs $work
  mkdir $work/cgroup
  mount -t cgroup2 cgroup2 $work/cgroup
  mkdir "$work/cgroup/rookery-test-$$"
  echo $$ >"$work/cgroup/rookery-test-$$/cgroup.procs"
  exec unshare --cgroup --pid --ipc --uts --fork --kill-child "$0" "init-${1#cgroups-}" "$2" "$3"
  ;;
init-*)
  # /proc is still the machine's.
  read -r pid _ </proc/self/stat
  # Nor must it lie beneath: what may be mounted anew depends on what there is already.
  umount --recursive /proc
  mount -t proc proc /proc
  umount --recursive /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir $work/layers
  for folder in etc var opt usr/local; do
    mkdir -p $work/layers/$folder $work/layers/$folder.work
    mount -t overlay overlay -o lowerdir=/$folder,upperdir=$work/layers/$folder,workdir=$work/layers/$folder.work /$folder
  done
  mount -t tmpfs -o mode=755 tmpfs /run
  mount --make-rshared /
  if [ "$1" = init-probe ]; then exit 0; fi
  rm -rf /etc/systemd/system
  cp -r "$2" /etc/systemd/system
  mkdir -p /opt/rookery
  mount --bind "$3" /opt/rookery
  : >/etc/machine-id
  echo "$pid"
  container=rookery-test exec /lib/systemd/systemd --unit=test.target --log-target=console --log-level=notice --show-status=no
  ;;
esac
