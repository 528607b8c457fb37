#include "prism/select.cuh"
#include "prism/uniform.cuh"

namespace prism {

// What is drawn from a row: its weights exp((z − m)/T) in units of 2⁻⁴⁰, so that sums of them have no order.
struct Lottery {
    double most, temperature, p;
    uint64_t uniform;  // in units of 2⁻⁵³

    __device__ unsigned long long weight(double z) const {
        const double share = z == most ? 1.0 : exp((z - most) / temperature);
        return (unsigned long long)(share * 0x1p40 + 0.5);
    }

    // A logit below which all weights are 0: that of 2⁻⁴¹ is 41·ln 2 = 28.42 below.
    __device__ float least() const { return __double2float_rd(most - fmin(28.5 * temperature, 1e300)); }

    // The part of a sum that what is kept must reach.
    __device__ unsigned long long nucleus(unsigned long long sum) const {
        const double part = ceil(p * double(sum));
        return min(sum, max(1ull, (unsigned long long)part));
    }

    // The part of the sum of what is kept that the token drawn is the first to reach: it exceeds u·sum.
    __device__ unsigned long long drawn(unsigned long long sum) const {
        return (__umul64hi(uniform, sum) << 11 | uniform * sum >> 53) + 1;
    }
};

// A token and its probability.
struct Token {
    uint32_t place;
    float prob;

    __device__ Token(uint32_t place, unsigned long long weight, unsigned long long sum)
        : place(place), prob(float(double(weight) / double(sum))) {}
};

// One of the first k, whose ranks are in `shared.list`.
template <typename T>
__device__ Token draw_of_list(const Ranks<T>& ranks, uint32_t k, const Lottery& lottery, Selection& shared) {
    for (uint32_t j = threadIdx.x; j < KEPT; j += blockDim.x)
        shared.bins.set(KEPT - 1 - j, j < k ? lottery.weight(double(widen(ranks.value(shared.list[j])))) : 0);
    __syncthreads();
    const uint32_t last = find_bin(shared, [&](unsigned long long sum) { return lottery.nucleus(sum); });
    for (uint32_t bin = threadIdx.x; bin < last; bin += blockDim.x) shared.bins.set(bin, 0);
    __syncthreads();
    const uint32_t bin = find_bin(shared, [&](unsigned long long sum) { return lottery.drawn(sum); });
    return Token(ranks.place(shared.list[KEPT - 1 - bin]), shared.bins.at(bin), shared.sum);
}

// One of those from the rank `lowest` to the row's first.
template <typename T>
__device__ Token draw_of_row(const Ranks<T>& ranks, RankOf<T> lowest, RankOf<T> first, const Lottery& lottery,
                             Selection& shared) {
    const auto weight = [&](T z) { return lottery.weight(double(widen(z))); };
    lowest = larger(lowest, ranks.from(lottery.least()));
    Found found{0, 0};
#pragma unroll 1
    for (int step = lottery.p < 1 ? 0 : 1; step < 2; ++step) {
        const auto wanted = [&](unsigned long long sum) { return step ? lottery.drawn(sum) : lottery.nucleus(sum); };
        found = first_reaching(ranks, lowest, first, weight, wanted, shared);
        lowest = ranks.rank(found.word);
    }
    return Token(ranks.place(found.word), weight(ranks.value(found.word)), found.sum);
}

// The word of the largest rank of a row. All threads must call it.
template <typename T>
__device__ uint64_t first_word(const Ranks<T>& ranks, Selection& shared) {
    if constexpr (Ranks<T>::BY_PLACE) return ranks.word(rank_of(ranks, 1, shared));
    unsigned long long own = 0;
    ranks.template each<2>(
        ranks.n, [&](T value, uint32_t place) { own = max(own, (unsigned long long)(ranks.of(value, place))); });
    own = warp_max(own);
    if (threadIdx.x == 0) shared.sum = 0;
    __syncthreads();
    if (threadIdx.x % 32 == 0) atomicMax(&shared.sum, own);
    __syncthreads();
    return shared.sum;
}

}  // namespace prism

// A block a row.
template <typename T>
__device__ void row_token(const T* logits,  // [r, v]
                          int64_t* token,   // [r]
                          float* prob,      // [r]
                          uint64_t* fault,  // [1]
                          double temperature, double p, uint32_t k, uint64_t seed, uint64_t stream, uint64_t offset,
                          uint64_t r, uint32_t v) {
    __shared__ prism::Selection shared;
    const uint64_t row = blockIdx.x;
    if (row >= r) return;
    const prism::Ranks<T> ranks(logits + row * v, v);
    const bool is_listed = k > 0 && k <= prism::KEPT;
    k = k == 0 ? v : min(k, v);
    if (is_listed) prism::list_first(ranks, k, shared.list, prism::KEPT, shared);
    const uint64_t first = is_listed ? shared.list[0] : prism::first_word(ranks, shared);
    __syncthreads();
    const double most = prism::widen(ranks.value(first));
    if (!(most > -prism::infinity<double>())) {
        if (threadIdx.x == 0) {
            token[row] = -1;
            prob[row] = nanf("");
            atomicMax(reinterpret_cast<unsigned long long*>(fault), ~(row * v + ranks.place(first)));
        }
        return;
    }
    const prism::Lottery lottery{most, temperature, p, prism::uniform_bits(prism::Philox{seed, stream}, offset + row)};
    const auto drawn = is_listed ? prism::draw_of_list(ranks, k, lottery, shared)
                                 : prism::draw_of_row(ranks, k < v ? prism::rank_of(ranks, k, shared) : 0,
                                                      ranks.rank(first), lottery, shared);
    if (threadIdx.x != 0) return;
    token[row] = drawn.place;
    prob[row] = drawn.prob;
}
