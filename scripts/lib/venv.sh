# shellcheck shell=bash
# Makes .build-venv with the pinned Python tools of the checks, anew when the pins change. Sets $venv.
venv=$PWD/.build-venv
if ! cmp -s scripts/lib/python-requirements.txt "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement scripts/lib/python-requirements.txt
  cp scripts/lib/python-requirements.txt "$venv/installed.txt"
fi
