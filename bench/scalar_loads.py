"""Writes the PTX of kernels with their wide accesses to global memory cut into single elements: a default to be compared with.

usage: python3 bench/scalar_loads.py crates/prism-kernels/ptx FOLDER

A kernel without such accesses is not written, nor one that stages tiles by cp.async or multiplies on tensor cores: the same
source with narrow loads is not what anyone would write in its place. Two numbers of 16 bits that are loaded as one word of 32
stay together, and a thread keeps its neighbouring elements, which a kernel of one element a thread would not.
"""

import pathlib
import re
import sys

WIDE = re.compile(r"^(\s*(?:@!?%\w+\s+)?)((?:ld|st)\.\S*global\S*)\.v[248]\.([a-z]+)(\d+)\s+(.*);\s*$")
TILED = re.compile(r"cp\.async|\bmma\.|wgmma|ldmatrix")


def narrow(line):
    """One instruction an element, or the line as it is."""
    wide = WIDE.match(line)
    if not wide:
        return [line]
    before, access, kind, bits, operands = wide.groups()
    elements = [element.strip() for element in re.search(r"\{(.*)\}", operands)[1].split(",")]
    register, offset = re.search(r"\[([^\]+]+)\+?(-?\d*)\]", operands).groups()
    parts = []
    for at, element in enumerate(elements):
        place = f"[{register}+{int(offset or 0) + at * int(bits) // 8}]"
        order = (place, element) if access.startswith("st") else (element, place)
        parts.append((element == register, f"{before}{access}.{kind}{bits} {', '.join(order)};"))
    # What overwrites the address comes last.
    return [part for _, part in sorted(parts, key=lambda part: part[0])]


def main(source, target):
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.glob("*.ptx")):
        text = file.read_text()
        lines = [part for line in text.splitlines() for part in narrow(line)]
        if len(lines) != len(text.splitlines()) and not TILED.search(text):
            (target / file.name).write_text("\n".join(lines) + "\n")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
