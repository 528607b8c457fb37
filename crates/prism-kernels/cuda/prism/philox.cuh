// Philox4x32-10, counter-based random words: the CUDA form of prism-device's philox.rs (Salmon et al., SC 2011).
#pragma once
#include <cstdint>

namespace prism {

struct Philox {
    uint64_t seed, stream;

    __device__ uint4 block(uint64_t index) const {
        uint32_t c0 = uint32_t(index), c1 = uint32_t(index >> 32), c2 = uint32_t(stream), c3 = uint32_t(stream >> 32);
        uint32_t k0 = uint32_t(seed), k1 = uint32_t(seed >> 32);
#pragma unroll
        for (int round = 0; round < 10; ++round) {
            const uint32_t high = __umulhi(c0, 0xD2511F53u), low = c0 * 0xD2511F53u;
            const uint32_t other_high = __umulhi(c2, 0xCD9E8D57u), other_low = c2 * 0xCD9E8D57u;
            c0 = other_high ^ c1 ^ k0;
            c1 = other_low;
            c2 = high ^ c3 ^ k1;
            c3 = low;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        return make_uint4(c0, c1, c2, c3);
    }

    // Standard normal number `index`: Box-Muller on the doubles of its pair, sine first.
    __device__ double normal(uint64_t index) const {
        const uint4 words = block(index / 2);
        const double first = double((uint64_t(words.y) << 32 | words.x) >> 11) * 0x1p-53 + 0x1p-54;
        const double second = double((uint64_t(words.w) << 32 | words.z) >> 11) * 0x1p-53;
        const double angle = 6.283185307179586 * second, radius = sqrt(-2 * log(first));
        return radius * (index % 2 ? cos(angle) : sin(angle));
    }
};

}  // namespace prism
