#include "prism/rows.cuh"

// A block has the classes of an image and a dimension.
__device__ void persistence_statistics(const int64_t* first,        // [b + 1]
                                       const int32_t* dim,          // [p]
                                       const float* birth,          // [p]
                                       const float* death,          // [p]
                                       const int64_t* death_pixel,  // [p]
                                       uint32_t* count,             // [b, 2]
                                       double* total,               // [b, 2]
                                       double* longest,             // [b, 2]
                                       double* mean,                // [b, 2]
                                       double* entropy,             // [b, 2]
                                       uint32_t p, uint32_t b) {
    __shared__ double shared;
    __shared__ unsigned long long most;
    const int32_t dimension = blockIdx.x % 2;
    const uint64_t begin = first[blockIdx.x / 2], end = first[blockIdx.x / 2 + 1];
    // Calls visit(persistence) for the thread's classes that die.
    const auto each = [&](auto visit) {
        for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) {
            if (dim[i] == dimension && death_pixel[i] >= 0) visit(double(death[i]) - double(birth[i]));
        }
    };
    double classes = 0, sum = 0, own = 0, terms = 0;
    each([&](double l) { classes += 1, sum += l, own = max(own, l); });
    if (threadIdx.x == 0) most = 0;
    classes = prism::block_sum_of_all(classes, &shared);
    sum = prism::block_sum_of_all(sum, &shared);
    // Numbers that are not negative have the order of their bits.
    atomicMax(&most, static_cast<unsigned long long>(__double_as_longlong(own)));
    each([&](double l) {
        const double share = l / sum;
        if (share != 0) terms -= share * log(share);
    });
    terms = prism::block_sum(terms);
    if (threadIdx.x != 0) return;
    count[blockIdx.x] = uint32_t(classes);
    total[blockIdx.x] = sum;
    longest[blockIdx.x] = classes > 0 ? __longlong_as_double(most) : -prism::infinity<double>();
    mean[blockIdx.x] = sum / classes;
    entropy[blockIdx.x] = terms;
}
