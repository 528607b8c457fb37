//! Products of matrices with what follows them, in plain loops.

use super::format::EIGHT_BITS;
use prism_device::conformance::{Case, Value};

/// α and β of the cases that are checked.
const FACTORS: [f32; 2] = [0.5, -2.0];

/// Which products of which matrices.
pub(super) struct Product<'a> {
    pub(super) shape: [usize; 3],
    pub(super) k: usize,
    pub(super) matrices: [usize; 2],
    pub(super) transposed: [bool; 2],
    pub(super) pairs: &'a [u32],
}

/// What is done to a sum.
pub(super) struct Epilogue<'a> {
    pub(super) c: &'a [f64],
    pub(super) bias: &'a [f64],
    pub(super) residual: &'a [f64],
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) relu: bool,
}

/// The numbers as doubles.
pub(super) fn wide<T: Copy + Into<f64>>(values: &[T]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}

impl Product<'_> {
    /// Σ over the depth of a·b, for every output.
    pub(super) fn sums(&self, a: &[f64], b: &[f64]) -> Vec<f64> {
        let ([q, m, n], k) = (self.shape, self.k);
        let mut sums = vec![0.0; q * m * n];
        for row in 0..q * m {
            let (item, i) = (row / m, row % m);
            let (a, b) = (&a[self.matrix(item, 0) * m * k..], &b[self.matrix(item, 1) * k * n..]);
            let sums = &mut sums[row * n..][..n];
            for l in 0..k {
                let factor = if self.transposed[0] { a[l * m + i] } else { a[i * k + l] };
                let column = |j: usize| if self.transposed[1] { b[j * k + l] } else { b[l * n + j] };
                sums.iter_mut().enumerate().for_each(|(j, sum)| *sum += factor * column(j));
            }
        }
        sums
    }

    fn matrix(&self, item: usize, side: usize) -> usize {
        if self.pairs.is_empty() { item.min(self.matrices[side] - 1) } else { self.pairs[2 * item + side] as usize }
    }
}

impl Epilogue<'_> {
    /// act(α·sum + β·c + bias) + residual of every output, rows of n.
    pub(super) fn apply(&self, sums: &[f64], n: usize) -> Vec<f64> {
        // What serves all products is repeated.
        let of = |values: &[f64], at: usize| if values.is_empty() { 0.0 } else { values[at % values.len()] };
        let one = |(at, sum): (usize, &f64)| {
            let value = self.alpha * sum + self.beta * of(self.c, at) + of(self.bias, at % n);
            (if self.relu && value < 0.0 { 0.0 } else { value }) + of(self.residual, at)
        };
        sums.iter().enumerate().map(one).collect()
    }
}

/// Factors, pairs of matrices that exist, and, of eight bits, codes of numbers.
pub(super) fn inputs(case: &mut Case) {
    let [g, h] = ["g", "h"].map(|name| case.quantity(name) as u32);
    if let Value::U32(_, pairs) = case.value("pairs") {
        for (item, pair) in pairs.chunks_mut(2).enumerate() {
            (pair[0], pair[1]) = (item as u32 % g, (item as u32 + 1) % h);
        }
    }
    let full_range = case.quantity("k") == 17;
    for name in ["a", "b"] {
        if let Value::U8(_, codes) = case.value(name) {
            // Neither NaN nor infinity in either format; below 2, but for one depth, so that small terms are seen.
            let excess = |code: u8| if full_range && code & 0x7c != 0x7c { 0 } else { 0x40 };
            for code in codes {
                *code &= !excess(*code);
            }
        }
    }
    let [alpha, beta] = FACTORS;
    *case.value("alpha") = Value::Scalar(alpha.into());
    *case.value("beta") = Value::Scalar(beta.into());
}

/// Eight units of `f32` of this, and one of the result, are the tolerance TC(k): `(8√k + k/16)·2⁻²³·(|A|·|B|)`; 11 bits
/// of either factor add `2·2⁻¹¹·(|A|·|B|)`. A term added to the sum counts with its size.
pub(super) fn magnitude(case: &Case) -> Vec<f64> {
    let [q, m, n, k, g, h] = ["q", "m", "n", "k", "g", "h"].map(|name| case.quantity(name) as usize);
    let [trans_a, trans_b] = ["trans_a", "trans_b"].map(|name| case.quantity(name) == 1);
    let pairs: Vec<u32> = case.doubles("pairs").iter().map(|&pair| pair as u32).collect();
    let sizes = |name| -> Vec<f64> { case.doubles(name).iter().map(|v| v.abs()).collect() };
    let scale = |name| sizes(name).first().copied().unwrap_or(1.0);
    let scale = if case.has("scale_a") { scale("scale_a") * scale("scale_b") } else { 1.0 };
    let matrices = [g, h];
    let product = Product { shape: [q, m, n], k, matrices, transposed: [trans_a, trans_b], pairs: &pairs };
    let (c, bias, residual) = (sizes("c"), sizes("bias"), sizes("residual"));
    let [alpha, beta] = FACTORS.map(|factor| f64::from(factor.abs()));
    let depth = k as f64;
    let rounded =
        if case.values.iter().any(|(name, v)| *name == "a" && matches!(v, Value::F32(..))) { 2048.0 } else { 0.0 };
    let units = (8.0 * depth.sqrt() + depth / 16.0) / 4.0 + rounded;
    let terms = Epilogue { c: &c, bias: &bias, residual: &residual, alpha: alpha * scale * units, beta, relu: false };
    terms.apply(&product.sums(&factor_sizes(case, "a", "format_a"), &factor_sizes(case, "b", "format_b")), n)
}

/// The sizes of an operand's elements; codes of eight bits stand for theirs.
fn factor_sizes(case: &Case, name: &str, format: &str) -> Vec<f64> {
    let numbers = case.doubles(name);
    if !case.has(format) {
        return numbers.into_iter().map(f64::abs).collect();
    }
    let codes: Vec<u8> = numbers.iter().map(|&code| code as u8).collect();
    decoded(&codes, case.quantity(format) as u32).into_iter().map(f64::abs).collect()
}

/// The numbers of codes of e4m3 for `format` = 0, of e5m2 for 1.
pub(super) fn decoded(codes: &[u8], format: u32) -> Vec<f64> {
    codes.iter().map(|&code| EIGHT_BITS[format as usize].value(code.into()).into()).collect()
}
