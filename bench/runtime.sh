#!/usr/bin/env bash
# What the runtime costs on the GPU of this machine, and the CUDA runtime's allocators beside it; prints what bench/results/ keeps.
# usage: bench/runtime.sh PRISM_AI_BINARY COMMIT
set -euo pipefail
cd "$(dirname "$0")/.."

echo "# bench/runtime.sh, commit $2"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | sed 's/^/# /'
"$1" bench runtime --json --device cuda
built=$(mktemp -d)
trap 'rm -r "$built"' EXIT
nvcc -O3 -o "$built/allocations" bench/allocations.cu
"$built/allocations"
