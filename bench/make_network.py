"""Makes the recording of the network benchmark: coupled AR(1) channels, channel v driven by v - 1 at lag 1.

usage: python3 bench/make_network.py CHANNELS SAMPLES FILE.npy
"""

import sys

import numpy as np

channels, samples, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
noise = np.random.default_rng(20).standard_normal((samples, channels))
data = np.zeros((samples, channels))
for t in range(1, samples):
    past = data[t - 1]
    data[t] = 0.5 * past + 0.4 * np.roll(past, 1) + noise[t]
np.save(path, data)
