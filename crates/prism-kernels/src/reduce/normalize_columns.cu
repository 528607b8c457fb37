#include "prism/column.cuh"
#include "prism/normalize.cuh"

// A block normalises `width` neighbouring columns, blockDim.x / `width` rows at a time.
template <typename T, int BY>
__device__ void normalize_columns(const T* x,       // [o, n, i]
                                  T* y,             // [o, n, i]
                                  uint64_t* fault,  // [1]
                                  double epsilon, uint32_t by, uint32_t ddof, uint32_t width, uint64_t o, uint64_t n,
                                  uint64_t i) {
    using W = prism::computed<T>;
    __shared__ double shared[1024];
    const uint64_t tiles = (i + width - 1) / width, outer = blockIdx.x / tiles;
    const uint64_t at = blockIdx.x % tiles * width + threadIdx.x % width, first = outer * n * i + at;
    const uint32_t rank = threadIdx.x / width, step = blockDim.x / width;
    prism::Column<T, sizeof(W) == 8 ? 8 : 16> column(x + first, at < i ? n : 0, i, rank, step);
    const auto each = [&](auto f) { column.each([&](W value, uint64_t) { f(value); }); };
    const auto combined = [&](double value, auto f) { return prism::combined_in_columns(value, width, shared, f); };
    bool is_null = false;
    const auto scaling = prism::scaling<BY, T>(n, epsilon, ddof, is_null, each, combined);
    if (is_null && column.count > 0 && rank == 0) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~first);
    column.each([&](W value, uint64_t k) { y[first + (rank + k * step) * i] = prism::narrow<T>(scaling(value)); });
}
