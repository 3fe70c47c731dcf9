# Shared by the scripts here: one clear line for each thing that can go wrong.
# shellcheck shell=sh

# say WORDS… — progress, on standard error.
say() { printf '%s\n' "$*" >&2; }

# die WORDS… — the reason and the remedy in one line, then exit.
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# as_root COMMAND… — with sudo when that is needed.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    die "'$1' needs root: run this as root, or install sudo"
  fi
}

# need_packages PACKAGE… — installs Debian packages that are missing. Daemons among them are not started: Debian asks
# policy-rc.d first, and 101 is its word for "no" (invoke-rc.d(8)).
need_packages() {
  missing=''
  for package in "$@"; do
    if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
      missing="$missing $package"
    fi
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null 2>&1 || die "missing:$missing; install them with your package manager"
  say "installing$missing"
  as_root apt-get -o DPkg::Lock::Timeout=300 -qq update || die "apt-get update failed: is the network up?"
  # shellcheck disable=SC2086,SC2016
  as_root env DEBIAN_FRONTEND=noninteractive sh -c '
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      trap "rm -f $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" >"$policy"
      chmod 755 "$policy"
    fi
    apt-get -o DPkg::Lock::Timeout=300 -qq -y install --no-install-recommends "$@" >/dev/null
  ' sh $missing || die "these packages can't be installed:$missing"
}

# package_mirror — prints the address of the first package mirror in the host's apt configuration; nothing if there is none.
package_mirror() {
  mirror=$(awk '$1 == "deb" && $2 ~ /^https?:/ { print $2; exit }' /etc/apt/sources.list 2>/dev/null || true)
  [ -n "$mirror" ] || mirror=$(awk '$1 == "URIs:" { print $2; exit }' /etc/apt/sources.list.d/*.sources 2>/dev/null || true)
  [ -z "$mirror" ] || echo "$mirror"
}
