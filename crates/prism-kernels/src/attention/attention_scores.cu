#include "prism/attention.cuh"
#include "prism/reduce.cuh"

// A warp a row; every lane has every 32nd key.
template <typename T>
__device__ void attention_scores(const T* q,               // [b, h, lq, d]
                                 const T* k,               // [b, g, lk, d]
                                 const T* mask,            // [b, h, lq, lk], by `axes`
                                 const uint32_t* lengths,  // [given]
                                 T* scores,                // [b, h, lq, lk]
                                 double scale, double softcap, uint32_t axes, uint32_t causal, int64_t offset,
                                 uint32_t packed, uint32_t normalised, uint32_t b, uint32_t h, uint32_t lq, uint32_t d,
                                 uint32_t g, uint32_t lk, uint32_t given) {
    using W = prism::computed<T>;
    const uint64_t row = (uint64_t(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    if (row >= uint64_t(b) * h * lq) return;
    const uint32_t lane = threadIdx.x % 32, query = row % lq, head = row / lq % h, batch = row / lq / h;
    const uint32_t group = uint64_t(head) * g / h;
    const prism::HeadRows of_q(batch, head, h, lq, d, packed), of_k(batch, group, g, lk, d, packed);
    const prism::Sight sight{lq, given ? min(lengths[batch], lk) : lk, causal != 0, offset};
    const prism::Score<T> score(mask, axes, batch, head, h, lq, lk, scale, softcap);
    const uint32_t seen = sight.of(query);
    const T* const of_query = q + of_q.first + query * of_q.stride;
    const auto at = [&](uint32_t key) {
        if (key >= seen) return -prism::infinity<W>();
        const T* const of_key = k + of_k.first + key * of_k.stride;
        W product = 0;
        for (uint32_t e = 0; e < d; ++e)
            product = fma(W(prism::widen(of_query[e])), W(prism::widen(of_key[e])), product);
        return score.of(product, query, key);
    };
    T* const to = scores + row * lk;
    if (!normalised) {
        for (uint32_t key = lane; key < lk; key += 32) to[key] = prism::narrow<T>(at(key));
        return;
    }
    W most = -prism::infinity<W>(), sum = 0;
    for (uint32_t key = lane; key < seen; key += 32) {
        const W x = at(key), largest = max(most, x), base = prism::score_base(largest);
        sum = sum * exp(most - base) + exp(x - base);
        most = largest;
    }
    const W base = prism::score_base(prism::warp_max(most));
    const W share = prism::share_scale(prism::warp_sum(sum * exp(prism::score_base(most) - base)));
    for (uint32_t key = lane; key < lk; key += 32) to[key] = prism::narrow<T>(exp(at(key) - base) * share);
}
