//! The definition of attention.

use prism_device::Float;
use prism_device::conformance::{Case, Value};

/// The axes of a mask that has none: there is no mask.
pub(super) const NO_MASK: u32 = 16;

/// The extent of a mask along an axis of `n`: bits 0 to 3 of `axes` are keys, queries, heads and batch.
pub(super) fn mask_extent(axes: u64, bit: u32, n: u64) -> u64 {
    match axes {
        _ if axes >= NO_MASK.into() => 0,
        _ if axes >> bit & 1 == 1 => n,
        _ => 1,
    }
}

/// Extents, settings and masks of an attention.
pub(super) struct Attention {
    /// Batch, heads, queries, their width, heads of keys, keys, width of values.
    pub extents: [usize; 7],
    pub scale: f64,
    pub softcap: f64,
    /// How far behind its own number a query sees keys; none sees all.
    pub offset: Option<i64>,
    pub packed: bool,
    pub axes: u32,
    pub mask: Vec<f64>,
    pub lengths: Vec<u32>,
}

impl Attention {
    /// The attention of a conformance case.
    pub fn of(case: &Case) -> Self {
        let scalar = |name: &str| case.values.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        let float = |name| if let Some(Value::Scalar(prism_device::Scalar::F64(x))) = scalar(name) { x } else { 0.0 };
        let offset = if let Some(Value::Scalar(prism_device::Scalar::I64(x))) = scalar("offset") { x } else { 0 };
        Self {
            extents: ["b", "h", "lq", "d", "g", "lk", "dv"].map(|name| case.quantity(name) as usize),
            scale: float("scale"),
            softcap: float("softcap"),
            offset: (case.quantity("causal") == 1).then_some(offset),
            packed: case.quantity("packed") == 1,
            axes: case.quantity("axes") as u32,
            mask: case.doubles("mask"),
            lengths: case.doubles("lengths").into_iter().map(|l| l as u32).collect(),
        }
    }

    /// Which row of a `[b, heads, length, …]`, packed `[b, length, heads, …]`, that is.
    pub fn row(&self, heads: usize, length: usize, [b, h, i]: [usize; 3]) -> usize {
        if self.packed { (b * length + i) * heads + h } else { (b * heads + h) * length + i }
    }

    /// How many keys query `i` sees: those before that number.
    fn seen(&self, b: usize, i: usize) -> usize {
        let keys = self.lengths.get(b).map_or(self.extents[5], |&l| (l as usize).min(self.extents[5]));
        self.offset.map_or(keys, |offset| (i as i64 + offset + 1).clamp(0, keys as i64) as usize)
    }

    fn masked(&self, [b, h, i, j]: [usize; 4]) -> f64 {
        if self.axes >= NO_MASK {
            return 0.0;
        }
        let [_, heads, lq, _, _, lk, _] = self.extents;
        let steps = [(3, b, 1), (2, h, heads), (1, i, lq), (0, j, lk)];
        let at = steps.iter().fold(
            0,
            |at, &(bit, index, extent)| {
                if self.axes >> bit & 1 == 1 { at * extent + index } else { at }
            },
        );
        self.mask[at]
    }

    /// The scores of a query: −∞ for keys it does not see.
    pub fn scores(&self, q: &[f64], k: &[f64], [b, h, i]: [usize; 3]) -> Vec<f64> {
        let [_, heads, lq, d, groups, lk, _] = self.extents;
        let query = &q[self.row(heads, lq, [b, h, i]) * d..][..d];
        let score = |j| {
            let key = &k[self.row(groups, lk, [b, h * groups / heads, j]) * d..][..d];
            let scaled = self.scale * query.iter().zip(key).map(|(q, k)| q * k).sum::<f64>();
            let capped = if self.softcap > 0.0 { self.softcap * (scaled / self.softcap).tanh() } else { scaled };
            capped + self.masked([b, h, i, j])
        };
        (0..lk).map(|j| if j < self.seen(b, i) { score(j) } else { f64::NEG_INFINITY }).collect()
    }

    /// Their softmax; 0 where all are −∞.
    pub fn shares(scores: &[f64]) -> Vec<f64> {
        if scores.iter().all(|&s| s == f64::NEG_INFINITY) {
            return vec![0.0; scores.len()];
        }
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
        let sum: f64 = powers.iter().sum();
        powers.into_iter().map(|p| p / sum).collect()
    }

    /// Every query's values, weighted by the shares of the keys it sees.
    pub fn outputs<T: Float>(&self, [q, k, v]: [&[T]; 3], o: &mut [T]) {
        let [b, heads, lq, _, groups, lk, dv] = self.extents;
        let [q, k, v] = [q, k, v].map(wide);
        for at in every([b, heads, lq]) {
            let shares = Self::shares(&self.scores(&q, &k, at));
            let mut sums = vec![0.0; dv];
            for (j, share) in shares.iter().take(self.seen(at[0], at[2])).enumerate() {
                let value = &v[self.row(groups, lk, [at[0], at[1] * groups / heads, j]) * dv..][..dv];
                sums.iter_mut().zip(value).for_each(|(sum, v)| *sum += share * v);
            }
            let to = &mut o[self.row(heads, lq, at) * dv..][..dv];
            to.iter_mut().zip(sums).for_each(|(o, sum)| *o = T::nearest(sum));
        }
    }
}

/// The numbers as doubles.
pub(super) fn wide<T: Float>(values: &[T]) -> Vec<f64> {
    values.iter().map(|&v| v.into()).collect()
}

/// All indices of an array of three axes, the last fastest.
pub(super) fn every([a, b, c]: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    (0..a * b * c).map(move |at| [at / (b * c), at / c % b, at % c])
}
