#include "prism/element.cuh"
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

// Sums over a few elements less a pivot, which is one of them: what is lost grows with their number at most.
struct Shifted {
    double pivot, sum = 0, squares = 0;

    __device__ void add(double x) {
        const double distance = x - pivot;
        sum += distance;
        squares = fma(distance, distance, squares);
    }
};

// Moments of all elements of a thread, the mean less `origin`.
struct Moments {
    double origin, count = 0, sum = 0, mean = 0, scatter = 0;

    __device__ void add(double n, const Shifted& few) {
        const double share = few.sum / n, both = count + n, part = n / both;
        const double step = few.pivot - origin + share - mean;
        sum += fma(n, few.pivot, few.sum);
        scatter += fma(step * step, count * part, fma(-few.sum, share, few.squares));
        mean = fma(step, part, mean);
        count = both;
    }
};

// Adds the thread's elements, V neighbours a load and four loads before the first is used.
template <typename Pack, typename T>
__device__ void add_elements(Moments& mine, const ChannelPart& part, const T* x, uint32_t c, uint64_t s) {
    constexpr int V = sizeof(Pack) / sizeof(T), HELD = 4;
    const uint64_t row = s / V, end = part.end / V, step = part.group;
    uint64_t unit = part.begin / V + part.lane;
    if (unit >= end) return;
    uint64_t sample = unit / row, at = unit % row;
    const uint64_t samples = step / row, rest = step % row;
    for (; unit < end; unit += HELD * step) {
        Pack held[HELD];
#pragma unroll
        for (int h = 0; h < HELD; ++h) {
            if (unit + h * step >= end) break;
            held[h] = *reinterpret_cast<const Pack*>(x + (sample * c + part.channel) * s + at * V);
            at += rest, sample += samples;
            if (at >= row) at -= row, ++sample;
        }
        const auto element = [&](int h, int v) { return double(widen(reinterpret_cast<const T*>(&held[h])[v])); };
        Shifted few = {pivot_of(element(0, 0))};
        int count = 0;
#pragma unroll
        for (int h = 0; h < HELD; ++h) {
            if (unit + h * step >= end) break;
            count += V;
#pragma unroll
            for (int v = 0; v < V; ++v) few.add(element(h, v));
        }
        mine.add(count, few);
    }
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
    if (s % prism::Packed<T>::COUNT == 0)
        prism::add_elements<prism::Packed<T>>(mine, part, x, c, s);
    else
        prism::add_elements<T>(mine, part, x, c, s);
    const double count = double(part.end - part.begin);
    const double sum = part.sum(mine.sum, &shared);
    const double off = mine.mean - part.sum(mine.count * mine.mean, &shared) / count;
    const double scatter = part.sum(mine.count > 0 ? fma(mine.count * off, off, mine.scatter) : 0, &shared);
    if (part.lane > 0) return;
    double* const to = moments + 2 * (uint64_t(part.channel) * parts + part.part);
    to[0] = is_empty ? 0 : sum / count;
    to[1] = is_empty ? 0 : scatter;
}
