#include "prism/rows.cuh"

// A thread, a few, a warp or a block a row or part.
template <typename T>
__device__ void phase_moments(const T* theta,   // [b, n]
                              double* moments,  // [b, parts, 2]
                              uint32_t harmonic, uint32_t b, uint32_t n, uint32_t parts) {
    const prism::RowPart part(b, n, parts);
    const T* row = theta + part.row * n;
    double across = 0, up = 0;
    const auto load = [&](uint64_t i) { return row[i]; };
    if (harmonic == 1) {
        part.each(load, [&](T angle) {
            T s, c;
            sincos(angle, &s, &c);
            across += double(c);
            up += double(s);
        });
    } else {
        part.each<1>(load, [&](T angle) {
            double s, c;
            sincos(harmonic * double(angle), &s, &c);
            across += c;
            up += s;
        });
    }
    across = part.sum(across);
    up = part.sum(up);
    if (!part.writes()) return;
    moments[2 * part.item] = across;
    moments[2 * part.item + 1] = up;
}
