#include "prism/attention.cuh"

namespace prism {

// Eight lanes share a row: each has packs of neighbouring elements, eight packs apart, zeros behind the row.
template <typename T, uint32_t PACKS>
struct RowShare {
    static constexpr uint32_t V = Packed<T>::COUNT, COUNT = PACKS * V;
    Packed<T> packs[PACKS];

    static __device__ uint32_t column(uint32_t pack) { return (pack * 8 + threadIdx.x % 8) * V; }

    __device__ RowShare(const T* row, uint32_t width, bool whole) {
#pragma unroll
        for (uint32_t p = 0; p < PACKS; ++p) {
            packs[p] = {};
            if (whole) {
                if (column(p) < width) packs[p] = *reinterpret_cast<const Packed<T>*>(row + column(p));
            } else {
#pragma unroll
                for (uint32_t e = 0; e < V; ++e) {
                    if (column(p) + e < width) packs[p].at[e] = row[column(p) + e];
                }
            }
        }
    }

    __device__ float operator[](uint32_t element) const { return widen(packs[element / V].at[element % V]); }
};

// What a softmax has met: its largest score, in units of ln 2, its sum, and the sum of the values.
template <uint32_t COUNT>
struct Met {
    float most = -infinity<float>(), sum = 0, values[COUNT] = {};

    __device__ void scale(float by) {
        sum *= by;
#pragma unroll
        for (float& value : values) value *= by;
    }

    // Joins what the lane `step` away has met.
    __device__ void join(uint32_t step) {
        const float theirs = __shfl_xor_sync(FULL, most, step), base = score_base(max(most, theirs));
        scale(exp2f(most - base));
        sum += __shfl_xor_sync(FULL, sum, step);
#pragma unroll
        for (float& value : values) value += __shfl_xor_sync(FULL, value, step);
        most = max(most, theirs);
    }
};

}  // namespace prism

// A block a query and a part of the keys: eight lanes a key, sixteen keys at a time.
template <typename T, uint32_t D, uint32_t DV>
__device__ void attention_parts(const T* q,               // [b, h, lq, d]
                                const T* k,               // [b, g, lk, d]
                                const T* v,               // [b, g, lk, dv]
                                const T* mask,            // [b, h, lq, lk], by `axes`
                                const uint32_t* lengths,  // [given]
                                float* part,              // [b · h · lq, parts, dv]
                                double* top,              // [b · h · lq, parts]
                                double scale, double softcap, uint32_t axes, uint32_t causal, int64_t offset,
                                uint32_t packed, uint32_t b, uint32_t h, uint32_t lq, uint32_t d, uint32_t g,
                                uint32_t lk, uint32_t dv, uint32_t given, uint32_t parts) {
    constexpr uint32_t WARPS = 4, KEYS = WARPS * 4, V = prism::Packed<T>::COUNT;
    using Key = prism::RowShare<T, (D ? D : 256) / (8 * V)>;
    using Value = prism::RowShare<T, (DV ? DV : 256) / (8 * V)>;
    __shared__ float values[WARPS][256], mosts[WARPS], sums[WARPS];
    const uint32_t width = D ? D : d, value_width = DV ? DV : dv;
    const bool whole = width % V == 0, whole_value = value_width % V == 0;
    // Neighbouring blocks share keys.
    uint32_t item = blockIdx.x;
    const uint32_t query = item % lq, in_group = (item /= lq) % (h / g), slice = (item /= h / g) % parts;
    const uint32_t group = (item /= parts) % g, batch = item / g, head = group * (h / g) + in_group;
    const prism::HeadRows of_q(batch, head, h, lq, width, packed), of_k(batch, group, g, lk, width, packed);
    const prism::HeadRows of_v(batch, group, g, lk, value_width, packed), row_of(batch, head, h, lq, 1, packed);
    const prism::Sight sight{lq, given ? min(lengths[batch], lk) : lk, causal != 0, offset};
    const prism::Score<T> score(mask, axes, batch, head, h, lq, lk, scale, softcap);
    const bool is_product = score.is_product();
    const float factor = score.factor();
    const uint32_t length = (lk + parts - 1) / parts;
    const uint32_t begin = min(uint64_t(slice) * length, uint64_t(lk)), end = min(begin + length, sight.of(query));

    const Key own(q + of_q.first + query * of_q.stride, width, whole);
    prism::Met<Value::COUNT> met;
    for (uint32_t first = begin; first < end; first += KEYS) {
        const uint32_t key = first + threadIdx.x / 8;
        const bool is_key = key < end;
        const Key theirs(k + of_k.first + key * of_k.stride, is_key ? width : 0, whole);
        const Value value(v + of_v.first + key * of_v.stride, is_key ? value_width : 0, whole_value);
        float x = 0;
#pragma unroll
        for (uint32_t e = 0; e < Key::COUNT; ++e) x = fmaf(own[e], theirs[e], x);
#pragma unroll
        for (uint32_t step = 1; step < 8; step *= 2) x += __shfl_xor_sync(prism::FULL, x, step);
        x = !is_key ? -prism::infinity<float>() : is_product ? x * factor : score(x, query, key);
        if (x > met.most) {
            met.scale(exp2f(met.most - x));
            met.most = x;
        }
        const float power = prism::power_of_two<T>(x - prism::score_base(met.most));
        met.sum += power;
#pragma unroll
        for (uint32_t e = 0; e < Value::COUNT; ++e) met.values[e] = fmaf(power, value[e], met.values[e]);
    }
    met.join(8);
    met.join(16);

    const uint32_t warp = threadIdx.x / 32;
    if (threadIdx.x % 32 < 8) {
#pragma unroll
        for (uint32_t e = 0; e < Value::COUNT; ++e) values[warp][Value::column(e / V) + e % V] = met.values[e];
        if (threadIdx.x % 32 == 0) {
            mosts[warp] = met.most;
            sums[warp] = met.sum;
        }
    }
    __syncthreads();
    float most = mosts[0], sum = 0;
    for (uint32_t w = 1; w < WARPS; ++w) most = max(most, mosts[w]);
    const float base = prism::score_base(most);
    for (uint32_t w = 0; w < WARPS; ++w) sum += sums[w] * exp2f(mosts[w] - base);
    const uint64_t row = (row_of.first + query * row_of.stride) * parts + slice;
    if (threadIdx.x == 0) top[row] = double(base) + log2(double(sum));
    for (uint32_t c = threadIdx.x; c < value_width; c += blockDim.x) {
        float total = 0;
        for (uint32_t w = 0; w < WARPS; ++w) total += values[w][c] * exp2f(mosts[w] - base);
        part[row * value_width + c] = total * prism::share_scale(sum);
    }
}
