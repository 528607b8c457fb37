"""KSG transfer entropy (algorithm 1, k = 4, histories 1) by brute force in eager PyTorch, f32: what to beat.

usage: python3 bench/torch_ksg.py N...
"""

import statistics
import sys

import torch


def transfer_entropy(y, z, x, k=4, rows=4096):
    joint = torch.stack([z, y, x], 1)
    n = len(z)
    total = torch.zeros((), dtype=torch.float64, device=z.device)
    for start in range(0, n, rows):
        query = joint[start : start + rows]
        distance = (query[:, None, :] - joint[None, :, :]).abs()
        eps = distance.amax(2).topk(k + 1, dim=1, largest=False).values[:, -1:]
        near_z = distance[:, :, 0] < eps
        n_z = near_z.sum(1)
        n_yz = (near_z & (distance[:, :, 1] < eps)).sum(1)
        n_xz = (near_z & (distance[:, :, 2] < eps)).sum(1)
        term = torch.digamma(n_xz.double()) + torch.digamma(n_yz.double()) - torch.digamma(n_z.double())
        total += term.sum()
    return torch.digamma(torch.tensor(float(k))).double().item() - (total / n).item()


for n in map(int, sys.argv[1:]):
    torch.manual_seed(1)
    z, y, x = torch.randn(3, n, device="cuda")
    times = []
    for repetition in range(8):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        transfer_entropy(y, z, x)
        end.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(end))
    print(f"torch {torch.__version__} eager, n = {n}: {statistics.median(times[3:]):.3f} ms")
