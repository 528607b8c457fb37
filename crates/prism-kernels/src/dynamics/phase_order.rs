//! Order of phases from their sums.

use prism_derive::kernel;
use prism_device::Real;

/// Length r and angle ψ of the mean of e^{iθ} of every row from the sums of its parts.
///
/// `moments [b, s, 2]` (sums of cosines and sines) of `count` phases a row → `r, psi [b]`, ψ in (−π, π], 0 where r = 0;
/// NaN for no phases. Doubles inside, each rounded once. O(b·s).
#[kernel(
    threads = b * 32,
    block = [256, 128, 512, 1024],
    types(f32, f64),
    check(b = [0, 1, 2, 33, 257], s = [0, 1, 2, 31, 33, 257], count = [0, 1, 1000]),
    bench(b = 65_536, s = 1, count = 1_000),
    tolerance = Elementwise(256.0),
    inputs = one_way,
)]
pub fn phase_order<T: Real>(
    #[shape(b, s, 2)] moments: &[f64],
    #[shape(b)] r: &mut [T],
    #[shape(b)] psi: &mut [T],
    count: u64,
) {
    for row in 0..b {
        let sum = |c: usize| (0..s).map(|j| moments[(row * s + j) * 2 + c]).sum::<f64>();
        let (across, up) = (sum(0), sum(1));
        let length = across.hypot(up) / count as f64;
        r[row] = T::nearest(if count == 0 { f64::NAN } else { length });
        psi[row] = T::nearest(angle(across, up, count));
    }
}

/// The angle of a sum, in (−π, π].
fn angle(across: f64, up: f64, count: u64) -> f64 {
    match count {
        0 => f64::NAN,
        _ if across == 0.0 && up == 0.0 => 0.0,
        _ if up == 0.0 => (0.0f64).atan2(across),
        _ => up.atan2(across),
    }
}

/// Sums that do not cancel; some rows all 0, some along an axis.
fn one_way(case: &mut prism_device::conformance::Case) {
    let s = case.quantity("s") as usize;
    case.change("moments", |sums| {
        for (i, sum) in sums.iter_mut().enumerate() {
            let (row, is_up) = (i / (2 * s), i % 2 == 1);
            let size = if row % 5 == 4 || (is_up && row % 5 == 3) { 0.0 } else { sum.abs() };
            *sum = if row % 2 == 1 { -size } else { size };
        }
    });
}
