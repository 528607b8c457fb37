#include <cstdint>

__device__ void key_lengths(const int64_t* lengths,  // [b]
                            uint32_t* counts,        // [b]
                            uint64_t* fault,         // [1]
                            uint64_t keys, uint32_t b) {
    const uint32_t at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= b) return;
    const int64_t length = lengths[at];
    const bool known = length >= 0 && uint64_t(length) <= keys;
    counts[at] = known ? uint32_t(length) : 0;
    if (!known) atomicMax(reinterpret_cast<unsigned long long*>(fault), ~uint64_t(at));
}
