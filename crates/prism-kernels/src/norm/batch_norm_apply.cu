#include "prism/channels.cuh"
#include "prism/flat.cuh"
#include "prism/planes.cuh"

namespace prism {

// The channel of a place in [n, c, s], fetched anew only where the place lies in another one.
template <typename T, typename I>
struct Cursor {
    const Channels<T>& channels;
    const I c, s;
    static constexpr I NONE = ~I(0);
    I plane = NONE, begin = 0, at = 0;  // the plane of s elements, where it begins, and a place in it
    Channel<computed<T>> channel;

    __device__ Cursor(const Channels<T>& channels, I c, I s) : channels(channels), c(c), s(s) {}

    __device__ void to(I i) {
        at = i - begin;
        if (plane != NONE && at < s) return;
        const I found = i / s;
        at = i - found * s;
        enter(found);
    }

    // Whether `count` elements from the place on lie in its plane.
    __device__ bool has(I count) const { return s - at >= count; }

    __device__ void next() {
        if (++at < s) return;
        at = 0;
        enter(plane + 1);
    }

  private:
    __device__ void enter(I next) {
        plane = next, begin = next * s;
        channel = channels[plane % c];
    }
};

template <typename T, typename I>
__device__ void normalise(Cursor<T, I> cursor, I n, const T* x, const T* residual, T* y, bool rectified) {
    constexpr int V = Packed<T>::COUNT;
    struct Pair {
        Packed<T> x, residual;
    };
    const auto one = [&](T x, T residual) { return normalised(x, residual, cursor.channel, rectified); };
    const auto load = [&](I i) {
        Pair pair = {};
        if (n - i < V) return pair;
        pair.x = *reinterpret_cast<const Packed<T>*>(x + i);
        if (residual) pair.residual = *reinterpret_cast<const Packed<T>*>(residual + i);
        return pair;
    };
    flat<V, 4>(n, load, [&](I i, const Pair& pair) {
        Packed<T> result;
        cursor.to(i);
        if (n - i < V) {
            for (; i < n; ++i, cursor.next()) y[i] = one(x[i], residual ? residual[i] : T(0));
            return;
        }
        if (V != 4 && cursor.has(V)) {  // two forms of four elements would not fit the registers
#pragma unroll
            for (int v = 0; v < V; ++v) result.at[v] = one(pair.x.at[v], pair.residual.at[v]);
        } else {
#pragma unroll
            for (int v = 0; v < V; ++v) {
                if (v) cursor.next();
                result.at[v] = one(pair.x.at[v], pair.residual.at[v]);
            }
        }
        *reinterpret_cast<Packed<T>*>(y + i) = result;
    });
}

}  // namespace prism

template <typename T>
__device__ void batch_norm_apply(const T* x,                    // [n, c, s]
                                 const T* residual,             // [r, c, s]
                                 const T* mean,                 // [g]
                                 const T* variance,             // [g]
                                 const double* batch_mean,      // [b]
                                 const double* batch_variance,  // [b]
                                 const T* gamma,                // [m]
                                 const T* beta,                 // [k]
                                 T* y,                          // [n, c, s]
                                 double epsilon, uint32_t rectified, uint64_t n, uint32_t c, uint64_t s, uint64_t r,
                                 uint32_t g, uint32_t b, uint32_t m, uint32_t k) {
    const prism::Channels<T> channels = {mean, variance, gamma, beta, batch_mean, batch_variance, epsilon, b, m, k};
    if constexpr (sizeof(T) == 2) {
        if (s >= prism::LONG) {
            const prism::Tile tile(n * c * s, c, s);
            const T* const added = r ? residual + tile.first : nullptr;
            prism::normalise_planes(tile, channels, x + tile.first, added, y + tile.first, rectified != 0);
            return;
        }
    }
    prism::counted(n * c * s, [&](auto zero) {
        using I = decltype(zero);
        const prism::Cursor<T, I> cursor(channels, I(c), I(s));
        prism::normalise(cursor, I(n * c * s), x, r ? residual : nullptr, y, rectified != 0);
    });
}
