#!/usr/bin/env bash
# What the CUDA runtime's allocators and copies cost on the GPU of this machine, and beside them what ours do, held to
# bench/slo.toml: exit code 5 when that is broken. Prints what bench/results/ keeps.
# usage: bench/runtime.sh PRISM_AI_BINARY COMMIT
set -euo pipefail
cd "$(dirname "$0")/.."

echo "# bench/runtime.sh, commit $2"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | sed 's/^/# /'
built=$(mktemp -d)
trap 'rm -r "$built"' EXIT
for beside in allocations transfers; do
    nvcc -O3 -o "$built/$beside" "bench/$beside.cu"
    "$built/$beside"
done
"$1" bench runtime --json --device cuda --slo bench/slo.toml
