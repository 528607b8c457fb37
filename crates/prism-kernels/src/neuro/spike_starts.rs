//! Where the spikes of every 1024 neurons begin in the list of spikes.

use prism_derive::kernel;

/// The number of spikes before every 32 words of every row of a bit mask.
///
/// `spikes [r, w]` → `starts [r·⌈w/32⌉ + 1]`, the last the number of all, which is also `total`. One block reads the mask once; scratch: 33
/// numbers in shared memory.
#[kernel(
    threads = 1024,
    block = [1024],
    check(r = [0, 1, 3, 40], w = [0, 1, 2, 31, 32, 33, 257, 1000]),
    bench(r = 1, w = 312_500),
)]
pub fn spike_starts(
    #[shape(r, w)] spikes: &[u32],
    #[shape(r * w.div_ceil(32) + 1)] starts: &mut [u64],
    #[shape(1)] total: &mut [u64],
) {
    (starts[0], total[0]) = (0, 0);
    for (i, word) in spikes.iter().enumerate() {
        total[0] += u64::from(word.count_ones());
        starts[i / w * w.div_ceil(32) + i % w / 32 + 1] = total[0];
    }
}
