//! Eight coordinates at a time, in the instruction sets of the machine.
//!
//! A [`Task`] is written once for any [`Vector`]; [`Machine::run`] compiles it for AVX-512, for AVX2 and for neither, and
//! chooses when it runs. All that a task calls must be inlined into it.

use pulp::Arch;
#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};
#[cfg(target_arch = "x86_64")]
use pulp::{NullaryFnOnce, Simd, cast, f32x8, f64x4, f64x8};

use super::scalar::{LANES, Scalar};

/// Vectors of [`LANES`] values of one type. No operation looks for NaN.
pub trait Vector<T>: Copy {
    /// The vector.
    type Lanes: Copy;
    /// The same value in every lane.
    fn splat(self, value: T) -> Self::Lanes;
    /// A vector from memory.
    fn load(self, row: &[T; LANES]) -> Self::Lanes;
    /// A vector to memory.
    fn store(self, row: &mut [T; LANES], lanes: Self::Lanes);
    /// |a - b|.
    fn distance(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// a - b.
    fn sub(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// The larger.
    fn max(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// The smaller.
    fn min(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    /// A bit for each lane where a <= b.
    fn within(self, a: Self::Lanes, b: Self::Lanes) -> u32;
}

/// Work written for any vectors; its `run` must be inlined always.
pub trait Task<T> {
    /// Does the work.
    fn run<V: Vector<T>>(self, v: V);
}

/// A type that has vectors on every machine.
pub trait Machine: Sized {
    /// Runs a task with the machine's widest vectors.
    fn run(task: impl Task<Self>);
}

/// Arrays, for machines without wide vectors.
#[derive(Clone, Copy)]
struct Portable;

impl<T: Scalar> Vector<T> for Portable {
    type Lanes = [T; LANES];

    #[inline(always)]
    fn splat(self, value: T) -> [T; LANES] {
        [value; LANES]
    }
    #[inline(always)]
    fn load(self, row: &[T; LANES]) -> [T; LANES] {
        *row
    }
    #[inline(always)]
    fn store(self, row: &mut [T; LANES], lanes: [T; LANES]) {
        *row = lanes;
    }
    #[inline(always)]
    fn distance(self, a: [T; LANES], b: [T; LANES]) -> [T; LANES] {
        std::array::from_fn(|l| (a[l] - b[l]).abs())
    }
    #[inline(always)]
    fn sub(self, a: [T; LANES], b: [T; LANES]) -> [T; LANES] {
        std::array::from_fn(|l| a[l] - b[l])
    }
    #[inline(always)]
    fn max(self, a: [T; LANES], b: [T; LANES]) -> [T; LANES] {
        std::array::from_fn(|l| a[l].larger(b[l]))
    }
    #[inline(always)]
    fn min(self, a: [T; LANES], b: [T; LANES]) -> [T; LANES] {
        std::array::from_fn(|l| a[l].smaller(b[l]))
    }
    #[inline(always)]
    fn within(self, a: [T; LANES], b: [T; LANES]) -> u32 {
        (0..LANES).fold(0, |bits, l| bits | u32::from(a[l] <= b[l]) << l)
    }
}

/// `$parts` machine vectors make one of ours; `$machine` is the token whose methods they are.
#[cfg(target_arch = "x86_64")]
macro_rules! vector {
    ($token:ty, $t:ty, $lanes:ty, $parts:literal, |$self:ident| $machine:expr, [$splat:ident, $sub:ident, $abs:ident, $max:ident, $min:ident],
     |$a:ident, $b:ident| $within:expr) => {
        impl Vector<$t> for $token {
            type Lanes = [$lanes; $parts];

            #[inline(always)]
            fn splat($self, value: $t) -> Self::Lanes {
                [$machine.$splat(value); $parts]
            }
            #[inline(always)]
            fn load($self, row: &[$t; LANES]) -> Self::Lanes {
                cast(*row)
            }
            #[inline(always)]
            fn store($self, row: &mut [$t; LANES], lanes: Self::Lanes) {
                *row = cast(lanes);
            }
            #[inline(always)]
            fn distance($self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
                let mut out = a;
                for p in 0..$parts {
                    out[p] = $machine.$abs($machine.$sub(a[p], b[p]));
                }
                out
            }
            #[inline(always)]
            fn sub($self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
                let mut out = a;
                for p in 0..$parts {
                    out[p] = $machine.$sub(a[p], b[p]);
                }
                out
            }
            #[inline(always)]
            fn max($self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
                let mut out = a;
                for p in 0..$parts {
                    out[p] = $machine.$max(a[p], b[p]);
                }
                out
            }
            #[inline(always)]
            fn min($self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
                let mut out = a;
                for p in 0..$parts {
                    out[p] = $machine.$min(a[p], b[p]);
                }
                out
            }
            #[inline(always)]
            fn within($self, $a: Self::Lanes, $b: Self::Lanes) -> u32 {
                $within
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
vector!(V4, f64, f64x8, 1, |self| self, [splat_f64s, sub_f64s, abs_f64s, max_f64s, min_f64s], |a, b| {
    u32::from(self.cmp_le_f64x8(a[0], b[0]).0)
});
#[cfg(target_arch = "x86_64")]
vector!(V3, f64, f64x4, 2, |self| self, [splat_f64s, sub_f64s, abs_f64s, max_f64s, min_f64s], |a, b| {
    let low = self.avx._mm256_movemask_pd(cast(self.cmp_le_f64x4(a[0], b[0]))) as u32;
    low | (self.avx._mm256_movemask_pd(cast(self.cmp_le_f64x4(a[1], b[1]))) as u32) << 4
});
#[cfg(target_arch = "x86_64")]
vector!(V3, f32, f32x8, 1, |self| self, [splat_f32s, sub_f32s, abs_f32s, max_f32s, min_f32s], |a, b| {
    self.avx._mm256_movemask_ps(cast(self.cmp_le_f32x8(a[0], b[0]))) as u32
});
#[cfg(target_arch = "x86_64")]
vector!(V4, f32, f32x8, 1, |self| (*self), [splat_f32s, sub_f32s, abs_f32s, max_f32s, min_f32s], |a, b| {
    u32::from(self.cmp_le_f32x8(a[0], b[0]).0)
});

#[cfg(target_arch = "x86_64")]
struct With<V, K>(V, K);

#[cfg(target_arch = "x86_64")]
macro_rules! compiled_for {
    ($token:ty, $t:ty) => {
        impl<K: Task<$t>> NullaryFnOnce for With<($token, $t), K> {
            type Output = ();

            #[inline(always)]
            fn call(self) {
                self.1.run(self.0.0);
            }
        }
    };
}

macro_rules! machine {
    ($t:ty) => {
        #[cfg(target_arch = "x86_64")]
        compiled_for!(V3, $t);
        #[cfg(target_arch = "x86_64")]
        compiled_for!(V4, $t);

        impl Machine for $t {
            fn run(task: impl Task<Self>) {
                match Arch::new() {
                    #[cfg(target_arch = "x86_64")]
                    Arch::V4(v) => v.vectorize(With((v, 0.0), task)),
                    #[cfg(target_arch = "x86_64")]
                    Arch::V3(v) => v.vectorize(With((v, 0.0), task)),
                    _ => task.run(Portable),
                }
            }
        }
    };
}

machine!(f32);
machine!(f64);

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    const ROWS: [[f64; LANES]; 3] = [
        [0.0, -0.0, 1.0, 1e8, -3.5, f64::INFINITY, 2.0, -1e-300],
        [0.0, 0.0, 2.0, 1e8 + 1.0, -3.5, 1.0, f64::INFINITY, 1e-300],
        [5.0, -5.0, 1.0, -1e8, f64::NEG_INFINITY, 0.5, 2.0, 0.0],
    ];

    fn answers<T: Scalar, V: Vector<T>>(v: V, a: &[T; LANES], b: &[T; LANES]) -> ([[T; LANES]; 5], u32) {
        let (x, y) = (v.load(a), v.load(b));
        let mut rows = [[T::ZERO; LANES]; 5];
        let lanes = [v.splat(a[2]), v.distance(x, y), v.sub(x, y), v.max(x, y), v.min(x, y)];
        for (row, lanes) in rows.iter_mut().zip(lanes) {
            v.store(row, lanes);
        }
        (rows, v.within(x, y))
    }

    fn agree<T: Scalar>(v: impl Vector<T>, rows: [[T; LANES]; 3]) {
        for a in &rows {
            for b in &rows {
                let (ours, plain) = (answers(v, a, b), answers(Portable, a, b));
                assert_eq!(ours.1, plain.1);
                // ∞ - ∞ has no order.
                let equal = |(x, y): (&T, &T)| x.partial_cmp(y).is_none_or(Ordering::is_eq);
                assert!(ours.0.as_flattened().iter().zip(plain.0.as_flattened()).all(equal), "{ours:?} {plain:?}");
            }
        }
    }

    /// Every instruction set this machine has, not only the one it would choose.
    #[test]
    fn vectors_agree_with_arrays() {
        let narrow = ROWS.map(|row| row.map(|value| value as f32));
        if let Some(v) = V3::try_new() {
            agree(v, ROWS);
            agree(v, narrow);
        }
        if let Some(v) = V4::try_new() {
            agree(v, ROWS);
            agree(v, narrow);
        }
    }
}
