# shellcheck shell=bash
# Sourced by what checks requirements: which of Debian's packages are missing, and their installation.
missing=()

need() { # need PACKAGE COMMAND...: the package is missing unless the command succeeds
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

has() { command -v "$1"; }

require_root() { # sets as_root, or says what to install and ends
  as_root=()
  if [[ $(id -u) == 0 ]]; then
    as_root=(env)
  elif sudo -n true 2>/dev/null; then
    as_root=(sudo env)
  fi
  if ! command -v apt-get >/dev/null || ((${#as_root[@]} == 0)); then
    echo "Missing: ${missing[*]}. Install them, for example: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing: ${missing[*]}" >&2
}

install_missing() { # after require_root
  "${as_root[@]}" apt-get update -qq </dev/null
  # Whoever else installs something at the moment is waited for.
  "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=600 "${missing[@]}" </dev/null >/dev/null
}
