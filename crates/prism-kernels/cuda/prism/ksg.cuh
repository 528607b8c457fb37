// What the two sweeps of the KSG estimators share: where a problem's points are, and its window.
#pragma once
#include <cstdint>

namespace prism {

// One problem's points in the order of its target: rows [0, dt) are the target's, rows [dt, dt + ds) the source's.
// Row 0 ascends, so a candidate whose row 0 is far away has only farther ones behind it.
template <typename U> struct Points {
    const U* target;  // [dt, n]
    const U* source;  // [ds, n]
    uint32_t dt, n;

    __device__ Points(const U* targets, const U* sources, uint32_t target, uint32_t problem, uint32_t dt, uint32_t ds,
                      uint32_t n)
        : target(targets + size_t(target) * dt * n), source(sources + size_t(problem) * ds * n), dt(dt), n(n) {}

    __device__ U at(uint32_t c, uint32_t i) const {
        return c < dt ? target[size_t(c) * n + i] : source[size_t(c - dt) * n + i];
    }
};

// Which queries a warp answers: `group` neighbouring ones of one problem.
struct Share {
    uint32_t problem, first;

    __device__ Share(uint32_t n, uint32_t group) {
        const uint64_t warp = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
        const uint32_t groups = (n + group - 1) / group;
        problem = uint32_t(warp / groups);
        first = uint32_t(warp % groups) * group;
    }
};

// Visits the 32-point tiles around `first`, alternating outwards, until `reach()` says that no farther tile on that
// side can matter: the gap in row 0 between the nearest point of the tile and the queries [first, last] exceeds it.
template <typename Visit, typename Reach>
__device__ void sweep(const float* row, uint32_t points, uint32_t first, uint32_t last, Visit visit, Reach reach) {
    const uint32_t home = first / 32 * 32;
    const float lowest = row[first], highest = row[last];
    uint32_t right = home, left = home;
    bool more_right = true, more_left = home > 0;
    while (more_right || more_left) {
        if (more_right) {
            visit(right);
            right += 32;
            more_right = right < points && !(row[right] - highest > reach());
        }
        if (more_left) {
            left -= 32;
            more_left = !(lowest - row[left + 31] > reach());
            if (more_left) visit(left);
            more_left = more_left && left > 0;
        }
    }
}

}  // namespace prism
