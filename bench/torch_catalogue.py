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
