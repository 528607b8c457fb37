// The entropies of a table [a, b] and of its two margins.
#pragma once
#include "prism/entropy.cuh"

namespace prism {

template <typename T>
struct Joint {
    const T* table;
    uint32_t a, b;

    __device__ double at(uint64_t i) const { return cell(table[i]); }

    __device__ Entropy cells(const RowShare& share) const {
        return share.entropy<double, 8>(uint64_t(a) * b, [&](uint64_t i) { return at(i); });
    }

    // Of the sums over b, one for each of the a values of x.
    __device__ Entropy x(const RowShare& share) const {
        return share.entropy<double, 1>(a, [&](uint64_t i) {
            double sum = 0;
            for (uint32_t j = 0; j < b; ++j) sum += at(i * b + j);
            return sum;
        });
    }

    // Of the sums over a, one for each of the b values of y.
    __device__ Entropy y(const RowShare& share) const {
        return share.entropy<double, 1>(b, [&](uint64_t j) {
            double sum = 0;
            for (uint32_t i = 0; i < a; ++i) sum += at(uint64_t(i) * b + j);
            return sum;
        });
    }
};

}  // namespace prism
