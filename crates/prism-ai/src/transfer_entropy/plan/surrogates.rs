//! Whether there are surrogates enough for a pair to be significant.

use super::Plan;
use crate::significance::Correction;
use crate::transfer_entropy::Settings;

impl Plan {
    /// Warns when no pair can be significant, or none alone: the smallest p is `1 / (1 + s)`.
    pub(super) fn too_few_surrogates(&self) -> Option<String> {
        let Settings { surrogates, alpha, correction, .. } = self.settings;
        let pairs = self.pairs.len();
        let tests = if correction == Correction::None { 1 } else { pairs };
        let smallest = 1.0 / (1 + surrogates) as f64;
        if surrogates == 0 || tests as f64 * smallest <= alpha {
            return None;
        }
        let enough = (tests as f64 / alpha).ceil() as usize - 1;
        let together = (1..=pairs).find(|&edges| smallest / (edges as f64 / pairs as f64) <= alpha);
        let (first, last) = if let (Correction::FdrBh, Some(together)) = (correction, together) {
            // Pairs that reach the smallest p help each other.
            let first = format!("fewer than {together} of {pairs} pairs cannot be significant");
            (first, format!("use --surrogates {enough} to let one stand alone"))
        } else {
            ("nothing can be significant".into(), format!("use --surrogates {enough} or more"))
        };
        Some(format!(
            "{first}: with {surrogates} surrogates the smallest p is {smallest:.2e} before correction ({correction}), and alpha \
             is {alpha}; {last}"
        ))
    }
}
