//! The problems: coupled autoregressive series, embedded.

/// What is estimated, from how many samples, how often.
pub struct Case {
    pub name: String,
    pub kind: Kind,
    pub n: usize,
    pub runs: usize,
    pub peer_runs: usize,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// I(x_t; y_t).
    Mi,
    /// I(x_t; y_t | z_t) of three series.
    Cmi,
    /// Transfer entropy with one step of history.
    Te1,
    /// Transfer entropy with five steps of history: 11 dimensions.
    Te5,
    /// `Te1` and 100 permutations of the source.
    Permuted,
}

/// The columns of the three variables.
pub struct Data {
    pub x: Vec<Vec<f64>>,
    pub y: Vec<Vec<f64>>,
    pub z: Vec<Vec<f64>>,
    /// Permutations of `x`, where asked for.
    pub permuted: Vec<Vec<Vec<f64>>>,
}

pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, kind, n: usize, runs, peer_runs| {
        let size = if n >= 1_000_000 {
            format!("{}M", n / 1_000_000)
        } else if n >= 10_000 {
            format!("{}k", n / 1000)
        } else {
            n.to_string()
        };
        cases.push(Case { name: format!("{name}-{size}"), kind, n, runs, peer_runs });
    };
    for (n, runs) in [(1_000, 50), (10_000, 15), (100_000, 5)] {
        add("MI", Kind::Mi, n, runs, runs);
        add("CMI", Kind::Cmi, n, runs, runs.min(5));
        add("TE1", Kind::Te1, n, runs, runs.min(5));
        add("TE5", Kind::Te5, n, if n > 50_000 { 2 } else { runs.min(5) }, if n > 50_000 { 1 } else { 3 });
    }
    add("MI", Kind::Mi, 1_000_000, 3, 2);
    add("TE1", Kind::Te1, 1_000_000, 2, 1);
    add("TE1-100perm", Kind::Permuted, 10_000, 3, 1);
    cases
}

impl Case {
    /// The series, embedded.
    pub fn data(&self) -> Data {
        let history = if self.kind == Kind::Te5 { 5 } else { 1 };
        let [x, y, z] = series(self.n + history);
        let lag = |v: &[f64], lag: usize| v[history - lag..history - lag + self.n].to_vec();
        let past = |v: &[f64]| (1..=history).map(|l| lag(v, l)).collect::<Vec<_>>();
        let (x, y, z) = match self.kind {
            Kind::Mi => (vec![lag(&x, 0)], vec![lag(&y, 0)], vec![]),
            Kind::Cmi => (vec![lag(&x, 0)], vec![lag(&y, 0)], vec![lag(&z, 0)]),
            _ => (past(&x), vec![lag(&y, 0)], past(&y)),
        };
        let permutations = if self.kind == Kind::Permuted { 100 } else { 0 };
        let permuted = (0..permutations).map(|s| permuted(&x, s)).collect();
        Data { x, y, z, permuted }
    }
}

fn series(n: usize) -> [Vec<f64>; 3] {
    let mut normal = normal(7);
    let (mut x, mut y, mut z) = (vec![0.0], vec![0.0], vec![0.0]);
    for t in 0..n - 1 {
        z.push(0.5 * z[t] + normal());
        x.push(0.6 * x[t] + 0.3 * z[t] + normal());
        y.push(0.5 * y[t] + 0.4 * x[t] + 0.3 * z[t] + normal());
    }
    [x, y, z]
}

/// Normal deviates by Box and Muller from a 64-bit mixing generator.
fn normal(mut state: u64) -> impl FnMut() -> f64 {
    let mut uniform = move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((word ^ (word >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    move || (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos()
}

/// The columns with their rows in the order of permutation `s`.
fn permuted(columns: &[Vec<f64>], s: u64) -> Vec<Vec<f64>> {
    let n = columns[0].len();
    let mut next = normal(s + 100);
    let mut order: Vec<(f64, usize)> = (0..n).map(|i| (next(), i)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    columns.iter().map(|column| order.iter().map(|&(_, i)| column[i]).collect()).collect()
}
