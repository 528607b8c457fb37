#include "prism/select.cuh"

// A block a row.
template <typename T>
__device__ void row_top(const T* x,         // [o, n, i]
                        uint64_t* scratch,  // [o * i, s]
                        T* values,          // [o, k, i]
                        int64_t* indices,   // [o, k, i]
                        uint32_t smallest, uint32_t sorted, uint64_t o, uint32_t n, uint64_t i, uint32_t s,
                        uint32_t k) {
    __shared__ prism::Selection shared;
    const uint64_t row = blockIdx.x;
    if (row >= o * i || k == 0) return;
    const uint64_t outer = row / i, inner = row % i;
    const prism::Ranks<T> ranks(x + outer * n * i + inner, n, i, smallest);
    unsigned long long* const list = s == 0 ? shared.list : reinterpret_cast<unsigned long long*>(scratch) + row * s;
    prism::list_first(ranks, k, list, s == 0 ? prism::KEPT : s, shared);
    if (!sorted) {
        const uint32_t m = prism::power_of_two(k);
        for (uint32_t at = threadIdx.x; at < m; at += blockDim.x) list[at] = at < k ? ranks.by_place(list[at]) : 0;
        prism::sort_descending(list, m, [](uint64_t turned) { return turned; });
    }
    for (uint32_t at = threadIdx.x; at < k; at += blockDim.x) {
        const uint32_t place = sorted ? ranks.place(list[at]) : ranks.place_first(list[at]);
        const uint64_t to = (outer * k + at) * i + inner;
        values[to] = ranks.row[place * i];
        indices[to] = place;
    }
    __syncthreads();
    for (uint32_t at = threadIdx.x; at < s; at += blockDim.x) list[at] = 0;
}
