#include "prism/activation.cuh"
#include "prism/map.cuh"

__device__ void product_activation(const float* residual,  // [f, l]
                                   float* y,               // [q, l]
                                   uint32_t activation, uint32_t f, uint64_t l, uint32_t q) {
    const uint64_t n = q * l;
    const auto act = [=](float x) { return prism::Activation<float>::of(x, activation); };
    const auto add = [=](float x, float added) { return act(x) + added; };
    if (f == 0) {
        prism::map(act, n, y, y);
    } else if (f == q) {
        prism::map(add, n, y, y, residual);
    } else {
        const uint64_t begin = uint64_t(blockIdx.x) * blockDim.x * 8, end = min(begin + blockDim.x * 8, n);
        for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) y[i] = add(y[i], residual[i % l]);
    }
}
