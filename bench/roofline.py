"""Makes bench/results/h200-catalogue.{json,md} of what bench/catalogue.sh printed, and of what they hold already.

A time stands for as long as the kernel's compiled form is the one that was timed.

usage: bench/roofline.py OUTPUT_OF_CATALOGUE_SH
"""

import json
import pathlib
import sys

RESULTS = pathlib.Path(__file__).parent / "results"
COMPILED = pathlib.Path(__file__).parent.parent / "crates" / "prism-kernels" / "ptx"


def main(path):
    text = pathlib.Path(path).read_text().splitlines()
    header = [line[2:] for line in text if line.startswith("# ")]
    lines = [json.loads(line) for line in text if line.startswith("{")]
    rows, torch = [line for line in lines if "kernel" in line], [line for line in lines if "torch" in line]
    copies = {line["torch"][5:]: line["gb_per_s"] for line in torch if line["torch"].startswith("copy ")}
    known = json.loads((RESULTS / "h200-catalogue.json").read_text())
    copies = {element: max(rate, known["copy_gb_per_s"].get(element, 0)) for element, rate in copies.items()}
    for row in rows:
        row["measured"] = header[0]
    compiled = {file.stem: json.loads(file.read_text())["ptx"] for file in COMPILED.glob("*.json")}
    rows += earlier(known["kernels"], {row["kernel"] for row in rows}, compiled)
    rows.sort(key=lambda row: row["kernel"])
    for row in rows:
        row["share_of_copy"] = row["gb_per_s"] / copies.get(row["element"], copies["f32"])
        row["torch_ms"] = next((line["median_ms"] for line in torch if is_beside(line, row)), None)
    untimed = sorted(compiled.keys() - {row["kernel"] for row in rows})
    whole = {"measured": header, "copy_gb_per_s": copies, "kernels": rows, "torch": torch, "untimed": untimed}
    (RESULTS / "h200-catalogue.json").write_text(json.dumps(whole, indent=1) + "\n")
    (RESULTS / "h200-catalogue.md").write_text("\n".join(page(whole)) + "\n")


def earlier(known, timed, compiled):
    """The times there are of kernels that were not timed again and have not changed since."""
    return [row for row in known if row["kernel"] not in timed and compiled.get(row["kernel"]) == row["ptx"]]


def is_beside(line, row):
    """Whether a line of PyTorch's is of the same operation, type and size."""
    if not line["beside"]:
        return False
    kernel, element, sizes = line["beside"]
    return row["kernel"] == kernel and row["element"] == element and f", {sizes}" in f", {row['sizes']}"


def page(whole):
    header, copies, rows, torch = (whole[key] for key in ("measured", "copy_gb_per_s", "kernels", "torch"))
    yield "# Kernels on an NVIDIA H200, beside its bandwidth and PyTorch"
    yield ""
    yield "; ".join(header) + ". `bench/roofline.py` makes this page of what it prints; times of other commits are of the"
    yield "same compiled form."
    yield ""
    yield "A time is the median of 20 runs after 3, all asked for before the first ends: it holds no gap between launches."
    yield "Bytes are those of the arguments, each counted once, those changed in place twice; the share is of the bandwidth"
    yield "of PyTorch's copy, the best of all runs. A kernel that touches part of a buffer, a gate with controls or a look-up, shows more"
    yield "than it moved:"
    yield ", ".join(f"{element} {rate:.0f} GB/s" for element, rate in copies.items()) + "."
    yield ""
    yield "| kernel | type | sizes | ms | PyTorch ms | GB/s | share | Gop/s |"
    yield "|---|---|---|---|---|---|---|---|"
    for r in rows:
        ops = f"{r['gop_per_s']:.0f}" if r["gop_per_s"] else ""
        beside = f"{r['torch_ms']:.4f}" if r["torch_ms"] else ""
        yield (
            f"| {r['kernel']} | {r['element']} | {r['sizes']} | {r['median_ms']:.4f} | {beside} | {r['gb_per_s']:.0f} "
            f"| {100 * r['share_of_copy']:.0f} % | {ops} |"
        )
    yield ""
    if whole["untimed"]:
        yield "Not timed in their present form: " + ", ".join(whole["untimed"]) + "."
        yield ""
    yield "## PyTorch, by itself"
    yield ""
    yield "| operation | ms | GB/s | Gop/s |"
    yield "|---|---|---|---|"
    for line in torch:
        ops = f"{line['gop_per_s']:.0f}" if line["gop_per_s"] else ""
        yield f"| {line['torch']} | {line['median_ms']:.4f} | {line['gb_per_s']:.0f} | {ops} |"


main(sys.argv[1])
