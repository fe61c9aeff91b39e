#!/usr/bin/env bash
# Exports the package into the workspace that TTA_DEV_REPO names, as the script of the Python project did: the same as
#   npm run export -- --to "$TTA_DEV_REPO"
# Arguments are passed on; see --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ ! -d node_modules ]]; then npm ci; fi
exec npm run --silent export -- "$@"
