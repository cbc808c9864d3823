#!/bin/sh
# What a platform starts: serve the schedule from this directory, which may be read-only, until SIGTERM.
#
# usage: ./run.sh [[--port] N]
#
# The port is the argument, else _BYTEFAAS_RUNTIME_PORT, _FAAS_RUNTIME_PORT, PORT, else 8000. The settings
# are in README.md.
set -eu
export PORT="${PORT:-8000}"
exec "$(dirname -- "$(readlink -f -- "$0")")/scripts/serve" "$@"
