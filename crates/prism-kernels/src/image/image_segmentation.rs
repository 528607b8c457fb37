//! Regions of connected pixels, numbered and measured.

use super::{
    REGION_MEANS, REGION_PEAKS, REGION_SUMS, SEED_COSTS, SEED_LABELS, SEED_LEADERS, SEED_REGIONS, SEED_ZONES,
    ZONE_AREAS, ZONE_COUNTS, ZONE_DROP, ZONE_JOIN, ZONE_LABELS, ZONE_OFFSETS, ZONE_RANKS, ZONE_ROOTS, ZONE_SEAMS,
    ZONE_TARGETS, ZONE_TILES,
};
use super::{region_means, region_peaks, region_sums, zones};
use crate::argument::require;
use crate::batch::Batch;
use prism_derive::{Outputs, Setting, Settings, operation};
use prism_device::{AnyBuffer, Buffer, Element, ErrorKind, Result, Seen};

const NAME: &str = "image_segmentation";

/// What makes a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum SegmentationMode {
    /// Connected pixels above a threshold; the others are background, label 0.
    #[default]
    ThresholdCc,
    /// Pixels connected by steps of at most α.
    FlatZones,
    /// Flat zones, each given to the seed that reaches it by the smallest largest step.
    Seeded,
}

/// How an image is cut into regions.
#[derive(Debug, Clone, Copy, PartialEq, Settings)]
pub struct SegmentationSettings {
    /// What makes a region.
    pub mode: SegmentationMode,
    /// A pixel above it is in a region of `threshold_cc`; 0 for a mask.
    #[alias("t")]
    pub threshold: f64,
    /// The largest step within a flat zone, in the units of the image.
    pub alpha: f64,
    /// Planes of an image.
    pub channels: u32,
    /// Neighbours of a pixel: 4, or 8 with the diagonal ones.
    pub connectivity: u32,
    /// Pixels that a region has at least.
    pub min_size: u32,
}

impl Default for SegmentationSettings {
    fn default() -> Self {
        let mode = SegmentationMode::default();
        Self { mode, threshold: 0.0, alpha: 0.0, channels: 1, connectivity: 4, min_size: 0 }
    }
}

/// The regions of a batch of images, `r` of them in all.
#[derive(Debug, Outputs)]
pub struct Segmentation {
    /// The region of every pixel `[.., h, w]`, from 1 in the order of their first pixels; 0 for none.
    pub labels: Buffer<i32>,
    /// Regions of every image `[..]`.
    pub count: Buffer<u32>,
    /// Where an image's region 1 is in the arrays below `[..]`.
    pub first: Buffer<u32>,
    /// Pixels of every region `[r]`.
    pub area: Buffer<u32>,
    /// First row and column of every region, row and column after its last `[r, 4]`.
    pub bbox: Buffer<i32>,
    /// Mean of every region and channel `[r, channels]`.
    pub mean: Buffer<f64>,
}

/// Cuts images into regions of connected pixels.
///
/// `image [.., h, w]` of u8, u16 or f32, or `[.., channels, h, w]`; with `mode` = `seeded` also `seeds [.., h, w]`, 0 where
/// there is none → [`Segmentation`]. Two pixels differ by the largest difference of a channel, rounded to f32; a pixel with
/// NaN differs from all by more than any number.
///
/// `threshold_cc` equals `skimage.measure.label(image > threshold)`; regions below `min_size` become background.
/// `flat_zones` joins neighbours that differ by at most `alpha` (Soille 2008). `seeded` grows the seeds over the flat zones
/// along a minimum spanning forest (Cousty 2009): in order of the largest step on the way, the smaller seed first; equal
/// seeds are one region, of several in a zone the least has it; without a seed an image has no region. Then, in rounds,
/// each region below `min_size` joins, with all others at once, the one across its smallest step, the first of equals.
///
/// Five passes over the image; more a round, of which few images need ten; `seeded` one pass a step of the longest way of a
/// seed. 4·b·h·w bytes of scratch, 20 with `min_size` or `seeded`. Labels and areas do not depend on any order; a mean is that of the
/// values in fixed point, 62 bits under the largest magnitude of the image.
///
/// # Errors
/// `connectivity` is neither 4 nor 8; `alpha` is negative or NaN; a threshold with several channels; seeds without
/// `seeded` or the reverse; a seed that is negative or above h·w; shapes that do not fit; 2³¹ pixels or more; out of memory.
#[operation(
    types(u8, u16, f32),
    kernels(
        ZONE_TILES,
        ZONE_SEAMS,
        ZONE_ROOTS,
        ZONE_AREAS,
        ZONE_DROP,
        ZONE_TARGETS,
        ZONE_JOIN,
        ZONE_COUNTS,
        ZONE_OFFSETS,
        ZONE_RANKS,
        ZONE_LABELS,
        SEED_ZONES,
        SEED_COSTS,
        SEED_LABELS,
        SEED_LEADERS,
        SEED_REGIONS,
        REGION_PEAKS,
        REGION_SUMS,
        REGION_MEANS
    )
)]
pub fn image_segmentation<T: Element>(
    image: &Buffer<T>,
    seeds: Option<&Buffer<i32>>,
    settings: &SegmentationSettings,
) -> Result<Segmentation> {
    let images = judge(image, seeds.is_some(), settings)?;
    let ([h, w], b, channels) = (images.last, images.size(), settings.channels);
    let image = image.seen_as(&[b, channels as usize * h, w])?;
    let seeds = seeds.map(|seeds| images.each("seeds", seeds, &[h, w])).transpose()?;
    let zone = zones::of(&image, seeds.as_ref(), [b, h, w], settings)?;
    let (labels, count) = zones::numbered(zone)?;
    let found = measured(&image, labels, count, channels)?;
    Ok(Segmentation {
        labels: found.labels.reshaped(&images.with(&[h, w]))?,
        count: found.count.reshaped(&images.axes)?,
        first: found.first.reshaped(&images.axes)?,
        ..found
    })
}

/// The batch of images, each of h by w pixels.
fn judge<T: Element>(image: &Buffer<T>, has_seeds: bool, settings: &SegmentationSettings) -> Result<Batch<2>> {
    let SegmentationSettings { mode, threshold, alpha, channels, connectivity, .. } = *settings;
    let mut images = Batch::of(NAME, "image", "h, w", image)?;
    if channels != 1 && images.axes.pop() != Some(channels as usize) {
        let (expected, got) = (format!(".., {channels}, h, w"), image.shape().to_vec());
        return Err(ErrorKind::Shape { kernel: NAME, argument: "image", expected, got }.into());
    }
    require(NAME, connectivity == 4 || connectivity == 8, "connectivity == 4 or 8", || format!("{connectivity}"))?;
    require(NAME, !threshold.is_nan(), "a threshold that is a number", || format!("threshold = {threshold}"))?;
    require(NAME, alpha >= 0.0, "alpha >= 0", || format!("{alpha}"))?;
    let one = mode != SegmentationMode::ThresholdCc || channels == 1;
    require(NAME, one, "one channel to compare with a threshold", || format!("channels = {channels}"))?;
    require(NAME, channels > 0, "channels >= 1", || format!("{channels}"))?;
    let seeded = mode == SegmentationMode::Seeded;
    require(NAME, seeded == has_seeds, "seeds if, and only if, the mode is seeded", || format!("mode {mode}"))?;
    Ok(images)
}

fn measured<T: Element>(
    image: &Seen<T>,
    labels: Buffer<i32>,
    count: Buffer<u32>,
    channels: u32,
) -> Result<Segmentation> {
    let (device, planes, counts) = (image.device(), channels as usize, count.download()?);
    let first: Vec<u32> = (0..counts.len()).map(|i| counts[..i].iter().sum()).collect();
    let (first, r) = (device.upload(&first, &[first.len()])?, counts.iter().sum::<u32>() as usize);
    let (mut area, mut boxes) = (device.zeros(&[r])?, device.zeros(&[r, 4])?);
    let (mut bbox, mut mean) = (device.zeros(&[r, 4])?, device.zeros(&[r, planes])?);
    if r > 0 {
        let (mut sums, mut kinds) = (device.zeros(&[r, planes, 2])?, device.zeros(&[r, planes])?);
        let mut peak = device.zeros(count.shape())?;
        region_peaks(image, &mut peak)?;
        region_sums(image, &labels, &first, &peak, &mut area, &mut boxes, &mut sums, &mut kinds)?;
        region_means(&area, &boxes, &sums, &kinds, &first, &peak, &mut bbox, &mut mean)?;
    }
    Ok(Segmentation { labels, count, first, area, bbox, mean })
}

#[cfg(test)]
#[path = "image_segmentation_tests.rs"]
mod tests;
