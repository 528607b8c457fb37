#include "prism/born.cuh"
#include "prism/element.cuh"

// Eight amplitudes a thread. What becomes 0 is not read where a whole unit of 16 bytes does.
template <typename T>
__device__ void state_collapse(T* state,                 // [b, s]
                               const uint32_t* outcome,  // [b]
                               const double* scale,      // [b]
                               uint32_t target, uint32_t b, uint64_t s) {
    using Pack = prism::Packed<T>;
    constexpr int V = Pack::COUNT, HELD = 8 / V;
    const int qubits = 63 - __clzll(s);
    Pack* const packs = reinterpret_cast<Pack*>(state);
    const uint64_t first = uint64_t(blockIdx.x) * blockDim.x * HELD + threadIdx.x, count = b * s / V;
    const auto kept = [&](uint64_t at) { return (at >> target & 1) == outcome[at >> qubits]; };
    Pack held[HELD];
#pragma unroll
    for (int k = 0; k < HELD; ++k) {
        const uint64_t i = first + uint64_t(k) * blockDim.x;
        held[k] = {};
        if (i < count && (kept(i * V) || kept(i * V + V - 1))) held[k] = packs[i];
    }
#pragma unroll
    for (int k = 0; k < HELD; ++k) {
        const uint64_t i = first + uint64_t(k) * blockDim.x;
        if (i >= count) break;
        const double by = scale[i * V >> qubits];
#pragma unroll
        for (int v = 0; v < V; ++v) {
            using W = decltype(T::x);
            const T a = held[k].at[v];
            held[k].at[v] = kept(i * V + v) ? T{W(a.x * by), W(a.y * by)} : T{};
        }
        packs[i] = held[k];
    }
}
