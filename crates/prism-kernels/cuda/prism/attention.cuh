// Scores of attention: which keys a query sees, and what becomes of a product of query and key.
#pragma once
#include "prism/element.cuh"
#include "prism/warp.cuh"

namespace prism {

// Where the rows of one head lie: [b, heads, length, width], or packed [b, length, heads, width].
struct HeadRows {
    uint64_t first, stride;  // in elements

    __device__ HeadRows(uint32_t b, uint32_t head, uint32_t heads, uint32_t length, uint32_t width, uint32_t packed)
        : first((packed ? uint64_t(b) * length * heads + head : (uint64_t(b) * heads + head) * length) * width),
          stride(packed ? uint64_t(heads) * width : width) {}
};

// The keys a query sees are those before a number that grows with the query's.
struct Sight {
    uint32_t queries, keys;
    bool causal;
    int64_t offset;

    __device__ uint32_t of(uint32_t query) const {
        if (query >= queries) return 0;
        if (!causal) return keys;
        const int64_t seen = min(max(offset, -(int64_t(1) << 40)), int64_t(1) << 40) + query + 1;
        return uint32_t(min(max(seen, int64_t(0)), int64_t(keys)));
    }
};

// Two to the power of x; f16 and bf16 do with a hundredth of their own roundoff.
template <typename T>
__device__ inline computed<T> power_of_two(computed<T> x) {
    if constexpr (sizeof(T) == 2) {
        float power;
        asm("ex2.approx.f32 %0, %1;" : "=f"(power) : "f"(x));
        return power;
    } else {
        return exp2(x);
    }
}

// Scores of one head in units of ln 2.
template <typename T>
struct Score {
    using W = computed<T>;
    static constexpr double LOG2_E = 1.4426950408889634;
    const T* mask;  // of this head; null where there is none
    uint64_t of_query, of_key;
    W scale, cap;

    __device__ Score(const T* all, uint32_t axes, uint32_t b, uint32_t head, uint32_t heads, uint32_t queries,
                     uint32_t keys, double scale, double softcap)
        : mask(nullptr), of_query(0), of_key(0), scale(W(scale)), cap(W(softcap)) {
        if (axes >= 16) return;
        const uint64_t row = axes & 1 ? keys : 1, head_size = axes & 2 ? row * queries : row;
        uint64_t at = axes & 8 ? b : 0;
        if (axes & 4) at = at * heads + head;
        mask = all + at * head_size;
        of_query = axes & 2 ? row : 0;
        of_key = axes & 1;
    }

    // Whether a score is a multiple of the product, and which.
    __device__ bool is_product() const { return !mask && !(cap > 0); }
    __device__ W factor() const { return W(double(scale) * LOG2_E); }

    // For a query and a key that there are; in units of 1.
    __device__ W of(W product, uint32_t query, uint32_t key) const {
        W score = product * scale;
        if (cap > 0) score = cap * tanh(score / cap);
        if (mask) score += W(widen(mask[query * of_query + key * of_key]));
        return score;
    }

    __device__ W operator()(W product, uint32_t query, uint32_t key) const {
        return of(product, query, key) * W(LOG2_E);
    }
};

// What exponents are taken over: the largest score, where there is one to speak of.
template <typename W>
__device__ inline W score_base(W most) {
    return most == -infinity<W>() ? W(0) : most;
}

// 1/sum, and 0 for a query that saw nothing.
template <typename W>
__device__ inline W share_scale(W sum) {
    return sum == 0 ? W(0) : 1 / sum;
}

}  // namespace prism
