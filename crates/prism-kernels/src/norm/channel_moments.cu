#include "prism/element.cuh"
#include "prism/flat.cuh"
#include "prism/rows.cuh"

namespace prism {

// The share of a thread in the elements of a part of a channel of [n, c, s], as `threads` of the Rust side counts:
// alone where channels are neighbours in memory, else with its warp or its block.
struct ChannelPart {
    uint32_t group, lane, part, channel;
    uint64_t begin, end;  // elements of the channel; none beyond the last channel
    bool exists;

    __device__ ChannelPart(uint64_t n, uint32_t c, uint64_t s, uint32_t parts) {
        const uint64_t count = n * s, length = ((count + parts - 1) / parts + 15) / 16 * 16;
        group = s < 16 ? 1 : count / parts <= 4096 ? 32 : blockDim.x;
        lane = threadIdx.x % group;
        const uint64_t item = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / group;
        exists = item < uint64_t(c) * parts;
        channel = group == 1 ? item % c : item / parts;
        part = group == 1 ? item / c : item % parts;
        begin = min(part * length, count), end = min(begin + length, count);
    }

    // The group's sum on all of its threads; all of a block must call it where the group is the block.
    __device__ double sum(double value, double* shared) const {
        if (group > 32) return block_sum_of_all(value, shared);
        return group == 32 ? warp_sum(value) : value;
    }
};

// From an infinity or NaN no element has a distance.
__device__ inline double pivot_of(double x) { return isfinite(x) ? x : 0; }

// Sums over a few elements less a pivot among them: what is lost grows with their number at most.
struct Shifted {
    double pivot, sum = 0, squares = 0;

    __device__ void add(double x) {
        const double distance = x - pivot;
        sum += distance;
        squares = fma(distance, distance, squares);
    }
};

// 1/x for a count of elements: the approximate reciprocal and two steps of Newton's, without the cases of a division.
__device__ inline double reciprocal_of_count(double x) {
    double near;
    asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(near) : "d"(x));
    near = fma(near, fma(-x, near, 1.0), near);
    return fma(near, fma(-x, near, 1.0), near);
}

// Moments of all elements of a thread, the mean less `origin`.
struct Moments {
    double origin, count = 0, sum = 0, mean = 0, scatter = 0;

    // Adds n elements, a power of two.
    __device__ void add(int n, const Shifted& few) {
        const double share = few.sum * (1.0 / n), both = count + n, part = n * reciprocal_of_count(both);
        const double step = few.pivot - origin + share - mean;
        sum += fma(n, few.pivot, few.sum);
        scatter += fma(step * step, count * part, fma(-few.sum, share, few.squares));
        mean = fma(step, part, mean);
        count = both;
    }
};

// The packs of a thread in its part: every group-th one, found by steps from one to the next, all alike where they are
// STRIDED.
template <typename Pack, typename T, typename I, bool STRIDED>
struct Walk {
    static constexpr int V = sizeof(Pack) / sizeof(T);
    const T* from;
    uint64_t left;        // packs
    I row, at, rest;      // packs in a row of s elements, the place in it, what a step adds to that
    uint64_t step, jump;  // how far a step goes in the array, and how much farther where it leaves the row

    __device__ Walk(const ChannelPart& part, const T* x, uint32_t c, uint64_t s) {
        const uint64_t begin = part.begin / V + part.lane, end = part.end / V;
        left = begin < end ? (end - begin - 1) / part.group + 1 : 0;
        row = I(s / V), at = I(begin % row), rest = part.group % row;
        from = x + (begin / row * c + part.channel) * s + uint64_t(at) * V;
        step = part.group / row * c * s + uint64_t(rest) * V, jump = uint64_t(c - 1) * s;
    }

    __device__ Pack next() {
        const Pack pack = *reinterpret_cast<const Pack*>(from);
        if (!STRIDED) at += rest;
        const bool leaves = !STRIDED && at >= row;
        from += leaves ? step + jump : step;
        if (leaves) at -= row;
        return pack;
    }
};

// Adds HELD packs at once, as long as there are so many; the next are on their way meanwhile.
template <int HELD, typename Pack, typename T, typename I, bool STRIDED>
__device__ void add_packs(Moments& mine, Walk<Pack, T, I, STRIDED>& walk) {
    constexpr int V = sizeof(Pack) / sizeof(T), N = HELD * V;
    using W = computed<T>;
    Pack ahead[HELD];
    const auto fetch = [&] {
        if (walk.left < HELD) return false;
        walk.left -= HELD;
#pragma unroll
        for (int h = 0; h < HELD; ++h) ahead[h] = walk.next();
        return true;
    };
    for (bool is_more = fetch(); is_more;) {
        W x[N];
#pragma unroll
        for (int k = 0; k < N; ++k) x[k] = widen(reinterpret_cast<const T*>(&ahead[k / V])[k % V]);
        is_more = fetch();
        // The mean of four of them: one that lies far off does not lead the pivot away.
        W near = 0;
#pragma unroll
        for (int k = 0; k < 4; ++k) near = fma(x[k * N / 4], W(0.25), near);
        Shifted few = {pivot_of(near)};
#pragma unroll
        for (int k = 0; k < N; ++k) few.add(x[k]);
        mine.add(N, few);
    }
}

// Adds the thread's elements: 128 bytes of packs together, or 32 elements that come one by one.
template <typename Pack, typename I, bool STRIDED, typename T>
__device__ void add_elements(Moments& mine, const ChannelPart& part, const T* x, uint32_t c, uint64_t s) {
    constexpr int V = sizeof(Pack) / sizeof(T), FEW = V == 1 && sizeof(T) < 8 ? 32 : 128 / sizeof(T);
    if (part.begin >= part.end) return;
    Walk<Pack, T, I, STRIDED> walk(part, x, c, s);
    add_packs<FEW / V>(mine, walk);
    add_packs<1>(mine, walk);
}

}  // namespace prism

template <typename T>
__device__ void channel_moments(const T* x,       // [n, c, s]
                                double* moments,  // [c, parts, 2]
                                uint64_t n, uint32_t c, uint64_t s, uint32_t parts) {
    __shared__ double shared;
    const prism::ChannelPart part(n, c, s, parts);
    if (!part.exists) return;  // groups leave as a whole, and blocks have no group of theirs beyond the last
    const bool is_empty = part.begin >= part.end;
    const uint64_t first = (part.begin / s * c + part.channel) * s + part.begin % s;
    // Distances are from an element of the part, so that a channel far from 0 keeps its digits.
    prism::Moments mine = {is_empty ? 0 : prism::pivot_of(double(prism::widen(x[first])))};
    if (s == 1) {
        prism::add_elements<T, uint32_t, true>(mine, part, x, c, s);
    } else {
        prism::counted(s, [&](auto zero) {
            using I = decltype(zero);
            if (s % prism::Packed<T>::COUNT == 0)
                prism::add_elements<prism::Packed<T>, I, false>(mine, part, x, c, s);
            else
                prism::add_elements<T, I, false>(mine, part, x, c, s);
        });
    }
    const double count = double(part.end - part.begin);
    const double sum = part.sum(mine.sum, &shared);
    const double off = mine.mean - part.sum(mine.count * mine.mean, &shared) / count;
    const double scatter = part.sum(mine.count > 0 ? fma(mine.count * off, off, mine.scatter) : 0, &shared);
    if (part.lane > 0) return;
    double* const to = moments + 2 * (uint64_t(part.channel) * parts + part.part);
    to[0] = is_empty ? 0 : sum / count;
    to[1] = is_empty ? 0 : scatter;
}
