#!/usr/bin/env bash
# Checks what measuring needs; installs what Debian has when that is possible, else says what to do.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/lib/packages.sh
. scripts/lib/packages.sh

need wrk has wrk
need curl has curl
need openssl has openssl
need python3 has python3
need python3-venv python3 -c 'import ensurepip, venv'
need util-linux has setpriv
# In Debian's packages pgbench comes with the server's programs.
has pgbench >/dev/null || need postgresql-contrib compgen -G '/usr/lib/postgresql/*/bin/pgbench'
if ((${#missing[@]})); then
  require_root
  install_missing
fi

# nginx is wanted as a program only: installed, Debian would also start it on port 80. So it is unpacked here.
if ! command -v nginx >/dev/null && [[ ! -x .build/bench/usr/sbin/nginx ]]; then
  mkdir -p .build/bench
  (
    cd .build/bench
    apt-get download -qq nginx >/dev/null 2>&1 || { apt-get update -qq && apt-get download -qq nginx; } >/dev/null 2>&1
    dpkg-deb -x nginx_*.deb . && rm nginx_*.deb
  ) || {
    echo "Missing: nginx, which could not be downloaded either. Install it, for example: sudo apt-get install nginx" >&2
    exit 1
  }
fi

# FastAPI, a floor of requests, and what makes keys to rotate, in an environment of their own.
environment=.build/bench/venv
if ! cmp -s Benchmarks/fastapi/requirements.txt "$environment/installed.txt"; then
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement Benchmarks/fastapi/requirements.txt
  cp Benchmarks/fastapi/requirements.txt "$environment/installed.txt"
fi
