//! The Theiler window: samples too near in time to count as neighbours.

use std::ops::Range;

/// For every sample the range of samples excluded for it. Clocks ascend, so the excluded are neighbours in sample order.
pub(super) struct Excluded {
    ranges: Option<Vec<(u32, u32)>>,
}

impl Excluded {
    pub(super) fn new(clock: &[i32], theiler: u32) -> Self {
        Self { ranges: (theiler > 0).then(|| windows(clock, theiler)) }
    }

    /// The samples excluded for sample `i`, itself among them.
    #[inline(always)]
    pub(super) fn of(&self, i: usize) -> Range<usize> {
        match &self.ranges {
            None => i..i + 1,
            Some(ranges) => ranges[i].0 as usize..ranges[i].1 as usize,
        }
    }
}

fn windows(clock: &[i32], theiler: u32) -> Vec<(u32, u32)> {
    let (mut first, mut end) = (0, 0);
    let window = |(i, &now): (usize, &i32)| {
        while clock[first].abs_diff(now) > theiler {
            first += 1;
        }
        end = end.max(i);
        while end < clock.len() && clock[end].abs_diff(now) <= theiler {
            end += 1;
        }
        (first as u32, end as u32)
    };
    clock.iter().enumerate().map(window).collect()
}
