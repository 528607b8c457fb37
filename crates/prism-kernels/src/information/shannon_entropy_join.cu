#include "prism/entropy.cuh"
#include "prism/joint.cuh"

// A block a row.
template <typename T>
__device__ void shannon_entropy_join(const T* parts,  // [r, s, 2]
                                     T* entropy,      // [r]
                                     double base, uint32_t normalize_input, uint32_t r, uint32_t s) {
    __shared__ double shared;
    const uint64_t row = blockIdx.x;
    if (row >= r) return;
    const T* const of = parts + row * s * 2;
    double total = 0, within = 0;
    for (uint64_t i = threadIdx.x; i < s; i += blockDim.x) total += double(of[2 * i]), within += double(of[2 * i + 1]);
    total = prism::block_sum_of_all(total, &shared);
    prism::Shares shares(total);
    for (uint64_t i = threadIdx.x; i < s; i += blockDim.x) shares.add(double(of[2 * i]));
    const double rest = prism::block_sum_of_all(shares.rest, &shared);
    const double most = shares.most > 0 ? shares.most * log1p(-rest / total) : 0;
    const double sum = prism::block_sum(within + shares.sum + most);
    if (threadIdx.x == 0) entropy[row] = T(prism::Entropy{total, sum, 0}.nats(normalize_input) / log(base));
}
