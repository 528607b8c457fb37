#include "prism/qubits.cuh"

namespace prism {

// The index bits that a tile of 2¹² amplitudes spans: the targets, and the lowest others, 0 to 3 always among them.
struct TileBits {
    static constexpr int COUNT = 12, LINE = 4;
    uint64_t bits;
    uint32_t targets;  // those of the tile's own twelve bits that are targets

    __device__ explicit TileBits(uint64_t wanted) : bits(wanted), targets(0) {
        for (uint64_t others = ~wanted; __popcll(bits) < COUNT; others &= others - 1) bits |= others & -others;
        uint64_t rest = bits;
        for (int k = 0; k < COUNT; ++k, rest &= rest - 1) {
            if (rest & -rest & wanted) targets |= 1u << k;
        }
    }

    // Where in the state, from the tile's start on, the neighbours begin that are `line` in the tile.
    __device__ uint64_t line_begin(uint32_t line) const {
        uint64_t place = 0, rest = bits >> LINE << LINE;
        for (; line; line >>= 1, rest &= rest - 1) {
            if (line & 1) place |= rest & -rest;
        }
        return place;
    }
};

// A place in shared memory such that neighbours, and places a power of two apart, lie in different banks.
__device__ inline uint32_t bank(uint32_t i) { return i ^ (i >> 5 & 31) ^ (i >> 10); }

// Sums and differences along the target bits of a tile, three bits at a time: eight numbers a thread of 512.
template <typename W>
__device__ void sums_and_differences(W* tile, uint32_t targets) {
    uint32_t rest = targets;
    while (rest) {
        uint32_t step[3], taken = 0;
        int stages = 0;
#pragma unroll
        for (int k = 0; k < 3; ++k) {
            // With no target left any other bit completes the three.
            const uint32_t from = rest ? rest : ~taken;
            stages += rest != 0;
            step[k] = from & -from;
            taken |= step[k];
            rest &= ~step[k];
        }
        const uint32_t base = uint32_t(spread(threadIdx.x, taken, 0));
        const auto place = [&](int e) {
            return bank(base | (e & 1 ? step[0] : 0) | (e & 2 ? step[1] : 0) | (e & 4 ? step[2] : 0));
        };
        W x[8];
#pragma unroll
        for (int e = 0; e < 8; ++e) x[e] = tile[place(e)];
#pragma unroll
        for (int k = 0; k < 3; ++k) {
            if (k >= stages) break;
#pragma unroll
            for (int e = 0; e < 8; ++e) {
                if (e >> k & 1) continue;
                const W a = x[e], b = x[e | 1 << k];
                x[e] = a + b;
                x[e | 1 << k] = a - b;
            }
        }
#pragma unroll
        for (int e = 0; e < 8; ++e) tile[place(e)] = x[e];
        __syncthreads();
    }
}

// Stores of 16 bytes that the compiler does not split.
__device__ inline void store(float2* to, const Packed<float2>& pack) {
    __stwb(reinterpret_cast<float4*>(to), make_float4(pack.at[0].x, pack.at[0].y, pack.at[1].x, pack.at[1].y));
}

__device__ inline void store(double2* to, const Packed<double2>& pack) { __stwb(to, pack.at[0]); }

}  // namespace prism

// A block of 512 threads a tile. Real and imaginary parts go through shared memory one after the other.
template <typename T>
__device__ void hadamard_tile(T* state,  // [n]
                              uint64_t targets, uint64_t n) {
    using W = decltype(T::x);
    constexpr int V = prism::Packed<T>::COUNT, HELD = 8 / V, LINE = 1 << prism::TileBits::LINE;
    __shared__ W tile[1 << prism::TileBits::COUNT];
    __shared__ uint64_t lines[(1 << prism::TileBits::COUNT) / LINE];
    const prism::TileBits bits(targets);
    const uint64_t begin = prism::spread(blockIdx.x, bits.bits, 0);
    if (threadIdx.x < (1 << prism::TileBits::COUNT) / LINE) lines[threadIdx.x] = bits.line_begin(threadIdx.x);
    __syncthreads();

    prism::Packed<T> held[HELD];
    const auto within = [&](int k) { return (k * 512 + threadIdx.x) * V; };
    const auto place = [&](int k) { return begin + lines[within(k) / LINE] + within(k) % LINE; };
#pragma unroll
    for (int k = 0; k < HELD; ++k) {
        // The last tile of a state that is no multiple of one is filled with zeros.
        held[k] = {};
        if (place(k) < n) held[k] = *reinterpret_cast<const prism::Packed<T>*>(state + place(k));
    }
    // Scaling once, at the end, costs one rounding for all gates.
    const int gates = __popcll(targets);
    const W scale = W(ldexp(gates & 1 ? 0.70710678118654752440 : 1.0, -(gates / 2)));
#pragma unroll
    for (int part = 0; part < 2; ++part) {
#pragma unroll
        for (int k = 0; k < HELD; ++k) {
#pragma unroll
            for (int v = 0; v < V; ++v) tile[prism::bank(within(k) + v)] = part ? held[k].at[v].y : held[k].at[v].x;
        }
        __syncthreads();
        prism::sums_and_differences(tile, bits.targets);
#pragma unroll
        for (int k = 0; k < HELD; ++k) {
#pragma unroll
            for (int v = 0; v < V; ++v)
                (part ? held[k].at[v].y : held[k].at[v].x) = tile[prism::bank(within(k) + v)] * scale;
        }
        __syncthreads();
    }
#pragma unroll
    for (int k = 0; k < HELD; ++k) {
        if (place(k) < n) prism::store(state + place(k), held[k]);
    }
}
