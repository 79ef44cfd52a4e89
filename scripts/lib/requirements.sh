#!/usr/bin/env bash
# Checks what building, running and testing need; installs what Debian has when that is possible, else says what to do.
# Usage: scripts/lib/requirements.sh [build] [run] [test] [browser]      (default: all four)
set -euo pipefail

purposes=" ${*:-build run test browser} "
# shellcheck source=scripts/lib/packages.sh
. "$(dirname "$0")/packages.sh"

for_purpose() { [[ $purposes == *" $1 "* ]]; }

postgresql_server() { # 15 or later
  local server
  for server in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres; do
    [[ -x $server ]] && (($("$server" --version | grep -oE '[0-9]+' | head -n 1) >= 15)) && return 0
  done
  return 1
}

if for_purpose build; then
  need git has git
  need pkg-config has pkg-config # without it SwiftPM does not find libpq in Debian's multiarch folder
  need libpq-dev test -e /usr/include/postgresql/libpq-fe.h
  need libcurl4-openssl-dev pkg-config --atleast-version=7.85 libcurl
fi
if for_purpose run; then
  need postgresql postgresql_server
  need tzdata test -e /usr/share/zoneinfo/Europe/Helsinki
fi
if for_purpose test; then
  need openssl has openssl
  need unzip has unzip
  need curl has curl
  need procps has pgrep
  need wget has wget
  need aria2 has aria2c
  need p7zip-full has 7z
  need libarchive-tools has bsdtar
  need default-jdk-headless has jar
  need clamav-daemon test -x /usr/sbin/clamd
  need python3 has python3
  need python3-venv python3 -c 'import ensurepip, venv'
fi

if for_purpose browser; then
  need chromium has chromium
  need chromium-driver has chromedriver
  need python3 has python3
  need python3-venv python3 -c 'import ensurepip, venv'
fi

if ((${#missing[@]})); then
  require_root
  if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    # Only the server's programs are wanted: Debian would also make a cluster and start it on port 5432.
    "${as_root[@]}" mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' |
      "${as_root[@]}" tee /etc/postgresql-common/createcluster.d/ohjaustila.conf >/dev/null
  fi
  daemons=()
  if [[ " ${missing[*]} " == *" clamav-daemon "* ]]; then
    # Likewise: no clamd of the system's, and no freshclam that fetches signatures; tests bring their own.
    daemons=(clamav-daemon)
    [[ -x /usr/bin/freshclam ]] || daemons+=(clamav-freshclam)
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
      printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
      "${as_root[@]}" chmod +x /usr/sbin/policy-rc.d
      trap '"${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
    fi
  fi
  install_missing
  # Nor after the machine's next start.
  for daemon in "${daemons[@]}"; do "${as_root[@]}" update-rc.d "$daemon" disable >/dev/null; done
fi

if for_purpose build; then
  version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+' || true)
  if [[ -z $version ]] || ((${version%%.*} * 100 + ${version##*.} < 602)); then
    cat >&2 <<END
Swift 6.2 or later is needed; found: ${version:-none}. Install it from https://www.swift.org/install/linux/, for example:
  curl -fsSLO "https://download.swift.org/swiftly/linux/swiftly-\$(uname -m).tar.gz" && tar zxf swiftly-*.tar.gz
  ./swiftly init && . "\${SWIFTLY_HOME_DIR:-\$HOME/.local/share/swiftly}/env.sh"
END
    exit 1
  fi
fi
