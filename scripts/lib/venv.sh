# shellcheck shell=bash
# Makes .build-venv with the pinned Python tools of the checks, anew when the pins change. Sets $venv.
venv=$PWD/.build-venv
pins=(scripts/lib/python-requirements.txt scripts/lib/python-requirements-alone.txt)
if ! cat "${pins[@]}" | cmp -s - "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "${pins[0]}"
  # Wanted for a file in it, not for what it would bring along.
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "${pins[1]}"
  cat "${pins[@]}" >"$venv/installed.txt"
fi
