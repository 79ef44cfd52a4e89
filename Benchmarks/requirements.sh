#!/usr/bin/env bash
# Checks what measuring needs; installs what Debian has when that is possible, else says what to do.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v wrk >/dev/null || missing+=(wrk)
command -v curl >/dev/null || missing+=(curl)
command -v openssl >/dev/null || missing+=(openssl)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
command -v setpriv >/dev/null || missing+=(util-linux)
# In Debian's packages pgbench comes with the server's programs.
compgen -G '/usr/lib/postgresql/*/bin/pgbench' >/dev/null || command -v pgbench >/dev/null || missing+=(postgresql-contrib)

if ((${#missing[@]})); then
  if [[ $(id -u) == 0 ]]; then
    as_root=(env)
  elif sudo -n true 2>/dev/null; then
    as_root=(sudo env)
  else
    as_root=()
  fi
  if ! command -v apt-get >/dev/null || ((${#as_root[@]} == 0)); then
    echo "Missing: ${missing[*]}. Install them, for example: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing: ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq </dev/null
  "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    </dev/null >/dev/null
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
