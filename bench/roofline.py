"""Makes bench/results/h200-catalogue.{json,md} of what bench/catalogue.sh printed.

usage: bench/roofline.py OUTPUT_OF_CATALOGUE_SH
"""

import json
import pathlib
import re
import sys

RESULTS = pathlib.Path(__file__).parent / "results"


def ceiling(element, copies):
    """The bandwidth of PyTorch's copy for elements of the same width; of f32 where there is none."""
    return copies.get({"f16": "float16", "bf16": "bfloat16", "f64": "float64"}.get(element, "float32"))


def main(path):
    text = pathlib.Path(path).read_text().splitlines()
    header = [line[2:] for line in text if line.startswith("# ")]
    rows = [json.loads(line) for line in text if line.startswith("{")]
    torch = [line for line in text if line.startswith("torch ")]
    copies = {m[1]: float(m[2]) for line in torch if (m := re.match(r"torch copy (\w+) .* ([\d.]+) GB/s", line))}
    for row in rows:
        row["share_of_copy"] = row["gb_per_s"] / ceiling(row["element"], copies)
    whole = {"measured": header, "copy_gb_per_s": copies, "kernels": rows, "torch": torch}
    (RESULTS / "h200-catalogue.json").write_text(json.dumps(whole, indent=1) + "\n")
    (RESULTS / "h200-catalogue.md").write_text("\n".join(page(header, copies, rows, torch)) + "\n")


def page(header, copies, rows, torch):
    yield "# Kernels on an NVIDIA H200, beside its bandwidth"
    yield ""
    yield "; ".join(header) + ". `bench/roofline.py` makes this page of what it prints."
    yield ""
    yield "Bytes are those of the arguments, each counted once, those changed in place twice; the share is of the bandwidth"
    yield "of PyTorch's copy: "
    yield ", ".join(f"{name} {rate:.0f} GB/s" for name, rate in copies.items()) + "."
    yield ""
    yield "| kernel | type | sizes | ms | GB/s | share | Gop/s |"
    yield "|---|---|---|---|---|---|---|"
    for r in rows:
        ops = f"{r['gop_per_s']:.0f}" if r["gop_per_s"] else ""
        yield (
            f"| {r['kernel']} | {r['element']} | {r['sizes']} | {r['median_ms']:.4f} | {r['gb_per_s']:.0f} "
            f"| {100 * r['share_of_copy']:.0f} % | {ops} |"
        )
    yield ""
    yield "## PyTorch in the same place"
    yield ""
    yield "```text"
    yield from torch
    yield "```"


main(sys.argv[1])
