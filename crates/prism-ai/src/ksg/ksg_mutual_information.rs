//! Mutual information by nearest neighbours, of a batch of problems.

use super::problems;
use super::{KsgInformation, KsgSettings};
use prism_derive::operation;
use prism_device::{Buffer, Real, Result};
use prism_kernels::ksg::{FUSED_DISTANCE_KTH, FUSED_TE_REDUCTION, SURROGATE_SOURCES};

const NAME: &str = "ksg_mutual_information";

/// Mutual information I(X; Y) of every problem, in nats, by the distances of nearest neighbours.
///
/// `x [n]`, `[n, dx]` or `[.., n, dx]`, `y` likewise with dy → `information [..]`, `local [.., n]`, not clipped at 0, and
/// `standard_error [..]`; `radii [.., k, n]` to the 1st … k-th neighbour in (x, y), which takes k searches.
/// Algorithm 1: `ψ(k) + ψ(n) − ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩`, the counts being of others strictly nearer in x or y than the
/// k-th neighbour is in both under the max norm. Algorithm 2: `ψ(k) − 1/k + ψ(n) − ⟨ψ(n_x) + ψ(n_y)⟩`, with the distances of
/// each variable. The rows of a problem are in the order of time, which only a Theiler window sees. `f32` is within 2e-3
/// nats where values do not repeat. Kraskov, Stögbauer & Grassberger 2004. About O(n log n) a problem in few dimensions,
/// one after the other.
///
/// # Errors
/// Shapes that do not fit, a variable without columns; a value that is not finite; not more than k + 2·theiler
/// observations; a setting out of range; more than 64 neighbours on a GPU; out of memory.
#[operation(types(f32, f64), kernels(FUSED_DISTANCE_KTH, FUSED_TE_REDUCTION, SURROGATE_SOURCES))]
pub fn ksg_mutual_information<T: Real>(x: &Buffer<T>, y: &Buffer<T>, settings: &KsgSettings) -> Result<KsgInformation> {
    problems::answer(NAME, &[("x", x), ("y", y)], settings)
}
