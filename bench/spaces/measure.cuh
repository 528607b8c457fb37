// Runs every candidate of a space, checks its answer against the default's and prints its speed.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

constexpr int kRuns = 41;
constexpr size_t kElements = size_t(1) << 26;
/// More than the second-level cache of any device so far: written between runs, it leaves nothing of theirs there.
constexpr size_t kFlush = size_t(160) << 20;

inline void must(cudaError_t error, const char* what) {
    if (error == cudaSuccess) return;
    fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(error));
    exit(1);
}

inline int multiprocessors() {
    int count = 0;
    must(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0), "multiprocessors");
    return count;
}

struct Candidate {
    std::vector<int> values;
    const void* kernel;
    dim3 grid, block;
    size_t shared;
};

struct Space {
    const char* kernel;
    std::vector<unsigned> sizes;
    std::vector<const char*> axes;
    std::vector<int> first;
    double operations;
    size_t outputs;
    std::vector<Candidate> candidates = {};

    template <typename... P>
    void add(std::vector<int> values, void (*kernel)(P...), dim3 grid, dim3 block, size_t shared) {
        bool is_default = values == first;
        auto at = is_default ? candidates.begin() : candidates.end();
        candidates.insert(at, {values, (const void*)kernel, grid, block, shared});
    }
};

__global__ void fill(float* data, size_t n, unsigned seed) {
    for (size_t at = blockIdx.x * size_t(blockDim.x) + threadIdx.x; at < n; at += size_t(gridDim.x) * blockDim.x) {
        unsigned word = (unsigned(at) + seed) * 2654435769u;
        word = (word ^ word >> 15) * 2246822519u;
        data[at] = float((word ^ word >> 13) >> 8) * 0x1p-24f;
    }
}

__global__ void count_wrong(const float* got, const float* expected, size_t n, unsigned* wrong) {
    for (size_t at = blockIdx.x * size_t(blockDim.x) + threadIdx.x; at < n; at += size_t(gridDim.x) * blockDim.x)
        if (!(fabsf(got[at] - expected[at]) <= 1e-4f * fabsf(expected[at]))) atomicAdd(wrong, 1);
}

struct Bench {
    float *x, *y, *out, *expected;
    char* flush;
    unsigned* wrong;

    Bench() {
        for (float** data : {&x, &y, &out, &expected}) must(cudaMalloc(data, kElements * sizeof(float)), "memory");
        must(cudaMalloc(&flush, kFlush), "memory");
        must(cudaMallocManaged(&wrong, sizeof(unsigned)), "memory");
        fill<<<1024, 256>>>(x, kElements, 1);
        fill<<<1024, 256>>>(y, kElements, 77);
        must(cudaDeviceSynchronize(), "inputs");
    }

    template <typename... Args>
    void run(const Space& space, Args... args) {
        void* pointers[] = {&args...};
        head(space);
        for (size_t at = 0; at < space.candidates.size(); ++at) {
            const Candidate& candidate = space.candidates[at];
            bool is_right = answers(space, candidate, pointers, at == 0);
            print(space, candidate, is_right ? times(candidate, pointers) : std::vector<float>{});
        }
    }

    cudaError_t launch(const Candidate& c, void** pointers) {
        if (c.shared > 48 * 1024)
            cudaFuncSetAttribute(c.kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, int(c.shared));
        cudaError_t error = cudaLaunchKernel(c.kernel, c.grid, c.block, pointers, c.shared, 0);
        cudaGetLastError();
        return error;
    }

    /// Whether the candidate runs and its outputs are the default's; the first one gives what is expected.
    bool answers(const Space& space, const Candidate& candidate, void** pointers, bool is_first) {
        must(cudaMemset(out, 0, space.outputs * sizeof(float)), "clear");
        if (launch(candidate, pointers) != cudaSuccess) return false;
        *wrong = 0;
        must(cudaDeviceSynchronize(), space.kernel);
        if (is_first) must(cudaMemcpy(expected, out, space.outputs * sizeof(float), cudaMemcpyDeviceToDevice), "keep");
        count_wrong<<<1024, 256>>>(out, expected, space.outputs, wrong);
        must(cudaDeviceSynchronize(), "compare");
        if (*wrong > 0) fprintf(stderr, "%s: %u wrong\n", space.kernel, *wrong);
        return *wrong == 0;
    }

    /// Milliseconds of each run, the caches flushed before it, in ascending order.
    std::vector<float> times(const Candidate& candidate, void** pointers) {
        cudaEvent_t events[2 * kRuns];
        for (cudaEvent_t& event : events) must(cudaEventCreate(&event), "event");
        for (int run = 0; run < kRuns; ++run) {
            must(cudaMemsetAsync(flush, run, kFlush), "flush");
            must(cudaEventRecord(events[2 * run]), "event");
            must(launch(candidate, pointers), "launch");
            must(cudaEventRecord(events[2 * run + 1]), "event");
        }
        must(cudaDeviceSynchronize(), "runs");
        std::vector<float> times(kRuns);
        for (int run = 0; run < kRuns; ++run)
            must(cudaEventElapsedTime(&times[run], events[2 * run], events[2 * run + 1]), "time");
        for (cudaEvent_t& event : events) cudaEventDestroy(event);
        std::sort(times.begin(), times.end());
        return times;
    }

    template <typename T>
    static std::string list(const std::vector<T>& items, const char* quote) {
        std::string text;
        for (const T& item : items) {
            if constexpr (std::is_arithmetic_v<T>)
                text += (text.empty() ? "" : ",") + std::to_string(item);
            else
                text += (text.empty() ? "" : ",") + (quote + std::string(item) + quote);
        }
        return text;
    }

    void head(const Space& space) {
        cudaDeviceProp device;
        must(cudaGetDeviceProperties(&device, 0), "device");
        std::string driver;
        std::getline(std::ifstream("/sys/module/nvidia/version"), driver);
        char date[32];
        time_t now = time(nullptr);
        strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
        printf(
            "{\"kernel\":\"%s\",\"sizes\":[%s],\"axes\":[%s],\"operations\":%.0f,"
            "\"device\":\"%s\",\"driver\":\"%s\",\"date\":\"%s\",\"runs\":%d,"
            "\"program\":\"bench/spaces.cu\"}\n",
            space.kernel, list(space.sizes, "").c_str(), list(space.axes, "\"").c_str(), space.operations, device.name,
            driver.c_str(), date, kRuns);
    }

    void print(const Space& space, const Candidate& c, const std::vector<float>& times) {
        cudaFuncAttributes attributes;
        must(cudaFuncGetAttributes(&attributes, c.kernel), "attributes");
        unsigned threads = c.block.x * c.block.y, blocks = c.grid.x * c.grid.y;
        printf("[%s,%u,%u,%zu,%d,", list(c.values, "").c_str(), threads, blocks, c.shared + attributes.sharedSizeBytes,
               attributes.numRegs);
        if (times.empty())
            printf("null,null]\n");
        else {
            float median = times[kRuns / 2];
            printf("%.4g,%.3f]\n", space.operations / (median * 1e-3),
                   (times[kRuns * 3 / 4] - times[kRuns / 4]) / median);
        }
    }
};
