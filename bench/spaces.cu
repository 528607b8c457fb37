// Measures six kernels over whole grids of configurations: the recorded spaces that searches are tested on.
//
//   nvcc -O3 -std=c++17 -arch=native -o spaces bench/spaces.cu
//   ./spaces > crates/prism-device/tests/spaces/h200.jsonl
//
// A line with braces begins a space; each line with brackets is one candidate of it, the default first: its value on
// every axis, then threads a block, blocks, bytes of shared memory a block, registers a thread, operations a second
// (the median; null when the launch failed or the answer was wrong) and the quartile distance as a share of it.

#include <initializer_list>

#include "spaces/kernels.cuh"
#include "spaces/measure.cuh"

/// Calls `f` with each number as a type, so that it can be a template's argument.
template <int... V, typename F>
void each(F f) {
    (f(std::integral_constant<int, V>{}), ...);
}

unsigned parts(size_t whole, size_t part) { return unsigned((whole + part - 1) / part); }

Space saxpy_space(unsigned n) {
    Space space{"saxpy", {n}, {"block", "width", "items", "layout"}, {256, 1, 1, 0}, 2.0 * n, n};
    each<1, 2, 4>([&](auto w) {
        each<1, 2, 4, 8>([&](auto i) {
            each<0, 1>([&](auto layout) {
                for (int block : {32, 64, 96, 128, 192, 256, 384, 512, 768, 1024})
                    space.add({block, w, i, layout}, saxpy<w, i, layout>, {parts(n, size_t(block) * w * i)},
                              {unsigned(block)}, 0);
            });
        });
    });
    return space;
}

Space transpose_space(unsigned n, unsigned m) {
    Space space{"transpose",    {n, m},        {"tile", "rows", "padding", "order"},
                {16, 16, 0, 0}, double(n) * m, size_t(n) * m};
    each<8, 16, 32, 64>([&](auto tile) {
        each<1, 2, 4, 8, 16, 32>([&](auto rows) {
            each<0, 1, 2>([&](auto padding) {
                each<0, 1>([&](auto order) {
                    if constexpr (rows <= tile && tile * rows <= 1024) {
                        dim3 grid = order ? dim3(parts(n, tile), parts(m, tile)) : dim3(parts(m, tile), parts(n, tile));
                        space.add({tile, rows, padding, order}, transpose<tile, rows, padding, order>, grid,
                                  {tile, rows}, 0);
                    }
                });
            });
        });
    });
    return space;
}

Space sum_space(unsigned n) {
    Space space{"sum", {n}, {"block", "blocks_per_sm", "width", "unroll"}, {256, 8, 1, 1}, double(n), 1};
    each<1, 2, 4>([&](auto w) {
        each<1, 2, 4>([&](auto unroll) {
            for (int block : {64, 128, 192, 256, 512, 1024})
                for (int blocks : {1, 2, 4, 8, 16, 32})
                    space.add({block, blocks, w, unroll}, sum<w, unroll>, {unsigned(blocks * multiprocessors())},
                              {unsigned(block)}, 0);
        });
    });
    return space;
}

Space matmul_space(unsigned n) {
    Space space{"matmul",        {n},          {"tile_m", "tile_n", "depth", "thread_m", "thread_n"}, {32, 32, 8, 2, 2},
                2.0 * n * n * n, size_t(n) * n};
    each<32, 64, 128>([&](auto bm) {
        each<32, 64, 128>([&](auto bn) {
            each<8, 16>([&](auto bk) {
                each<2, 4, 8>([&](auto tm) {
                    each<2, 4, 8>([&](auto tn) {
                        constexpr int threads = bm * bn / (tm * tn);
                        if constexpr (threads >= 32 && threads <= 1024)
                            space.add({bm, bn, bk, tm, tn}, matmul<bm, bn, bk, tm, tn>, {n / bn, n / bm}, {threads}, 0);
                    });
                });
            });
        });
    });
    return space;
}

Space stencil_space(unsigned n, unsigned m) {
    Space space{"stencil", {n, m}, {"block_x", "block_y", "rows", "shared"}, {32, 8, 1, 0}, 9.0 * n * m, size_t(n) * m};
    each<1, 2, 4, 8>([&](auto rows) {
        each<0, 1>([&](auto shared) {
            for (unsigned x : {16, 32, 64, 128, 256})
                for (unsigned y : {1, 2, 4, 8, 16}) {
                    if (x * y < 32 || x * y > 1024) continue;
                    size_t bytes = shared ? (x + 4) * (y * rows + 4) * sizeof(float) : 0;
                    space.add({int(x), int(y), rows, shared}, stencil<rows, shared>, {parts(m, x), parts(n, y * rows)},
                              {x, y}, bytes);
                }
        });
    });
    return space;
}

Space softmax_space(unsigned n, unsigned m) {
    Space space{"softmax", {n, m}, {"threads", "rows", "width", "keep"}, {256, 1, 1, 0}, 5.0 * n * m, size_t(n) * m};
    each<1, 2, 4>([&](auto w) {
        each<0, 1, 2>([&](auto keep) {
            for (unsigned threads : {32, 64, 128, 256, 512})
                for (unsigned rows : {1, 2, 4, 8, 16}) {
                    if (threads * rows > 1024) continue;
                    size_t bytes = (keep == 1 ? rows * m : 0) * sizeof(float);
                    space.add({int(threads), int(rows), w, keep}, softmax<w, keep>, {parts(n, rows)}, {threads, rows},
                              bytes);
                }
        });
    });
    return space;
}

int main() {
    Bench bench;
    for (unsigned n : {1u << 20, 1u << 25}) bench.run(saxpy_space(n), 1.5f, bench.x, bench.y, bench.out, n);
    for (unsigned n : {1024u, 6000u}) bench.run(transpose_space(n, n + 100), bench.x, bench.out, n, n + 100);
    for (unsigned n : {1u << 20, 1u << 25}) bench.run(sum_space(n), bench.x, bench.out, n);
    for (unsigned n : {512u, 2048u}) bench.run(matmul_space(n), bench.x, bench.y, bench.out, n);
    for (unsigned n : {1000u, 6000u}) bench.run(stencil_space(n, n), bench.x, bench.out, n, n);
    bench.run(softmax_space(1000, 4096), bench.x, bench.out, 1000u, 4096u);
    bench.run(softmax_space(40000, 512), bench.x, bench.out, 40000u, 512u);
}
