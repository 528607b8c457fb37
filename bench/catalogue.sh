#!/usr/bin/env bash
# Times the catalogue's kernels on the GPU of this machine, PyTorch beside them, and prints what bench/results/ keeps.
# usage: bench/catalogue.sh PRISM_AI_BINARY COMMIT
set -euo pipefail
cd "$(dirname "$0")/.."

echo "# bench/catalogue.sh, commit $2"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | sed 's/^/# /'
"$1" kernels bench --json --device cuda $("$1" kernels list --kernels --json | python3 -c '
import json, sys

for kernel in json.load(sys.stdin):
    if kernel["family"] not in ("ksg", "knn"):
        print(kernel["name"])
')
python3 bench/torch_catalogue.py
