//! Observations that are the same to the last bit: ties that no distance can break.

use crate::transfer_entropy::Estimation;

/// One value of every observation: a channel, and how many samples it lies back.
pub(crate) type Column<'a> = (&'a [f64], usize);

/// The number of observations that occur more than `k` times.
///
/// The observation of row `t` is `channel[t − lag]` of each column. O(n·d), 8·n to 16·n bytes.
pub(crate) fn repeated(columns: &[Column], rows: &[usize], k: usize) -> usize {
    let hashes: Vec<u64> = rows.iter().map(|&t| hash(columns, t)).collect();
    let mut suspects = crowded(&hashes, k);
    suspects.sort_unstable();
    suspects.chunk_by(|a, b| a == b).map(<[u64]>::len).filter(|&copies| copies > k).sum()
}

/// What a user is told when `count` of `total` observations are repeated.
pub(crate) fn repeats_warning(count: usize, total: usize, estimation: &Estimation) -> String {
    let Estimation { k, noise, .. } = *estimation;
    let mend = if noise > 0.0 {
        format!("noise of {noise:e} breaks the ties, and what it decides is chance")
    } else {
        format!("their distance is 0 beyond k; add noise such as --noise 1e-8, or raise --k above {k}")
    };
    format!("{count} of {total} rows are duplicates, each there more than k = {k} times: {mend}")
}

/// The hashes in cells that more than `k` hashes fall into: all that occur more than `k` times, and few others.
fn crowded(hashes: &[u64], k: usize) -> Vec<u64> {
    let cells = (4 * hashes.len()).next_power_of_two();
    let cell = |hash: u64| hash as usize & (cells - 1);
    let mut counts = vec![0_u8; cells];
    for &hash in hashes {
        let count = &mut counts[cell(hash)];
        *count = count.saturating_add(1);
    }
    let limit = k.min(usize::from(u8::MAX) - 1);
    hashes.iter().copied().filter(|&hash| usize::from(counts[cell(hash)]) > limit).collect()
}

fn hash(columns: &[Column], t: usize) -> u64 {
    columns.iter().fold(0, |hash, &(channel, lag)| mix(hash ^ bits(channel[t - lag])))
}

/// The bits of a value, the same for both zeros.
fn bits(value: f64) -> u64 {
    (value + 0.0).to_bits()
}

/// Spreads every bit over all others: the finaliser of `SplitMix64` (Steele et al. 2014).
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_occurs_more_than_k_times_counts() {
        let channel = [1.0, 2.0, 1.0, 2.0, 1.0, -0.0, 0.0];
        let rows: Vec<usize> = (0..7).collect();
        assert_eq!(repeated(&[(&channel, 0)], &rows, 1), 7);
        assert_eq!(repeated(&[(&channel, 0)], &rows, 2), 3);
        assert_eq!(repeated(&[(&channel, 0)], &rows, 3), 0);
    }

    #[test]
    fn all_values_of_an_observation_must_agree() {
        let channel = [1.0, 1.0, 2.0, 1.0, 1.0, 2.0];
        assert_eq!(repeated(&[(&channel, 0), (&channel, 1)], &[1, 2, 3, 4, 5], 1), 4);
        assert_eq!(repeated(&[(&channel, 0), (&channel, 2)], &[2, 3, 4, 5], 1), 2);
    }

    #[test]
    fn many_copies_and_many_values_are_told_apart() {
        let channel: Vec<f64> = (0..9000).map(|t| if t < 1000 { 7.0 } else { f64::from(t) }).collect();
        let rows: Vec<usize> = (0..9000).collect();
        for k in [1, 4, 64, 300, 999] {
            assert_eq!(repeated(&[(&channel, 0)], &rows, k), 1000);
        }
        assert_eq!(repeated(&[(&channel, 0)], &rows, 1000), 0);
        assert_eq!(repeated(&[(&channel, 0)], &[], 4), 0);
    }
}
