//! Conditional mutual information by nearest neighbours, of a batch of problems.

use super::problems;
use super::{KsgInformation, KsgSettings};
use prism_derive::operation;
use prism_device::{Buffer, Real, Result};
use prism_kernels::ksg::{FUSED_DISTANCE_KTH, FUSED_SMALL_TE, FUSED_TE_REDUCTION, SURROGATE_SOURCES};

const NAME: &str = "conditional_mutual_information";

/// Conditional mutual information I(X; Y | Z) of every problem, in nats, by the distances of nearest neighbours.
///
/// `x [n]`, `[n, dx]` or `[.., n, dx]`, `y` and `z` likewise with dy and dz → `information [..]`, `local [.., n]`, not
/// clipped at 0, and `standard_error [..]`; `radii [.., k, n]` to the 1st … k-th neighbour in (x, y, z), which takes k
/// searches. Without `z`, and with none of its columns, it is I(X; Y). Algorithm 1:
/// `ψ(k) − ⟨ψ(n_xz + 1) + ψ(n_yz + 1) − ψ(n_z + 1)⟩`, counts of the others strictly nearer than the k-th neighbour in
/// (x, y, z) under the max norm. Algorithm 2: `ψ(k) − 2/k + ⟨ψ(n_z) − ψ(n_xz) + 1/n_xz − ψ(n_yz) + 1/n_yz⟩`, with the
/// distances of each variable. The rows of a problem are in the order of time, which only a Theiler window sees. `f32` is
/// within 2e-3 nats where values do not repeat. Frenzel & Pompe 2007; Vejmelka & Paluš 2008; Wibral et al. 2014. About
/// O(n log n) a problem in few dimensions, one after the other.
///
/// # Errors
/// Shapes that do not fit, x or y without columns; a value that is not finite; not more than k + 2·theiler observations; a
/// setting out of range; more than 64 neighbours on a GPU; out of memory.
#[operation(types(f32, f64), kernels(FUSED_DISTANCE_KTH, FUSED_TE_REDUCTION, FUSED_SMALL_TE, SURROGATE_SOURCES))]
pub fn conditional_mutual_information<T: Real>(
    x: &Buffer<T>,
    y: &Buffer<T>,
    z: Option<&Buffer<T>>,
    settings: &KsgSettings,
) -> Result<KsgInformation> {
    let named: Vec<_> = [("x", x), ("y", y)].into_iter().chain(z.map(|z| ("z", z))).collect();
    problems::answer(NAME, &named, settings)
}
