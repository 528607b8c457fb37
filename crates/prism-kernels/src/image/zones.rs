//! The steps of a segmentation: zones of connected pixels found, grown from seeds, rid of small ones, numbered.

use super::{SegmentationMode, SegmentationSettings};
use super::{
    seed_costs, seed_labels, seed_leaders, seed_regions, seed_zones, zone_areas, zone_counts, zone_drop, zone_join,
    zone_labels, zone_offsets, zone_ranks, zone_roots, zone_seams, zone_targets, zone_tiles,
};
use crate::argument::require;
use prism_device::{AnyBuffer, Buffer, Element, Result, Seen};

/// The region of every pixel `[b, h, w]`, as a forest of which the roots are the first pixels.
pub(super) fn of<T: Element>(
    image: &Seen<T>,
    seeds: Option<&Seen<i32>>,
    shape: [usize; 3],
    settings: &SegmentationSettings,
) -> Result<Buffer<u32>> {
    let SegmentationSettings { mode, channels, connectivity, min_size, .. } = *settings;
    let forest = connected(image, shape, settings)?;
    if seeds.is_none() && min_size <= 1 {
        return Ok(forest);
    }
    let mut zone = image.device().zeros(&shape)?;
    zone_roots(&forest, &mut zone)?;
    drop(forest);
    if let Some(seeds) = seeds {
        zone = grown(image, &zone, seeds, shape, settings)?;
    }
    if min_size > 1 && mode == SegmentationMode::ThresholdCc {
        let (area, mut kept) = (areas(&zone)?, image.device().zeros(&shape)?);
        zone_drop(&zone, &area, &mut kept, min_size)?;
        return Ok(kept);
    }
    if min_size > 1 { merged(image, zone, channels, min_size, connectivity) } else { Ok(zone) }
}

/// The connected pixels as a forest of which the roots are the first pixels: those of tiles, then those of tiles of tiles.
fn connected<T: Element>(image: &Seen<T>, shape: [usize; 3], settings: &SegmentationSettings) -> Result<Buffer<u32>> {
    let SegmentationSettings { channels, connectivity, .. } = *settings;
    let (mode, bound) = match settings.mode {
        SegmentationMode::ThresholdCc => (0, settings.threshold),
        SegmentationMode::FlatZones | SegmentationMode::Seeded => (1, settings.alpha),
    };
    let mut zone = image.device().zeros(&shape)?;
    zone_tiles(image, &mut zone, channels, mode, bound, connectivity)?;
    let (mut tile, mut square) = (32, 128);
    while shape[1].max(shape[2]) > tile as usize {
        zone_seams(image, &mut zone, tile, square, channels, mode, bound, connectivity)?;
        (tile, square) = (square, square.saturating_mul(2));
    }
    Ok(zone)
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
    image: &Seen<T>,
    zone: &Buffer<u32>,
    seeds: &Seen<i32>,
    shape: [usize; 3],
    settings: &SegmentationSettings,
) -> Result<Buffer<u32>> {
    let (device, SegmentationSettings { channels, connectivity, .. }) = (image.device(), *settings);
    let (mut label, mut cost, mut fault) = (device.zeros(&shape)?, device.zeros(&shape)?, device.zeros(&[1])?);
    seed_zones(seeds, zone, &mut label, &mut cost, &mut fault)?;
    let known = fault.download()? == [0];
    require("image_segmentation", known, "seeds from 0 to h * w", || "a seed that is negative or above it".to_owned())?;
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
    image: &Seen<T>,
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
            zone_roots(before, after)?;
            zone_join(&target, before, after, changed)
        })?;
    }
}

/// Labels from 1 in the order of the zones' first pixels, and how many every image has.
pub(super) fn numbered(mut zone: Buffer<u32>) -> Result<(Buffer<i32>, Buffer<u32>)> {
    let (device, shape) = (zone.device().clone(), zone.shape().to_vec());
    let parts = [shape[0], (shape[1] * shape[2]).div_ceil(1024)];
    let (mut counts, mut offsets) = (device.zeros(&parts)?, device.zeros(&parts)?);
    let (mut labels, mut count) = (device.zeros(&shape)?, device.zeros(&parts[..1])?);
    zone_counts(&zone, &mut counts)?;
    zone_offsets(&counts, &mut offsets, &mut count)?;
    zone_ranks(&mut zone, &offsets)?;
    zone_labels(&zone, &mut labels)?;
    Ok((labels, count))
}
