//! What a state vector is made of.

use prism_device::{Element, c64, c128};

/// A complex number that a state vector can hold: `c64` or `c128`.
pub trait Amplitude: Element {
    /// The number in double precision.
    fn wide(self) -> c128;

    /// The amplitude nearest to a number.
    fn nearest(z: c128) -> Self;

    /// Its squared modulus in double precision: the probability in a state of norm 1.
    fn probability(self) -> f64 {
        let c128 { re, im } = self.wide();
        re * re + im * im
    }
}

impl Amplitude for c64 {
    fn wide(self) -> c128 {
        c128::new(self.re.into(), self.im.into())
    }

    fn nearest(z: c128) -> Self {
        Self::new(z.re as f32, z.im as f32)
    }
}

impl Amplitude for c128 {
    fn wide(self) -> c128 {
        self
    }

    fn nearest(z: c128) -> Self {
        z
    }
}
