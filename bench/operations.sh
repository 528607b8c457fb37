#!/usr/bin/env bash
# Times whole operations on the GPU of this machine: what kernels bench cannot, as they are several kernels.
# usage: bench/operations.sh PRISM_AI_BINARY COMMIT
set -euo pipefail
binary=$(realpath "$1")
echo "# bench/operations.sh, commit $2"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader | sed 's/^/# /'
cd "$(mktemp -d)"
python3 -c '
import numpy

random = numpy.random.default_rng(1)
numpy.save("noise.npy", random.random((1, 1024, 1024), dtype=numpy.float32))
y, x = numpy.mgrid[0:1024, 0:1024] / 1024
smooth = numpy.sin(20 * x) * numpy.cos(17 * y) + 0.3 * numpy.sin(53 * x * y)
numpy.save("smooth.npy", smooth.astype(numpy.float32)[None])
numpy.save("many.npy", random.random((1000, 256, 256), dtype=numpy.float32))
numpy.save("mask.npy", (random.random((1, 4096, 4096)) < 0.55).astype(numpy.uint8))
numpy.save("grey.npy", random.integers(0, 256, (1, 1024, 1024), dtype=numpy.uint8))
numpy.save("logits.npy", random.standard_normal((256, 50257), dtype=numpy.float32))
walks = numpy.cumsum(random.standard_normal((10_000, 1000), dtype=numpy.float32), 1)
numpy.save("walks.npy", numpy.tile(walks, (100, 1)))
'
timed() {
    echo -n "$* | "
    "$binary" kernels run "$@" --device cuda --time 10
}
timed pixel_tda --input image=noise.npy --output dim=out.npy
timed pixel_tda --input image=smooth.npy --output dim=out.npy
timed pixel_tda --input image=many.npy --output dim=out.npy
timed image_segmentation --input image=mask.npy --output labels=out.npy
timed pixel_entropy --input image=grey.npy --output entropy=out.npy
timed top_k_sampling --input logits=logits.npy --output token=out.npy --param k=50 --param p=0.9
timed ar_forecast --input y=walks.npy --param p=8 --output forecast=out.npy
