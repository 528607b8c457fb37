//! Regions of connected pixels, numbered and measured.

use super::{
    region_means, region_peaks, region_sums, seed_costs, seed_labels, seed_leaders, seed_regions, seed_zones,
    zone_areas, zone_counts, zone_drop, zone_hook, zone_join, zone_labels, zone_offsets, zone_ranks, zone_shortcut,
    zone_targets, zone_tiles,
};
use crate::argument::require;
use prism_device::{Buffer, Element, ErrorKind, Result};
use std::{fmt, str::FromStr};

const NAME: &str = "image_segmentation";

/// What makes a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmentationSettings {
    /// What makes a region.
    pub mode: SegmentationMode,
    /// A pixel above it is in a region of `ThresholdCc`; 0 for a mask.
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
#[derive(Debug)]
pub struct Segmentation {
    /// The region of every pixel `[b, h, w]`, from 1 in the order of their first pixels; 0 for none.
    pub labels: Buffer<i32>,
    /// Regions of every image `[b]`.
    pub count: Buffer<u32>,
    /// Where an image's region 1 is in the arrays below `[b]`.
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
/// `image [b, h, w]` of u8, u16 or f32, or `[b, channels·h, w]`, the planes of an image one under another; `seeds [b, h, w]`
/// of `Seeded`, 0 where there is none → [`Segmentation`]. Two pixels differ by the largest difference of a channel, rounded
/// to f32; a pixel with NaN differs from all by more than any number.
///
/// `ThresholdCc` equals `skimage.measure.label(image > t)`; regions below `min_size` become background. `FlatZones` joins
/// neighbours that differ by at most `alpha` (Soille 2008). `Seeded` grows the seeds over the flat zones along a minimum
/// spanning forest (Cousty 2009): in order of the largest step on the way, the smaller seed first; equal seeds are one
/// region, of several in a zone the least has it; without a seed an image has no region. Then, in rounds, each region
/// below `min_size` joins, with all others at once, the one across its smallest step, the first of equals.
///
/// Some passes over the image a round, of which few images need ten; `Seeded` one pass a step of the longest way of a seed.
/// 16·b·h·w bytes of scratch, 24 with `min_size`. Labels and areas do not depend on any order; a mean is that of the
/// values in fixed point, 62 bits under the largest magnitude of the image.
///
/// # Errors
/// `connectivity` is neither 4 nor 8; `alpha` is negative or NaN; a threshold with several channels; seeds without
/// `Seeded` or the reverse; a seed that is negative or above h·w; shapes that do not fit; 2³¹ pixels or more; out of memory.
pub fn image_segmentation<T: Element>(
    image: &Buffer<T>,
    seeds: Option<&Buffer<i32>>,
    settings: &SegmentationSettings,
) -> Result<Segmentation> {
    let shape = judge(image, seeds, settings)?;
    let SegmentationSettings { mode, channels, connectivity, min_size, .. } = *settings;
    let mut zone = connected(image, shape, settings)?;
    if let Some(seeds) = seeds {
        zone = grown(image, &zone, seeds, shape, settings)?;
    }
    if min_size > 1 && mode == SegmentationMode::ThresholdCc {
        let (area, mut kept) = (areas(&zone)?, image.device().zeros(&shape)?);
        zone_drop(&zone, &area, &mut kept, min_size)?;
        zone = kept;
    } else if min_size > 1 {
        zone = merged(image, zone, channels, min_size, connectivity)?;
    }
    let (labels, count) = numbered(&zone)?;
    measured(image, labels, count, channels)
}

fn judge<T: Element>(
    image: &Buffer<T>,
    seeds: Option<&Buffer<i32>>,
    settings: &SegmentationSettings,
) -> Result<[usize; 3]> {
    let SegmentationSettings { mode, alpha, channels, connectivity, .. } = *settings;
    let planes = channels as usize;
    let shape = match *image.shape() {
        [b, rows, w] if planes > 0 && rows.is_multiple_of(planes) => [b, rows / planes, w],
        _ => {
            let (expected, got) = (format!("b, channels * h, w with channels = {channels}"), image.shape().to_vec());
            return Err(ErrorKind::Shape { kernel: NAME, argument: "image", expected, got }.into());
        }
    };
    require(NAME, connectivity == 4 || connectivity == 8, "connectivity == 4 or 8", || format!("{connectivity}"))?;
    require(NAME, alpha >= 0.0, "alpha >= 0", || format!("{alpha}"))?;
    let one = mode != SegmentationMode::ThresholdCc || channels == 1;
    require(NAME, one, "one channel to compare with a threshold", || format!("channels = {channels}"))?;
    let seeded = mode == SegmentationMode::Seeded;
    require(NAME, seeded == seeds.is_some(), "seeds if, and only if, the mode is seeded", || format!("mode {mode}"))?;
    Ok(shape)
}

/// The connected pixels, each pointing to the first of its zone.
fn connected<T: Element>(image: &Buffer<T>, shape: [usize; 3], settings: &SegmentationSettings) -> Result<Buffer<u32>> {
    let SegmentationSettings { channels, connectivity, .. } = *settings;
    let (mode, bound) = match settings.mode {
        SegmentationMode::ThresholdCc => (0, settings.threshold),
        SegmentationMode::FlatZones | SegmentationMode::Seeded => (1, settings.alpha),
    };
    let mut zone = image.device().zeros(&shape)?;
    zone_tiles(image, &mut zone, channels, mode, bound, connectivity)?;
    settled(zone, |before, after, changed| {
        zone_shortcut(before, after, changed)?;
        zone_hook(image, before, after, changed, channels, mode, bound, connectivity)
    })
}

/// Repeats a step from one state to the next until nothing changes.
fn settled(
    mut now: Buffer<u32>,
    step: impl Fn(&Buffer<u32>, &mut Buffer<u32>, &mut Buffer<u32>) -> Result<()>,
) -> Result<Buffer<u32>> {
    let mut next = now.device().zeros(now.shape())?;
    loop {
        let mut changed = now.device().zeros(&[1])?;
        step(&now, &mut next, &mut changed)?;
        std::mem::swap(&mut now, &mut next);
        if changed.download()? == [0] {
            return Ok(now);
        }
    }
}

fn areas(zone: &Buffer<u32>) -> Result<Buffer<u32>> {
    let mut area = zone.device().zeros(zone.shape())?;
    zone_areas(zone, &mut area)?;
    Ok(area)
}

/// Zones given to the seeds that reach them.
fn grown<T: Element>(
    image: &Buffer<T>,
    zone: &Buffer<u32>,
    seeds: &Buffer<i32>,
    shape: [usize; 3],
    settings: &SegmentationSettings,
) -> Result<Buffer<u32>> {
    let (device, SegmentationSettings { channels, connectivity, .. }) = (image.device(), *settings);
    let (mut label, mut cost, mut fault) = (device.zeros(&shape)?, device.zeros(&shape)?, device.zeros(&[1])?);
    seed_zones(seeds, zone, &mut label, &mut cost, &mut fault)?;
    let known = fault.download()? == [0];
    require(NAME, known, "seeds from 0 to h * w", || "a seed that is negative or above it".to_owned())?;
    let cost = settled(cost, |before, after, changed| {
        seed_costs(image, zone, before, after, changed, channels, connectivity)
    })?;
    let label = settled(label, |before, after, changed| {
        seed_labels(image, zone, &cost, before, after, changed, channels, connectivity)
    })?;
    let (mut leader, mut region) = (device.zeros(&shape)?, device.zeros(&shape)?);
    seed_leaders(zone, &label, &mut leader)?;
    seed_regions(zone, &label, &leader, &mut region)?;
    Ok(region)
}

/// Zones joined until none that has a neighbour is smaller than `min_size`.
fn merged<T: Element>(
    image: &Buffer<T>,
    mut zone: Buffer<u32>,
    channels: u32,
    min_size: u32,
    connectivity: u32,
) -> Result<Buffer<u32>> {
    loop {
        let area = areas(&zone)?;
        let (mut target, mut found) = (zone.device().zeros(zone.shape())?, zone.device().zeros(&[1])?);
        zone_targets(image, &zone, &area, &mut target, &mut found, channels, min_size, connectivity)?;
        if found.download()? == [0] {
            return Ok(zone);
        }
        zone = settled(zone, |before, after, changed| {
            zone_shortcut(before, after, changed)?;
            zone_join(&target, before, after, changed)
        })?;
    }
}

/// Labels from 1 in the order of the zones' first pixels, and how many every image has.
fn numbered(zone: &Buffer<u32>) -> Result<(Buffer<i32>, Buffer<u32>)> {
    let (device, shape) = (zone.device(), zone.shape());
    let parts = [shape[0], (shape[1] * shape[2]).div_ceil(1024)];
    let (mut counts, mut offsets) = (device.zeros(&parts)?, device.zeros(&parts)?);
    let (mut rank, mut labels, mut count) = (device.zeros(shape)?, device.zeros(shape)?, device.zeros(&parts[..1])?);
    zone_counts(zone, &mut counts)?;
    zone_offsets(&counts, &mut offsets, &mut count)?;
    zone_ranks(zone, &offsets, &mut rank)?;
    zone_labels(zone, &rank, &mut labels)?;
    Ok((labels, count))
}

fn measured<T: Element>(
    image: &Buffer<T>,
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

impl FromStr for SegmentationMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::ThresholdCc, Self::FlatZones, Self::Seeded]
            .into_iter()
            .find(|mode| mode.to_string() == text)
            .ok_or_else(|| format!("`{text}` is no mode; there are threshold_cc, flat_zones, seeded"))
    }
}

impl fmt::Display for SegmentationMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ThresholdCc => "threshold_cc",
            Self::FlatZones => "flat_zones",
            Self::Seeded => "seeded",
        })
    }
}

#[cfg(test)]
#[path = "image_segmentation_tests.rs"]
mod tests;
