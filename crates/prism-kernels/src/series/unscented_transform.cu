#include "prism/pack.cuh"

namespace prism {

// Images of sigma points and what their moments are weighed with.
template <typename T>
struct SigmaPoints {
    const T *y, *added;  // added: null for none
    T *mean, *covariance;
    double weight, centre;
    uint32_t k, m;
    bool one_added;

    // V neighbours of a row of the covariance from number e on; V is 1 or divides m. The first of a row writes the
    // mean.
    template <int V>
    __device__ void columns(uint64_t e) const {
        const uint64_t line = e >> 32 ? e / m : uint32_t(e) / m, batch = line >> 32 ? line / m : uint32_t(line) / m;
        const uint32_t row = uint32_t(line - batch * m), column = uint32_t(e - line * m);
        const T* const images = y + batch * k * m;
        const auto some = [&](uint32_t point) {
            return *reinterpret_cast<const Pack<T, V>*>(images + uint64_t(point) * m + column);
        };
        const double row_centre = double(images[row]);
        const auto apart = [&](uint32_t point) { return double(images[uint64_t(point) * m + row]) - row_centre; };
        const Pack<T, V> centres = some(0);
        double a = 0, z[V] = {}, spread[V] = {};
#pragma unroll 4
        for (uint32_t point = 1; point < k; ++point) {
            a += apart(point);
            const Pack<T, V> image = some(point);
#pragma unroll
            for (int v = 0; v < V; ++v) z[v] += double(image.at[v]) - double(centres.at[v]);
        }
        a *= weight;
#pragma unroll
        for (int v = 0; v < V; ++v) z[v] *= weight;
#pragma unroll 4
        for (uint32_t point = 1; point < k; ++point) {
            const double left = apart(point) - a;
            const Pack<T, V> image = some(point);
#pragma unroll
            for (int v = 0; v < V; ++v) spread[v] += left * (double(image.at[v]) - double(centres.at[v]) - z[v]);
        }
        Pack<T, V> made;
#pragma unroll
        for (int v = 0; v < V; ++v) {
            double value = weight * spread[v] + centre * (a * z[v]);
            if (added) value += noise(batch, row, column + v);
            made.at[v] = T(value);
        }
        *reinterpret_cast<Pack<T, V>*>(covariance + e) = made;
        if (column == 0) mean[line] = T(row_centre + a);
    }

  private:
    __device__ double noise(uint64_t batch, uint32_t i, uint32_t l) const {
        const T* const q = added + (one_added ? 0 : batch * m * m);
        return 0.5 * (double(q[uint64_t(i) * m + l]) + double(q[uint64_t(l) * m + i]));
    }
};

}  // namespace prism

// A thread four elements of the covariance, in packs of 16 bytes where rows are whole packs.
template <typename T>
__device__ void unscented_transform(const T* y,     // [b, k, m]
                                    const T* q,     // [bq, c, c]
                                    T* mean,        // [b, m]
                                    T* covariance,  // [b, m, m]
                                    double alpha, double beta, double kappa, uint32_t b, uint32_t k, uint32_t m,
                                    uint32_t bq, uint32_t c) {
    constexpr uint32_t EACH = 4, V = 16 / sizeof(T);
    const double n = (k - 1) / 2, scale = alpha * alpha * (n + kappa);
    const prism::SigmaPoints<T> points{
        y, c ? q : nullptr, mean, covariance, 0.5 / scale, 1 - n / scale + 1 - alpha * alpha + beta, k, m, bq == 1};
    const uint64_t size = uint64_t(b) * m * m, first = uint64_t(blockIdx.x) * (EACH * blockDim.x);
    const uint32_t count = uint32_t(min(size - min(first, size), uint64_t(EACH) * blockDim.x));
    if (m % V == 0) {
        for (uint32_t i = threadIdx.x * V; i < count; i += blockDim.x * V) points.template columns<V>(first + i);
    } else {
        for (uint32_t i = threadIdx.x; i < count; i += blockDim.x) points.template columns<1>(first + i);
    }
}
