#include <cstdint>

// A thread an element of the covariance; the first of a row writes the mean.
template <typename T>
__device__ void unscented_transform(const T* y,     // [b, k, m]
                                    const T* q,     // [bq, c, c]
                                    T* mean,        // [b, m]
                                    T* covariance,  // [b, m, m]
                                    double alpha, double beta, double kappa, uint32_t b, uint32_t k, uint32_t m,
                                    uint32_t bq, uint32_t c) {
    const uint64_t e = uint64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (e >= uint64_t(b) * m * m) return;
    const uint64_t batch = e / m / m, row = e / m % m, column = e % m;
    const double n = (k - 1) / 2, scale = alpha * alpha * (n + kappa);
    const double weight = 0.5 / scale, centre = 1 - n / scale + 1 - alpha * alpha + beta;
    const T* images = y + batch * k * m;
    const double row_centre = double(images[row]), column_centre = double(images[column]);
    double a = 0, z = 0, spread = 0;
    for (uint64_t point = 1; point < k; ++point) {
        a += double(images[point * m + row]) - row_centre;
        z += double(images[point * m + column]) - column_centre;
    }
    a *= weight;
    z *= weight;
    for (uint64_t point = 1; point < k; ++point) {
        spread += (double(images[point * m + row]) - row_centre - a) *
                  (double(images[point * m + column]) - column_centre - z);
    }
    double value = weight * spread + centre * (a * z);
    if (c > 0) {
        const T* added = q + (bq == 1 ? 0 : batch * m * m);
        value += 0.5 * (double(added[row * m + column]) + double(added[column * m + row]));
    }
    covariance[e] = T(value);
    if (column == 0) mean[batch * m + row] = T(row_centre + a);
}
