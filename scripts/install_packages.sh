#!/bin/sh
# Installs the Debian packages that are missing, as root or through sudo without a password.
set -eu
missing=
for package in "$@"; do
    dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo --non-interactive true 2>/dev/null; then
    as_root="sudo --non-interactive"
else
    echo "Some packages are missing. Install them, then try again: sudo apt install$missing" >&2
    exit 1
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
# shellcheck disable=SC2086 - a list of words
$as_root apt-get -qq install --no-install-recommends $missing >/dev/null
