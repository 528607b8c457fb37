#include "prism/softmax.cuh"

// A block a row.
template <typename T>
__device__ void softmax_long_rows(const T* x,  // [r, n]
                                  const T* b,  // [h, w]
                                  T* y,        // [r, n]
                                  T* lse,      // [l]
                                  double temperature, uint32_t log_form, uint32_t masked_zero, uint64_t repeat,
                                  uint32_t form, uint64_t r, uint32_t n, uint64_t h, uint32_t w, uint64_t l) {
    const auto rows = [&](auto outside, auto f) { prism::each_long_row(x, r, n, outside, f); };
    prism::softmax(rows, b, y, lse, temperature, log_form, masked_zero, repeat, r, n, h, w, l);
}
