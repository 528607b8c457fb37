//! What the branches of dendrites make of their synapses.

use super::weights::{Matrix, prepare_rows};
use prism_derive::kernel;
use prism_device::conformance::{Case, Value};
use prism_device::{Real, Scalar};

/// Output of every branch of a batch of inputs.
///
/// `x [b, n]`; W is `w [wr, wc]`, br by n, or, when that is empty, compressed rows `row_start [rs]`, `column`,
/// `value [nz]`. `s_post [sb]`, `distance [sd]` in µm: b and br elements for kind 2, else none. → `y [b, br]`. The drive
/// is g = Σ w·x. `kind` 0: 1/(1 + e^(−(g − p0)/p1)). 1: V − p1 for the fixed point V ← (p0·p1 + g·B·p2)/(p0 + g·B),
/// B = 1/(1 + p3/3.57·e^(−0.062·V)), from p1 until a step is below 1e-6 or 100 of them are done, in mV. 2:
/// g·(1 + p0·`s_post`·e^(−`distance`/p1)). 3: ∏ w·x over w ≠ 0, 0 without any. `status`: bit 0 for a row that points outside
/// W (it counts as empty), bit 1 for a negative drive or NaN of kind 1.
///
/// Poirazi, Brannon & Mel 2003; Jahr & Stevens 1990; Larkum 1999; Mel & Koch 1990. A warp sums a branch for up to eight
/// inputs, conductances in doubles. O(b·nnz(W)).
#[kernel(
    threads = b.div_ceil(8) * br.div_ceil(8) * 256,
    block = [256],
    requires(
        kind <= 3, wr == br && wc == n && rs == 0 && nz == 0 || wr == 0 && wc == 0 && rs == br + 1,
        kind != 2 || sb == b && sd == br
    ),
    types(f32, f64),
    check(
        b = [0, 1, 9], n = [0, 1, 31, 33, 257, 1000], br = [0, 1, 13], wr = [0, 1, 13],
        wc = [0, 1, 31, 33, 257, 1000], rs = [0, 1, 2, 14], nz = [0, 300], sb = [1, 9], sd = [1, 13],
        kind = [0, 1, 2, 3]
    ),
    bench(b = 1, n = 4_096, br = 8_192, wr = 8_192, wc = 4_096, kind = 0),
    bench(b = 64, n = 4_096, br = 8_192, wr = 8_192, wc = 4_096, kind = 1),
    inputs = dendrites,
    tolerance = Sum(n + 2, magnitude),
)]
#[allow(clippy::too_many_arguments)]
pub fn dendrite_branches<T: Real>(
    #[shape(b, n)] x: &[T],
    #[shape(wr, wc)] w: &[T],
    #[shape(rs)] row_start: &[i32],
    #[shape(nz)] column: &[i32],
    #[shape(nz)] value: &[T],
    #[shape(sb)] s_post: &[T],
    #[shape(sd)] distance: &[T],
    #[shape(b, br)] y: &mut [T],
    #[inout]
    #[shape(1)]
    status: &mut [u32],
    kind: u32,
    p0: f64,
    p1: f64,
    p2: f64,
    p3: f64,
) {
    let matrix = Matrix { dense: w, row_start, column, value, columns: n };
    for j in 0..br {
        let row = matrix.row(j);
        status[0] |= u32::from(row.is_none());
        let row = row.unwrap_or_default();
        for i in 0..b {
            let terms = row.iter().map(|&(c, w)| w * x[i * n + c].into());
            let g = terms.clone().sum::<f64>();
            let out = match kind {
                0 => 1.0 / (1.0 + (-(g - p0) / p1).exp()),
                1 if g >= 0.0 => nmda(g, p0, p1, p2, p3) - p1,
                1 => f64::NAN,
                2 => g * (1.0 + p0 * s_post[i].into() * (-distance[j].into() / p1).exp()),
                _ if row.iter().all(|&(_, w)| w == 0.0) => 0.0,
                _ => row.iter().zip(terms).filter(|((_, w), _)| *w != 0.0).map(|(_, t)| t).product(),
            };
            status[0] |= if kind == 1 && out.is_nan() { 2 } else { 0 };
            y[i * br + j] = T::nearest(out);
        }
    }
}

/// The steady-state potential of a branch with NMDA conductance g, in mV.
fn nmda(g: f64, g_l: f64, e_l: f64, e_rev: f64, mg: f64) -> f64 {
    let mut v = e_l;
    for _ in 0..100 {
        let open = g / (1.0 + mg / 3.57 * (-0.062 * v).exp());
        let next = (g_l * e_l + open * e_rev) / (g_l + open);
        let done = (next - v).abs() < 1e-6;
        v = next;
        if done {
            break;
        }
    }
    v
}

/// Weights of about unit gain, some 0; positive ones for conductances; few and large ones for products.
fn dendrites(case: &mut Case) {
    let [n, br, kind] = ["n", "br", "kind"].map(|name| case.quantity(name));
    let gain = if kind == 3 { 1.0 } else { 1.0 / (n as f64).sqrt().max(1.0) };
    for name in ["w", "value"] {
        case.change(name, |w| {
            for (i, w) in w.iter_mut().enumerate() {
                let sparse = kind == 3 && i % n.max(1) as usize % 100 > 7;
                *w = if i % 5 == 4 || sparse && i != 0 { 0.0 } else { *w * gain };
            }
        });
    }
    // Conductances are positive, but for those of one size, which are plainly not.
    let sign = if n == 31 { -0.5 } else { 0.5 };
    case.change("distance", |d| d.iter_mut().for_each(|d| *d = d.abs()));
    if kind == 1 {
        for (name, sign) in [("w", sign), ("value", sign), ("x", 0.5)] {
            case.change(name, |w| w.iter_mut().for_each(|w| *w = w.abs() * sign));
        }
    }
    let words = [[0.5, 2.0, 0.0, 0.0], [1.0, -70.0, 0.0, 1.0], [1.5, 2.0, 0.0, 0.0], [0.0; 4]][kind as usize];
    for (name, value) in ["p0", "p1", "p2", "p3"].into_iter().zip(words) {
        *case.value(name) = Value::Scalar(Scalar::F64(value));
    }
    prepare_rows(case, br as usize, n as usize);
}

/// Σ|t| of the drive of every branch; |∏| for products; for potentials what makes the tolerance 1e-5 mV.
fn magnitude(case: &Case) -> Vec<f64> {
    let [b, n, br, kind] = ["b", "n", "br", "kind"].map(|name| case.quantity(name) as usize);
    if kind == 1 {
        let is_single = case.values.iter().any(|(name, value)| *name == "x" && matches!(value, Value::F32(..)));
        let unit = if is_single { 2f64.powi(-24) } else { 2f64.powi(-53) };
        return vec![1e-5 / (8.0 * (n as f64 + 2.0).log2() * unit); b * br];
    }
    let [x, w, value, s_post, distance] = ["x", "w", "value", "s_post", "distance"].map(|name| case.doubles(name));
    let [row_start, column] =
        ["row_start", "column"].map(|name| case.doubles(name).iter().map(|&i| i as i32).collect::<Vec<_>>());
    let matrix = Matrix { dense: &w, row_start: &row_start, column: &column, value: &value, columns: n };
    let of = |i: usize, j: usize| {
        let terms = matrix.row(j).unwrap_or_default().into_iter().filter(|(_, w)| *w != 0.0);
        let terms = terms.map(|(c, w)| (w * x[i * n + c]).abs());
        match kind {
            0 => 1.0 + terms.sum::<f64>(),
            2 => terms.sum::<f64>() * (1.0 + 1.5 * s_post[i].abs() * (-distance[j] / 2.0).exp()),
            _ => terms.product(),
        }
    };
    (0..b * br).map(|at| of(at / br, at % br)).collect()
}
