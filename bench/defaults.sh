#!/usr/bin/env bash
# Times kernels on the GPU of this machine, and beside each a stated default: its source with narrow loads (scalar_loads.py says
# what that is), 256 threads a block where its declaration lists them; 1024, as cudarc launches, beside that.
# usage: bench/defaults.sh PRISM_AI_BINARY COMMIT [KERNEL...]
set -euo pipefail
cd "$(dirname "$0")/.."

echo "# bench/defaults.sh, commit $2"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | sed 's/^/# /'
narrow=$(mktemp -d)
trap 'rm -r "$narrow"' EXIT
python3 bench/scalar_loads.py crates/prism-kernels/ptx "$narrow"
"$1" kernels bench --json --device cuda --defaults "$narrow" "${@:3}"
