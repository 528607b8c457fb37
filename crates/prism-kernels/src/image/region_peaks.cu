#include "prism/span.cuh"
#include "prism/warp.cuh"

namespace prism {

// Elements of an image that a block goes through.
constexpr uint64_t PEAK_PART = 16384;

}  // namespace prism

// A block goes through a part of an image, 16 bytes a thread at a time: the bits of the largest finite magnitude.
template <typename T>
__device__ void region_peaks(const T* image,  // [b, rows, w]
                             uint32_t* peak,  // [b]
                             uint32_t b, uint32_t rows, uint32_t w) {
    const uint64_t count = uint64_t(rows) * w, parts = (count + prism::PEAK_PART - 1) / prism::PEAK_PART;
    const uint64_t which = blockIdx.x / parts, first = blockIdx.x % parts * prism::PEAK_PART;
    const T* const part = image + which * count + first;
    uint32_t largest = 0;
    const auto take = [&](T value) {
        const float size = fabsf(float(value));
        if (isfinite(size)) largest = max(largest, __float_as_uint(size));
    };
    const prism::Span<T> span(part, min(prism::PEAK_PART, count - first));
    span.template each<4>(
        threadIdx.x, blockDim.x, [&](uint64_t at) { take(part[at]); },
        [&](uint64_t at, uint64_t jump, auto several) {
            prism::Packed<T> packs[several];
#pragma unroll
            for (int u = 0; u < several; ++u)
                packs[u] = *reinterpret_cast<const prism::Packed<T>*>(part + at + u * jump);
#pragma unroll
            for (int k = 0; k < several * span.V; ++k) take(packs[k / span.V].at[k % span.V]);
        });
    // One of a block: who changes the peak of an image waits for all others.
    __shared__ uint32_t block_largest;
    if (threadIdx.x == 0) block_largest = 0;
    __syncthreads();
    largest = __reduce_max_sync(prism::FULL, largest);
    if (threadIdx.x % 32 == 0) atomicMax(&block_largest, largest);
    __syncthreads();
    if (threadIdx.x == 0 && block_largest > 0) atomicMax(peak + which, block_largest);
}
