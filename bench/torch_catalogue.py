"""Times PyTorch on the sizes of `prism-ai kernels bench`: one line an operation, type and size."""

import torch

MIB_64 = 67_108_864


def time(what, elements, moved, run):
    """Prints the median of 20 runs after 3, each on arrays that no cache holds."""
    for _ in range(3):
        run()
    times = []
    for _ in range(20):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    median = sorted(times)[10]
    print(f"torch {what:<40} {median:9.4f} ms  {elements * moved / median / 1e6:7.1f} GB/s")


print(f"torch {torch.__version__}")
for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
    name, size = str(dtype)[6:], torch.tensor([], dtype=dtype).element_size()
    x = torch.randn(MIB_64, device="cuda", dtype=torch.float32).to(dtype)
    y = torch.empty_like(x)
    time(f"copy {name}", x.numel(), 2 * size, lambda: y.copy_(x))
    time(f"relu {name}", x.numel(), 2 * size, lambda: torch.relu(x))
    time(f"exp {name}", x.numel(), 2 * size, lambda: torch.exp(x))
    time(f"sigmoid {name}", x.numel(), 2 * size, lambda: torch.sigmoid(x))
    time(f"tanh {name}", x.numel(), 2 * size, lambda: torch.tanh(x))
    time(f"gelu {name}", x.numel(), 2 * size, lambda: torch.nn.functional.gelu(x))
    time(f"gelu tanh {name}", x.numel(), 2 * size, lambda: torch.nn.functional.gelu(x, approximate="tanh"))
    time(f"add {name}", x.numel(), 3 * size, lambda: torch.add(x, y))
    for rows in (65_536, 16_384, 2_048):
        z = x.view(rows, -1)
        n = z.shape[1]
        gamma, beta = (torch.ones(n, device="cuda", dtype=dtype) for _ in range(2))
        time(f"softmax {name} [{rows}, {n}]", z.numel(), 2 * size, lambda: torch.softmax(z, -1))
        time(
            f"layer_norm {name} [{rows}, {n}]",
            z.numel(),
            2 * size,
            lambda: torch.nn.functional.layer_norm(z, (n,), gamma, beta),
        )

torch.backends.cudnn.allow_tf32 = False
image, weight, bias = (torch.randn(*shape, device="cuda") for shape in ((32, 64, 128, 128), (64, 64, 3, 3), (64,)))
outputs = 32 * 64 * 128 * 128
time("conv2d float32, no TF32", outputs, 8, lambda: torch.nn.functional.conv2d(image, weight, bias, padding=1))

functional = torch.nn.functional
torch.backends.cuda.matmul.allow_tf32 = False


def rate(what, flops, run):
    """Prints the median as `time` does, with arithmetic a second."""
    time(what, flops / 1e3, 1, run)


x = torch.randn(65_536, 1_024, device="cuda")
columns, gamma = x.view(16_384, 4_096), torch.ones(1_024, device="cuda")
size = x.numel()
time("sum float32 [65536, 1024], 1", size, 4, lambda: x.sum(1))
time("sum float32 [16384, 4096], 0", size, 4, lambda: columns.sum(0))
time("sum float32 [67108864]", size, 4, lambda: x.sum())
time("argmax float32 [65536, 1024], 1", size, 4, lambda: x.argmax(1))
time("logsumexp float32 [65536, 1024], 1", size, 4, lambda: torch.logsumexp(x, 1))
time("normalize float32 [65536, 1024]", size, 8, lambda: functional.normalize(x, dim=1))
square = x.view(8_192, 8_192)
time("add float32 [8192, 8192] + [8192]", size, 8, lambda: square + square[0])
time("add float32 [8192, 8192] + [8192, 1]", size, 8, lambda: square + square[:, :1])
time("layer_norm, gelu float32 [65536, 1024]", size, 8,
     lambda: functional.gelu(functional.layer_norm(x, (1_024,), gamma, gamma)))
fused = torch.compile(lambda z: functional.gelu(functional.layer_norm(z, (1_024,), gamma, gamma)))
time("layer_norm, gelu compiled float32 [65536, 1024]", size, 8, lambda: fused(x))
normalise = torch.nn.BatchNorm2d(64).cuda()
time("batch_norm training float32 32x64x128x128", image.numel(), 12, lambda: normalise(image))
normalise.eval()
time("batch_norm float32 32x64x128x128", image.numel(), 8, lambda: normalise(image))
table, index = torch.randn(50_000, 1_024, device="cuda"), torch.randint(0, 50_000, (262_144,), device="cuda")
time("embedding float32 [50000, 1024], 262144", 262_144 * 1_024, 8, lambda: functional.embedding(index, table))
for dtype in (torch.float16, torch.float32, torch.float64):
    n = 4_096
    a, b = (torch.randn(n, n, device="cuda").to(dtype) for _ in range(2))
    rate(f"matmul {str(dtype)[6:]} {n} (Gop/s)", 2 * n**3 * 1e3, lambda: a @ b)
for dtype in (torch.float16, torch.float32):
    q, k, v = (torch.randn(8, 16, 2_048, 64, device="cuda").to(dtype) for _ in range(3))
    flops = 4 * 8 * 16 * 2_048**2 * 64
    rate(f"attention {str(dtype)[6:]} [8, 16, 2048, 64] (Gop/s)", flops * 1e3,
         lambda: functional.scaled_dot_product_attention(q, k, v))
time("rand float32", size, 4, lambda: torch.rand(size, device="cuda"))
time("randn float32", size, 4, lambda: torch.randn(size, device="cuda"))
