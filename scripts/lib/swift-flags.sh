# shellcheck shell=bash
# Flags that every build shares: other flags mean another build of everything.
# No debug information: a third of the time of a first build. Set OHJAUSTILA_SWIFT_FLAGS to the empty string to have it.
read -r -a swift_flags <<<"${OHJAUSTILA_SWIFT_FLAGS--Xswiftc -gnone}"
export swift_flags
