//! What counts say, in words.

use super::Statistics;

/// From how many allocations on their counts say something.
const ENOUGH: u64 = 100;

impl Statistics {
    /// What would use memory better, a sentence each; nothing where there is nothing to say.
    pub fn advice(&self) -> Vec<String> {
        let Self { allocations, refusals, held, most_held, reuse, standing, .. } = self;
        let mut advice = Vec::new();
        if *refusals > 0 {
            advice.push(format!("requests refused: {refusals}; use smaller batches or a higher limit"));
        }
        if *allocations >= ENOUGH && *reuse < 0.5 {
            let share = 100.0 * reuse;
            advice.push(format!("{share:.0} % of the requests met a size that was freed before: let sizes come again"));
        }
        if standing.free > held / 4 && standing.fragmentation() > 0.25 {
            let share = 100.0 * standing.fragmentation();
            advice.push(format!(
                "{share:.0} % of the free bytes lie outside the largest piece: free what lives long first"
            ));
        }
        if standing.reserved > 2 * most_held && *most_held > 0 {
            let kept = standing.reserved - most_held;
            advice.push(format!("{kept} bytes are kept beyond the most that was held at a time: trim"));
        }
        if let Some((name, bytes)) = self.top_holders.first().filter(|(_, bytes)| *bytes > held / 2) {
            advice.push(format!("{name} holds {bytes} of {held} bytes"));
        }
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::Statistics;
    use crate::memory::Standing;

    #[test]
    fn what_is_well_has_no_advice_and_each_fault_has_its_own() {
        let good = Statistics { allocations: 1_000, reuse: 0.99, held: 100, most_held: 100, ..Statistics::default() };
        assert_eq!(good.advice(), [""; 0]);
        let said = |statistics: Statistics| statistics.advice().join("; ");
        assert!(said(Statistics { refusals: 3, ..good.clone() }).starts_with("requests refused: 3"));
        assert!(said(Statistics { reuse: 0.1, ..good.clone() }).starts_with("10 % of the requests"));
        let standing = Standing { reserved: 190, free: 90, largest_free: 45 };
        assert!(said(Statistics { standing, ..good.clone() }).starts_with("50 % of the free bytes"));
        let standing = Standing { reserved: 300, free: 200, largest_free: 200 };
        assert!(said(Statistics { standing, ..good.clone() }).starts_with("200 bytes are kept"));
        assert_eq!(said(Statistics { top_holders: vec![("matmul", 60)], ..good }), "matmul holds 60 of 100 bytes");
    }
}
