//! Persistent homology of images.

use super::PIXEL_LEVELS;
use super::classes::{Classes, Statistics};
use super::trees::Trees;
use crate::argument::{extents, judged, require};
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{Arg, Buffer, Element, ErrorKind, Result, run};

pub(super) const NAME: &str = "pixel_tda";

/// What a pixel is in the cubical complex of its image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum PixelTdaConstruction {
    /// A vertex: the pixels of a component are connected by their sides.
    #[default]
    V,
    /// A square: the pixels of a component are connected by sides and corners.
    T,
}

/// How the homology of an image is computed.
#[derive(Debug, Clone, PartialEq, Default, Settings)]
pub struct PixelTdaSettings {
    /// What a pixel is in the complex.
    pub construction: PixelTdaConstruction,
    /// Whether the negative of the image is taken; births, deaths and thresholds are then of −image.
    pub superlevel: bool,
    /// The persistence, in the units of the image, that a pair must exceed; 0 or greater.
    pub min_persistence: f64,
    /// Whether the pairs of an image are ordered by dimension, birth, death, birth pixel and death pixel.
    pub sorted: bool,
}

/// The homology of a batch `[…]` of images, `p` pairs in all.
#[derive(Debug, Outputs)]
pub struct PixelTdaOutputs {
    /// Dimension of every pair `[p]`: 0 for a component, 1 for a hole.
    pub dim: Buffer<i32>,
    /// Value at which a class is born `[p]`.
    pub birth: Buffer<f32>,
    /// Value at which it dies `[p]`; +∞ for the component that never does.
    pub death: Buffer<f32>,
    /// The pixel that brings it, row·w + column, `[p]`.
    pub birth_pixel: Buffer<i64>,
    /// The pixel that ends it `[p]`; −1 for the component that never dies.
    pub death_pixel: Buffer<i64>,
    /// Where the pairs of each image, in the order of the batch, begin; the last is p. `[images + 1]`.
    pub first: Buffer<i64>,
    /// Components and holes at every threshold `[…, 2, k]`.
    pub betti: Option<Buffer<u32>>,
    /// Components less holes at every threshold, counted by cells, `[…, k]`.
    pub euler: Option<Buffer<i32>>,
    /// Pairs of each dimension that die `[…, 2]`.
    pub count: Buffer<u32>,
    /// Sum L of their persistences l = death − birth `[…, 2]`.
    pub total: Buffer<f64>,
    /// The longest of them `[…, 2]`; −∞ of none.
    pub max: Buffer<f64>,
    /// Their mean `[…, 2]`; NaN of none.
    pub mean: Buffer<f64>,
    /// Their entropy −Σ (l/L)·ln(l/L), in nats, `[…, 2]`.
    pub entropy: Buffer<f64>,
}

/// Persistent homology of the sublevel sets of images over F₂: components and holes, from birth to death.
///
/// `image [… , h, w]` of u8, u16 or f32, `thresholds [k]` in any order → [`PixelTdaOutputs`]. A class dies where it meets
/// an older one; of equal pixels the first in the image is added first, in both dimensions. Pairs of persistence up to
/// `min_persistence`, those of none among them, are left out, of the statistics as well but not of the curves; without
/// `sorted` they stand by dimension and by the place of the component's lowest, or the hole's highest, pixel. As
/// multisets they equal those of `gudhi.CubicalComplex(vertices=…)`, or `(top_dimensional_cells=…)` with `T`.
///
/// Dimension 1 is dimension 0 of the complement, which is connected the other way and begins outside (Garin et al. 2020).
/// Pixels go down to minima, the saddles between these make a merge tree (Smirnov & Morozov 2020). About 30 bytes of
/// scratch for every pixel; O(n·k) for the curves, O(p·log²p) for `sorted`, else O(n) and the ways in the tree.
///
/// # Errors
/// NaN in the image; fewer than two dimensions; `min_persistence` is negative or NaN; 2³¹ pixels or more in all; out of
/// memory.
#[operation(
    types(u8, u16, f32),
    kernels(
        super::PIXEL_LEVELS,
        super::STEEPEST_DESCENT,
        super::DESCENT_BASINS,
        super::ELDER_MERGES,
        super::PERSISTENCE_COUNTS,
        super::PERSISTENCE_PAIRS,
        super::PERSISTENCE_ORDER,
        super::BETTI_CURVES,
        super::EULER_CURVE,
        super::PERSISTENCE_STATISTICS,
        crate::image::ZONE_OFFSETS
    )
)]
pub fn pixel_tda<T: Element>(
    image: &Buffer<T>,
    thresholds: Option<&Buffer<f32>>,
    settings: &PixelTdaSettings,
) -> Result<PixelTdaOutputs> {
    let (batch, shape) = judge(image.shape(), settings)?;
    let k = thresholds.map(|t| extents(NAME, "thresholds", "k", t)).transpose()?.map(|[k]| k);
    let trees = Trees::of(levels(image, shape, settings)?, shape, connectivity(settings))?;
    let (first, mut classes) = trees.classes(settings.min_persistence)?;
    let statistics = Statistics::of(&first, &classes, batch)?;
    if settings.sorted {
        classes = classes.sorted(&first, shape[1] * shape[2])?;
    }
    let Classes { dim, birth, death, birth_pixel, death_pixel } = classes;
    let Statistics { count, total, max, mean, entropy } = statistics;
    let extended = |tail: &[usize]| [batch, tail].concat();
    let (mut betti, mut euler) = (None, None);
    if let (Some(thresholds), Some(k)) = (thresholds, k) {
        betti = Some(trees.betti(thresholds, k)?.reshaped(&extended(&[2, k]))?);
        euler = Some(trees.euler(thresholds, k)?.reshaped(&extended(&[k]))?);
    }
    Ok(PixelTdaOutputs {
        dim,
        birth,
        death,
        birth_pixel,
        death_pixel,
        first,
        betti,
        euler,
        count,
        total,
        max,
        mean,
        entropy,
    })
}

/// The extents of the batch, and its images, rows and columns.
pub(super) fn judge<'a>(shape: &'a [usize], settings: &PixelTdaSettings) -> Result<(&'a [usize], [usize; 3])> {
    let [batch @ .., h, w] = shape else {
        let (expected, got) = ("…, h, w".to_owned(), shape.to_vec());
        return Err(ErrorKind::Shape { kernel: NAME, argument: "image", expected, got }.into());
    };
    let (least, b) = (settings.min_persistence, batch.iter().product::<usize>());
    require(NAME, least >= 0.0, "min_persistence >= 0", || format!("{least}"))?;
    let pixels = b.saturating_mul(*h).saturating_mul(*w);
    require(NAME, pixels < 1 << 31, "fewer than 2³¹ pixels", || format!("{shape:?}"))?;
    Ok((batch, [b, *h, *w]))
}

fn connectivity(settings: &PixelTdaSettings) -> u32 {
    match settings.construction {
        PixelTdaConstruction::V => 4,
        PixelTdaConstruction::T => 8,
    }
}

/// The pixels as levels `[b, h, w]`.
fn levels<T: Element>(image: &Buffer<T>, shape: [usize; 3], settings: &PixelTdaSettings) -> Result<Buffer<u32>> {
    let (device, n) = (image.device(), shape.iter().product());
    let (mut level, mut fault) = (device.zeros::<u32>(&[n])?, device.zeros::<u64>(&[1])?);
    let (image, superlevel) = (image.seen_as(&[n])?, u32::from(settings.superlevel));
    let superlevel = Arg::Scalar(superlevel.into());
    run(&PIXEL_LEVELS, &mut [Arg::In(&image), Arg::Out(&mut level), Arg::Out(&mut fault), superlevel])?;
    judged(NAME, "image", "free of NaN", &fault)?;
    level.reshaped(&shape)
}
