#include "prism/digamma.cuh"
#include "prism/logarithm.cuh"

namespace prism {

// ψ(x) of x > 0 within 4u·max(1, |ψ|). From 2 on, with y = x − 1/2, it is ln y + Σ B₂ₖ(1/2)/(2k·y²ᵏ), the sum by
// Chebyshev's interpolation in 1/y² to 3e-9; below, (s − root)·h(s − 1/2) is ψ(1 + s) for s in [0, 1], h likewise.
__device__ inline float digamma_near(float x) {
    if (x >= 2) {
        const float y = x - 0.5f, w = inverse_near(y), z = w * w;
        float sum = -0.0015932283f;
        sum = fmaf(sum, z, 0.0031617333f);
        sum = fmaf(sum, z, -0.0034375379f);
        sum = fmaf(sum, z, 0.0037839978f);
        sum = fmaf(sum, z, -0.0072895633f);
        sum = fmaf(sum, z, 0.041666653f);
        return fmaf(sum, z, logf(y));
    }
    const float s = x < 1 ? x : x - 1, t = s - 0.5f;
    float h = 0.0109025883f;
    h = fmaf(h, t, -0.0163736194f);
    h = fmaf(h, t, 0.0171149895f);
    h = fmaf(h, t, -0.0257868841f);
    h = fmaf(h, t, 0.0408500284f);
    h = fmaf(h, t, -0.0620559789f);
    h = fmaf(h, t, 0.0949846879f);
    h = fmaf(h, t, -0.148398861f);
    h = fmaf(h, t, 0.240542531f);
    h = fmaf(h, t, -0.423627496f);
    h = fmaf(h, t, 0.951055884f);
    const float between = (s - 0.461632133f - 1.243815e-8f) * h;
    return x < 1 ? between - __frcp_rn(x) : between;
}

}  // namespace prism

// A thread four elements, all of them loaded before the first is computed; what is near goes first.
template <typename T>
__device__ void digamma(const T* x,  // [n]
                        T* y,        // [n]
                        uint32_t n) {
    constexpr int EACH = 4;
    const uint64_t first = uint64_t(blockIdx.x) * EACH * blockDim.x + threadIdx.x;
    uint32_t left = 0;
    T held[EACH];
#pragma unroll
    for (int k = 0; k < EACH; ++k) held[k] = first + k * blockDim.x < n ? x[first + k * blockDim.x] : T(1);
#pragma unroll
    for (int k = 0; k < EACH; ++k) {
        const uint64_t at = first + k * blockDim.x;
        if (at >= n) continue;
        if (sizeof(T) == 8)
            y[at] = T(prism::digamma(double(held[k])));
        else if (held[k] > 0)
            y[at] = prism::digamma_near(held[k]);
        else
            left |= 1u << k;
    }
    for (; left; left &= left - 1) {
        const uint64_t at = first + (__ffs(left) - 1) * blockDim.x;
        y[at] = T(prism::digamma(double(x[at])));
    }
}
