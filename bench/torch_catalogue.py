"""Times PyTorch on the sizes of `prism-ai kernels bench`: one JSON object a line.

`beside` names the kernel that does the same, its element type and a part of its sizes.
"""

import json

import torch
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

KINDS = {torch.float16: "f16", torch.bfloat16: "bf16", torch.float32: "f32", torch.float64: "f64"}
COUNT = 67_108_864


def time(what, bytes_moved, run, beside=None, ops=None):
    """Prints the median of 20 runs after 3, all asked for before the first ends, on arrays that no cache holds."""
    events = []
    for _ in range(23):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        events.append((start, end))
    torch.cuda.synchronize()
    median = sorted(start.elapsed_time(end) for start, end in events[3:])[10]
    rates = {"gb_per_s": bytes_moved / median / 1e6, "gop_per_s": ops and ops / median / 1e6}
    print(json.dumps({"torch": what, "median_ms": median, **rates, "beside": beside}))


def maps(dtype):
    """Functions of every element, softmax and layer normalisation, of one type."""
    kind, size = KINDS[dtype], dtype.itemsize
    x = torch.randn(COUNT, device="cuda", dtype=torch.float32).to(dtype)
    y, moved = torch.empty_like(x), 2 * COUNT * size

    def each(what, kernel, run, *, also="", passes=2):
        time(f"{what} {kind}", passes * COUNT * size, run, [kernel, kind, f"n = {COUNT}{also}"])

    time(f"copy {kind}", moved, lambda: y.copy_(x))
    each("relu", "relu", lambda: torch.relu(x))
    each("exp", "elementwise_exp", lambda: torch.exp(x))
    each("sigmoid", "sigmoid", lambda: torch.sigmoid(x))
    each("tanh", "tanh", lambda: torch.tanh(x))
    each("gelu", "gelu_activation", lambda: functional.gelu(x), also=", approximate = 0")
    each("gelu tanh", "gelu_activation", lambda: functional.gelu(x, approximate="tanh"), also=", approximate = 1")
    each("add", "vector_add", lambda: torch.add(x, y), passes=3)
    for rows in (65_536, 16_384, 2_048):
        z = x.view(rows, -1)
        n = z.shape[1]
        gamma, beta = (torch.ones(n, device="cuda", dtype=dtype) for _ in range(2))
        shape, sizes, long = f"{kind} [{rows}, {n}]", f"r = {rows}, n = {n}", "long_" if n > 4_096 else ""
        time(f"softmax {shape}", moved, lambda: torch.softmax(z, -1), [f"softmax_{long}rows", kind, f"{sizes}, repeat"])
        plain = "" if long else ", form"
        normalised = [f"layer_norm_{long}rows", kind, f"{sizes}, m = {n}, b = {n}{plain}"]
        time(f"layer_norm {shape}", moved, lambda: functional.layer_norm(z, (n,), gamma, beta), normalised)


def folds():
    """Sums, extremes, norms and broadcasts of f32."""
    x = torch.randn(65_536, 1_024, device="cuda")
    columns, square, read = x.view(16_384, 4_096), x.view(8_192, 8_192), 4 * x.numel()
    rows, pair = "r = 65536, n = 1024", "c6 = 8192, c7 = 8192, a_along = 192, b_along = "
    time("sum of rows", read, lambda: x.sum(1), ["fold_rows", "f32", f"{rows}, how = 0,"])
    time("sum of columns", read, lambda: columns.sum(0), ["fold_columns", "f32", "n = 16384, i = 4096, how = 0,"])
    time("sum", read, lambda: x.sum(), ["fold_rows", "f32", "r = 1, n = 67108864, how = 0,"])
    time("argmax of rows", read, lambda: x.argmax(1), ["fold_rows", "f32", f"{rows}, how = 10,"])
    time("logsumexp of rows", read, lambda: torch.logsumexp(x, 1), ["fold_rows", "f32", f"{rows}, how = 8,"])
    time("normalize", 2 * read, lambda: functional.normalize(x, dim=1), ["normalize_rows", "f32", f"{rows}, by = 1"])
    time("add a row", 2 * read, lambda: square + square[0], ["broadcast_sum", "f32", f"{pair}128"])
    time("add a column", 2 * read, lambda: square + square[:, :1], ["broadcast_sum", "f32", f"{pair}64"])
    gamma = torch.ones(1_024, device="cuda")
    both = lambda z: functional.gelu(functional.layer_norm(z, (1_024,), gamma, gamma))
    fused = torch.compile(both)
    time("layer_norm, gelu", 2 * read, lambda: both(x))
    sizes = f"{rows}, m = 1024, b = 1024, activation = 2"
    time("layer_norm, gelu, compiled", 2 * read, lambda: fused(x), ["layer_norm_rows", "f32", sizes])


def images():
    """Convolution and batch normalisation, true f32."""
    torch.backends.cudnn.allow_tf32 = False
    image, weight, bias = (torch.randn(*shape, device="cuda") for shape in ((32, 64, 128, 128), (64, 64, 3, 3), (64,)))
    read, normalise = 4 * image.numel(), torch.nn.BatchNorm2d(64).cuda()
    ops, sizes = 2 * image.numel() * 64 * 9, "n = 32, x1 = 64, x2 = 128, x3 = 128, o = 64, cg = 64"
    convolve = lambda: functional.conv2d(image, weight, bias, padding=1)
    time("conv2d without TF32", 2 * read, convolve, ["conv2d_tiled", "f32", sizes], ops)
    time("batch_norm in training", 3 * read, lambda: normalise(image))
    normalise.eval()
    time("batch_norm", 2 * read, lambda: normalise(image), ["batch_norm_apply", "f32", "n = 32, c = 64, s = 16384"])


def lookups():
    """Rows of a table, and random numbers."""
    table, index = torch.randn(50_000, 1_024, device="cuda"), torch.randint(0, 50_000, (262_144,), device="cuda")
    sizes, count = "s = 0, l = 262144, v = 50000, d = 1024", 268_435_456
    moved = 8 * 262_144 * 1_024
    time("embedding", moved, lambda: functional.embedding(index, table), ["table_rows", "f32", sizes])
    time("rand", 4 * count, lambda: torch.rand(count, device="cuda"), ["philox_uniform", "f32", f"n = {count}"])
    time("randn", 4 * count, lambda: torch.randn(count, device="cuda"), ["philox_normal", "f32", f"n = {count}"])


def products():
    """Products of matrices and attention."""
    torch.backends.cuda.matmul.allow_tf32 = False
    for dtype, kernel in ((torch.float16, None), (torch.float32, "gemm_wide"), (torch.float64, None)):
        a, b = (torch.randn(4_096, 4_096, device="cuda").to(dtype) for _ in range(2))
        beside = kernel and [kernel, KINDS[dtype], "m = 4096, n = 4096, k = 4096"]
        time(f"matmul {KINDS[dtype]} 4096", 3 * a.numel() * dtype.itemsize, lambda: a @ b, beside, 2 * 4_096**3)
    backends = [("flash", torch.float16, SDPBackend.FLASH_ATTENTION), ("cuDNN", torch.float16, SDPBackend.CUDNN_ATTENTION)]
    for name, dtype, backend in [*backends, ("f32", torch.float32, SDPBackend.EFFICIENT_ATTENTION)]:
        q, k, v = (torch.randn(8, 16, 2_048, 64, device="cuda").to(dtype) for _ in range(3))
        kernel = "attention_tiles" if dtype == torch.float32 else "attention_mma"
        beside = [kernel, KINDS[dtype], "b = 8, h = 16, lq = 2048, d = 64"] if name != "cuDNN" else None
        with sdpa_kernel(backend):
            attend = lambda: functional.scaled_dot_product_attention(q, k, v)
            time(f"attention, {name}", 4 * q.numel() * dtype.itemsize, attend, beside, 4 * 8 * 16 * 2_048**2 * 64)


print(f"# PyTorch {torch.__version__}")
for element in KINDS:
    maps(element)
folds()
images()
lookups()
products()
