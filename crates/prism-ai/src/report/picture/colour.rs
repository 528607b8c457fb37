//! From a transfer entropy to a colour, and the round numbers of its scale.

use super::scene::Ink;
use crate::network::Network;

/// Seventeen even steps through the first 88 % of "mako", reversed: perceptually uniform from pale to dark, so that it
/// also reads in grey print and on white paper (M. Waskom, seaborn, BSD 3-clause).
const MAKO: [[u8; 3]; 17] = [
    [222, 245, 229],
    [194, 233, 205],
    [161, 223, 185],
    [121, 214, 174],
    [85, 202, 173],
    [67, 186, 173],
    [57, 171, 172],
    [53, 155, 170],
    [52, 140, 167],
    [53, 124, 163],
    [54, 108, 160],
    [58, 92, 155],
    [63, 75, 144],
    [64, 60, 121],
    [60, 48, 96],
    [52, 37, 72],
    [41, 26, 49],
];

/// The colour at `share` of the map, in [0, 1].
pub(super) fn colour(share: f64) -> Ink {
    let along = share.clamp(0.0, 1.0) * (MAKO.len() - 1) as f64;
    let below = (along as usize).min(MAKO.len() - 2);
    let mix = |channel: usize| {
        let (from, to) = (f64::from(MAKO[below][channel]), f64::from(MAKO[below + 1][channel]));
        (from + (to - from) * (along - below as f64)).round() as u8
    };
    Ink::new([mix(0), mix(1), mix(2)])
}

/// Whether white, rather than black, stands out on a colour (relative luminance of the sRGB standard).
pub(super) fn is_dark(ink: Ink) -> bool {
    let [red, green, blue] = ink.rgb.map(|level| (f64::from(level) / 255.0).powf(2.2));
    0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.32
}

/// The range of transfer entropy that colours span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Scale {
    /// From zero, or the least estimate where it is below, to the largest: one range for every picture of a network.
    pub(super) fn of(network: &Network) -> Self {
        let estimates = || network.pairs.iter().map(|pair| pair.te).filter(|te| te.is_finite());
        let low = estimates().fold(0.0, f64::min);
        let high = estimates().fold(0.0, f64::max);
        if high > low { Self { low, high } } else { Self { low, high: low + 1.0 } }
    }

    /// Where a value lies in the range, in [0, 1].
    pub(super) fn share(self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Round values within the range, about `count` of them, as they are written.
    pub(super) fn ticks(self, count: usize) -> Vec<(f64, String)> {
        let step = round_step((self.high - self.low) / count as f64);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step * (1.0 + 1e-12)).floor() as i64;
        (first..=last).map(|multiple| multiple as f64 * step).map(|value| (value, written(value, step))).collect()
    }
}

/// The least of 1, 2, 5 times a power of ten that is no smaller than `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powi(step.log10().floor() as i32);
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|round| *round >= step * 0.999).unwrap_or(step)
}

/// A multiple of `step` with the decimals the step needs.
fn written(value: f64, step: f64) -> String {
    if step < 1e-4 && value != 0.0 {
        return format!("{value:.0e}").replace('-', "−");
    }
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let text = if value == 0.0 { "0".into() } else { format!("{value:.decimals$}") };
    text.replace('-', "−")
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    fn ticks(low: f64, high: f64) -> Vec<String> {
        Scale { low, high }.ticks(5).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(ticks(0.0, 1.0), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(ticks(-0.02, 0.37), ["0", "0.1", "0.2", "0.3"]);
        assert_eq!(ticks(0.0, 12.0), ["0", "5", "10"]);
        assert_eq!(ticks(0.0, 3e-6), ["0", "1e−6", "2e−6", "3e−6"]);
    }

    #[test]
    fn the_scale_starts_at_zero_or_below() {
        let mut network = super::super::super::samples::small();
        assert_eq!(Scale::of(&network), Scale { low: -1e-9, high: 0.1 + 0.2 });
        network.pairs[1].te = f64::NAN;
        assert_eq!(Scale::of(&network).low, 0.0);
        network.pairs.clear();
        assert_eq!(Scale::of(&network), Scale { low: 0.0, high: 1.0 });
    }

    #[test]
    fn colours_darken_all_the_way() {
        let light = |share: f64| colour(share).rgb.iter().map(|level| u32::from(*level)).sum::<u32>();
        assert!((0..50).all(|step| light(f64::from(step) / 50.0) > light(f64::from(step + 1) / 50.0)));
        assert_eq!((colour(-1.0).rgb, colour(2.0).rgb), (MAKO[0], MAKO[16]));
    }
}
