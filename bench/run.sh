#!/usr/bin/env bash
# Times the main job on the GPU of this machine and prints what bench/results/ keeps.
# usage: bench/run.sh PRISM_AI_BINARY COMMIT
set -euo pipefail
cd "$(dirname "$0")/.."
prism=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "# bench/run.sh, commit $2"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | sed 's/^/# /'

echo "## Kernels: one TE is fused_small_te, or fused_distance_kth + fused_te_reduction; random normal points"
"$prism" kernels bench --device cuda fused_small_te fused_distance_kth fused_te_reduction surrogate_sources

echo "## Network: 32 channels x 10,000 samples x 100 surrogates, whole program"
python3 bench/make_network.py 32 10000 "$scratch/network.npy"
for precision in f64 f32; do
    for run in 1 2 3; do
        start=$(date +%s%N)
        "$prism" te "$scratch/network.npy" --surrogates 100 --precision $precision --device cuda --quiet \
            --out "$scratch/result" --force >/dev/null
        echo "$precision run $run: $((($(date +%s%N) - start) / 1000000)) ms"
    done
done

echo "## Start-up"
for run in 1 2 3; do
    start=$(date +%s%N)
    "$prism" --help >/dev/null
    echo "--help run $run: $((($(date +%s%N) - start) / 1000000)) ms"
done

echo "## PyTorch, same GPU, same run"
python3 bench/torch_ksg.py 1000 10000 30000
