//! The two types distances are computed in.

use std::fmt::Debug;
use std::ops::Sub;

use super::lanes::Machine;

/// Lanes a leaf is scanned by; the slots of a leaf are a multiple of it.
pub(super) const LANES: usize = 8;

/// A coordinate: `f32` or `f64` and no other type; finite.
pub trait Scalar: Machine + Copy + PartialOrd + Sub<Output = Self> + Debug + Default + Send + Sync + 'static {
    /// Pads the coordinates of a leaf: no finite radius reaches it.
    const INFINITY: Self;
    /// Below every distance.
    const NEVER: Self;
    /// The distance of equals.
    const ZERO: Self;

    /// |self|.
    #[must_use]
    fn abs(self) -> Self;
    /// The largest value below: `d < r` is `d <= r.below()`.
    #[must_use]
    fn below(self) -> Self;
    /// The larger of the two; one machine instruction, unlike the standard `max`, which must look for NaN.
    #[must_use]
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    /// The smaller of the two.
    #[must_use]
    #[inline(always)]
    fn smaller(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
}

macro_rules! scalar {
    ($t:ty) => {
        impl Scalar for $t {
            const INFINITY: Self = <$t>::INFINITY;
            const NEVER: Self = <$t>::NEG_INFINITY;
            const ZERO: Self = 0.0;

            #[inline(always)]
            fn abs(self) -> Self {
                self.abs()
            }
            #[inline(always)]
            fn below(self) -> Self {
                self.next_down()
            }
        }
    };
}

scalar!(f32);
scalar!(f64);
