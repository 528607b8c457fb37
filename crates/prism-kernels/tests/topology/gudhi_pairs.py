"""Writes the persistence pairs that the tests of pixel_tda expect; run with GUDHI 3.13.0 and NumPy 2.4.6.

A block begins with the name, the construction and the extents of an image; its values follow, then a line for every pair:
dimension, birth, death. Pairs of no persistence are left out, the component that never dies has `inf`.
"""

import gudhi
import numpy as np

rng = np.random.default_rng(20)
row, column = np.mgrid[0:17, 0:23]
images = {
    "ring": np.array([[1, 1, 1], [1, 9, 1], [1, 1, 1]]),
    "corners": np.array([[0, 5, 0], [5, 0, 5], [0, 5, 0]]),
    "ties": rng.integers(0, 4, (9, 12)),
    "noise": rng.permutation(13 * 14).reshape(13, 14),
    "smooth": np.rint(100 * np.sin(row / 2.1) * np.cos(column / 1.7) + row),
    "line": np.array([[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]]),
    "column": np.array([[2], [7], [1], [8], [2], [8]]),
}

with open("gudhi_pairs.txt", "w") as out:
    for name, image in images.items():
        for construction, cells in (("V", "vertices"), ("T", "top_dimensional_cells")):
            print(name, construction, *image.shape, file=out)
            print(*image.ravel().astype(int), file=out)
            pairs = gudhi.CubicalComplex(**{cells: image.astype(float)}).persistence(homology_coeff_field=2)
            for dim, (birth, death) in sorted(pairs):
                print(dim, int(birth), death if death == np.inf else int(death), file=out)
            print(file=out)
