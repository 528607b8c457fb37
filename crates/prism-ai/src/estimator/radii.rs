//! How far the nearest neighbours of observations are, on the CPU or a CUDA device.

use super::target::{Observations, Scaled, Source, slices};
use crate::Result;
use crate::transfer_entropy::{Estimation, Precision};
use prism_device::{Device, Real};
use prism_kernels::ksg::batch::{Batch, TargetPoints};
use prism_kernels::ksg::search::{Algorithm, Scalar, Spec, Target};

/// The distances of every observation to its 1st … k-th neighbour in (X, Y, Z) under the max norm, `[k · n]`, in the units
/// of the columns. O(k) searches.
///
/// # Errors
/// The device fails or has not enough memory.
pub(crate) fn radii(
    observations: &Observations,
    source: Source,
    estimation: &Estimation,
    theiler: usize,
    device: &Device,
) -> Result<Vec<f64>> {
    let spec = Spec { k: estimation.k, theiler: theiler as u32, algorithm: Algorithm::One };
    match estimation.precision {
        Precision::F64 => radii_in::<f64>(observations, source, spec, device),
        Precision::F32 => radii_in::<f32>(observations, source, spec, device),
    }
}

fn radii_in<T: Real + Scalar>(
    observations: &Observations,
    source: Source,
    spec: Spec,
    device: &Device,
) -> Result<Vec<f64>> {
    let Scaled { y, z, sources, scale } = Scaled::<T>::of(observations, &[source]);
    let Observations { clock, trials, .. } = observations;
    let found: Vec<Vec<T>> = if device.is_cuda() {
        let target = TargetPoints { z, y, clock: clock.clone(), trials: trials.clone() };
        let batch = Batch::new(device, &target, &sources, 1, spec)?;
        (1..=spec.k).map(|k| Ok(batch.radii(0, k)?.concat())).collect::<Result<_>>()?
    } else {
        let (x, y, z) = (slices(&sources[0]), slices(&y), slices(&z));
        (1..=spec.k).map(|k| Target::new(&y, &z, clock, Spec { k, ..spec }).radii(&x).x).collect()
    };
    Ok(found.into_iter().flatten().map(|radius| radius.into() / scale).collect())
}
