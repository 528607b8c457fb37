//! In which order channels stand around the ring: such that strong edges are short, which also makes fewer cross.

/// An edge by its ends and its weight.
pub(super) type Link = (usize, usize, f64);

/// The changes tried on each stretch of the ring, each beside the change that undoes it.
const CHANGES: [(Change, Change); 3] = [
    (<[usize]>::reverse, <[usize]>::reverse),
    (|stretch| stretch.rotate_left(1), |stretch| stretch.rotate_right(1)),
    (|stretch| stretch.rotate_right(1), |stretch| stretch.rotate_left(1)),
];

type Change = fn(&mut [usize]);

/// Passes over all stretches; most rings settle in three or four.
const PASSES: usize = 6;

/// The `v` channels in ring order. From the recording's own order, stretches are reversed and single channels moved as
/// long as that shortens the links. Deterministic. O(v²·(v + links)) a pass.
pub(super) fn ring_order(v: usize, links: &[Link]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..v).collect();
    let mut place = order.clone();
    let mut least = length(&order, &mut place, links);
    for _ in 0..PASSES {
        let before = least;
        for from in 0..v {
            for to in from + 1..v {
                least = improve(&mut order[..], from..to + 1, &mut place, links, least);
            }
        }
        if least >= before {
            break;
        }
    }
    order
}

/// Keeps the first change of a stretch that shortens the links, if any; gives their length.
fn improve(
    order: &mut [usize],
    stretch: std::ops::Range<usize>,
    place: &mut [usize],
    links: &[Link],
    least: f64,
) -> f64 {
    for (change, undo) in CHANGES {
        change(&mut order[stretch.clone()]);
        let now = length(order, place, links);
        if now < least * (1.0 - 1e-9) {
            return now;
        }
        undo(&mut order[stretch.clone()]);
    }
    least
}

/// The weighted sum of the links' lengths along the ring, in places.
fn length(order: &[usize], place: &mut [usize], links: &[Link]) -> f64 {
    for (at, &channel) in order.iter().enumerate() {
        place[channel] = at;
    }
    let along = |a: usize, b: usize| {
        let direct = place[a].abs_diff(place[b]);
        direct.min(order.len() - direct) as f64
    };
    links.iter().map(|&(a, b, weight)| weight * along(a, b)).sum()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    #[test]
    fn without_links_the_recording_s_order_stays() {
        assert_eq!(ring_order(5, &[]), [0, 1, 2, 3, 4]);
        assert!(ring_order(0, &[]).is_empty());
    }

    #[test]
    fn a_shuffled_ring_is_untangled() {
        let stride = |channel: usize| (channel * 5) % 12;
        let links: Vec<Link> = (0..12).map(|at| (stride(at), stride(at + 1), 1.0)).collect();
        let order = ring_order(12, &links);
        assert_eq!(length(&order, &mut [0; 12], &links), 12.0, "{order:?}");
    }
}
