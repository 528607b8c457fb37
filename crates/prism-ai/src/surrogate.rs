//! Surrogates: sources whose tie to the target is cut, drawn without regard to when or where they are drawn.

use crate::transfer_entropy::SurrogateMethod;
use prism_device::philox::Philox;
use prism_kernels::ksg::batch::Displacement;
use prism_kernels::ksg::displaced;
use std::ops::Range;

/// Displacement number `surrogate` of a pair, from 1; 0 leaves the source as it was recorded.
///
/// Its key is block `surrogate` of stream `source·2³² + target` of the seed. All delays of a pair share it, and few more or
/// fewer observations displace nearly all others alike, so that the maximum over delays is taken over the same chance. A
/// shift is by `margin` samples or more, both ways around: less
/// would bring the source back to another of the delays asked.
pub(crate) fn displacement(
    method: SurrogateMethod,
    seed: u64,
    (source, target): (usize, usize),
    surrogate: usize,
    margin: usize,
) -> Displacement {
    let stream = (source as u64) << 32 | target as u64;
    let key = Philox::new(seed, stream).block(surrogate as u64);
    match method {
        _ if surrogate == 0 => Displacement { method: 0, key },
        SurrogateMethod::Permute => Displacement { method: 1, key },
        SurrogateMethod::Shift => Displacement { method: 2, key: [key[0], margin as u32, 0, 0] },
    }
}

/// Which observation takes the place of each, when they are displaced within their trials.
pub(crate) fn order(displacement: Displacement, trials: &[Range<usize>]) -> Vec<u32> {
    let within = |trial: &Range<usize>| {
        let (start, length) = (trial.start as u32, trial.len() as u32);
        (0..length).map(move |i| start + displaced(displacement.method, i, length, displacement.key))
    };
    trials.iter().flat_map(within).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn observations_stay_within_their_trial_and_come_once() {
        for method in [SurrogateMethod::Permute, SurrogateMethod::Shift] {
            let order = order(displacement(method, 3, (1, 2), 5, 1), &[0..7, 7..8, 8..30]);
            assert_eq!(order[7], 7);
            let mut first: Vec<u32> = order[..7].to_vec();
            first.sort_unstable();
            assert_eq!(first, (0..7).collect::<Vec<_>>());
            assert_ne!(order, (0..30).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_shift_is_by_its_margin_or_more() {
        let shift = |displacement, length| order(displacement, std::slice::from_ref(&(0..length)))[0];
        for surrogate in 1..100 {
            let displacement = displacement(SurrogateMethod::Shift, 0, (0, 1), surrogate, 4);
            assert!((4..=16).contains(&shift(displacement, 20)), "{displacement:?}");
            assert!((2..=3).contains(&shift(displacement, 5)), "{displacement:?}");
        }
    }

    #[test]
    fn delays_that_leave_fewer_observations_displace_them_alike() {
        let order = |displacement, length| order(displacement, std::slice::from_ref(&(0..length)));
        for (method, within) in [(SurrogateMethod::Shift, 6), (SurrogateMethod::Permute, 0)] {
            let displacement = displacement(method, 5, (0, 1), 3, 8);
            let (longer, shorter) = (order(displacement, 1000), order(displacement, 995));
            let alike = longer.iter().zip(&shorter).filter(|(a, b)| a.abs_diff(**b) <= within).count();
            assert!(alike >= 980, "{alike} of 995 by {method:?}");
        }
    }

    #[test]
    fn surrogate_0_is_the_recording() {
        let order = order(displacement(SurrogateMethod::Permute, 9, (0, 1), 0, 1), &[0..4, 4..6]);
        assert_eq!(order, [0, 1, 2, 3, 4, 5]);
    }
}
