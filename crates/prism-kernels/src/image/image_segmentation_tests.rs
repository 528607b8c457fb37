use super::*;
use prism_device::Device;
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use SegmentationMode::{FlatZones, Seeded, ThresholdCc};

fn run<T: Element>(
    image: &[T],
    shape: &[usize; 3],
    seeds: Option<&[i32]>,
    settings: SegmentationSettings,
) -> Segmentation {
    let device = Device::cpu();
    let (planes, [b, rows, w]) = (settings.channels as usize, *shape);
    let seeds = seeds.map(|s| device.upload(s, &[b, rows / planes, w]).unwrap());
    let shape = if planes > 1 { vec![b, planes, rows / planes, w] } else { shape.to_vec() };
    image_segmentation(&device.upload(image, &shape).unwrap(), seeds.as_ref(), &settings).unwrap()
}

fn settings(mode: SegmentationMode, connectivity: u32, min_size: u32) -> SegmentationSettings {
    SegmentationSettings { mode, connectivity, min_size, ..Default::default() }
}

fn around(p: usize, h: usize, w: usize, connectivity: u32) -> Vec<usize> {
    let near = |q: &usize| {
        let (dy, dx) = ((p / w).abs_diff(q / w), (p % w).abs_diff(q % w));
        dy.max(dx) == 1 && (connectivity == 8 || dy + dx == 1)
    };
    (0..h * w).filter(near).collect()
}

/// Labels by their first pixels; 0 stays.
fn in_order(keys: &[i64]) -> Vec<i32> {
    let mut known = BTreeMap::new();
    let label = |key: &i64| {
        let next = known.len() as i32 + 1;
        if *key < 0 { 0 } else { *known.entry(*key).or_insert(next) }
    };
    keys.iter().map(label).collect()
}

/// Connected components by flooding.
fn flood(h: usize, w: usize, connectivity: u32, joined: impl Fn(usize, usize) -> bool) -> Vec<i32> {
    let mut keys = vec![-1; h * w];
    for first in 0..h * w {
        let mut open = vec![first];
        while let Some(p) = open.pop() {
            if keys[p] < 0 && joined(p, p) {
                keys[p] = first as i64;
                open.extend(around(p, h, w, connectivity).into_iter().filter(|&q| joined(p, q)));
            }
        }
    }
    in_order(&keys)
}

/// Rounds of joining, on labels alone.
fn rounds(x: &[u8], mut labels: Vec<i32>, h: usize, w: usize, connectivity: u32, min_size: usize) -> Vec<i32> {
    loop {
        let size = |label| labels.iter().filter(|&&l| l == label).count();
        let mut target: BTreeMap<i32, (u8, i32)> = BTreeMap::new();
        for p in 0..h * w {
            for q in around(p, h, w, connectivity) {
                if labels[p] != labels[q] && size(labels[p]) < min_size {
                    let edge = (x[p].abs_diff(x[q]), labels[q]);
                    let known = target.entry(labels[p]).or_insert(edge);
                    *known = edge.min(*known);
                }
            }
        }
        if target.is_empty() {
            return labels;
        }
        let mut of: Vec<i32> = (0..=*labels.iter().max().unwrap()).collect();
        for (from, (_, to)) in target {
            let (a, b) = (of[from as usize], of[to as usize]);
            of.iter_mut().filter(|l| **l == a || **l == b).for_each(|l| *l = a.min(b));
        }
        let keys: Vec<i64> = labels.iter().map(|&l| i64::from(of[l as usize])).collect();
        labels = in_order(&keys);
    }
}

/// Seeds grow from a queue ordered by the largest step on the way, then by the seed.
fn growth(x: &[u8], seeds: &[i32], h: usize, w: usize, connectivity: u32, alpha: u8) -> Vec<i32> {
    let zones = flood(h, w, connectivity, |p, q| x[p].abs_diff(x[q]) <= alpha);
    let mut label: BTreeMap<i32, i32> = BTreeMap::new();
    let mut queue = BinaryHeap::new();
    (0..h * w).filter(|&p| seeds[p] > 0).for_each(|p| queue.push(Reverse((0, seeds[p], zones[p]))));
    while let Some(Reverse((cost, seed, zone))) = queue.pop() {
        if label.contains_key(&zone) {
            continue;
        }
        label.insert(zone, seed);
        for p in (0..h * w).filter(|&p| zones[p] == zone) {
            for q in around(p, h, w, connectivity).into_iter().filter(|&q| zones[q] != zone) {
                queue.push(Reverse((cost.max(x[p].abs_diff(x[q])), seed, zones[q])));
            }
        }
    }
    in_order(&zones.iter().map(|z| label.get(z).map_or(-1, |l| i64::from(*l))).collect::<Vec<_>>())
}

/// `scipy.ndimage.label(x > 1, structure)` and `skimage.measure.regionprops`, scipy 1.17.1, scikit-image 0.26.0.
#[test]
fn equals_scipy_and_skimage() {
    let x = [
        0u8, 2, 2, 0, 0, 3, //
        2, 0, 0, 4, 1, 5, //
        2, 2, 0, 0, 6, 0,
    ];
    let four = run(&x, &[1, 3, 6], None, SegmentationSettings { threshold: 1.0, ..settings(ThresholdCc, 4, 0) });
    let expected = [0, 1, 1, 0, 0, 2, 3, 0, 0, 4, 0, 2, 3, 3, 0, 0, 5, 0];
    assert_eq!(four.labels.download().unwrap(), expected);
    assert_eq!(four.count.download().unwrap(), [5]);
    let eight = run(&x, &[1, 3, 6], None, SegmentationSettings { threshold: 1.0, ..settings(ThresholdCc, 8, 0) });
    assert_eq!(eight.labels.download().unwrap(), [0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0]);
    assert_eq!(four.area.download().unwrap(), [2, 2, 3, 1, 1]);
    assert_eq!(four.bbox.download().unwrap(), [0, 1, 1, 3, 0, 5, 2, 6, 1, 0, 3, 2, 1, 3, 2, 4, 2, 4, 3, 5]);
    assert_eq!(four.mean.download().unwrap(), [2.0, 4.0, 2.0, 4.0, 6.0]);
    let large = run(&x, &[1, 3, 6], None, SegmentationSettings { threshold: 1.0, ..settings(ThresholdCc, 4, 3) });
    assert_eq!(large.labels.download().unwrap(), expected.map(|l| i32::from(l == 3)));
}

#[test]
fn a_snake_through_many_tiles_is_one_region() {
    let (h, w) = (99, 131);
    let snake = |p: usize| {
        let (y, x) = (p / w, p % w);
        y % 2 == 0 || x == if y % 4 == 1 { w - 1 } else { 0 }
    };
    let mask: Vec<u8> = (0..h * w).map(|p| u8::from(snake(p))).collect();
    let found = run(&mask, &[1, h, w], None, settings(ThresholdCc, 4, 0));
    assert_eq!(found.count.download().unwrap(), [1]);
    assert_eq!(found.labels.download().unwrap(), mask.iter().map(|&m| i32::from(m)).collect::<Vec<_>>());
    let zones = run(&mask, &[1, h, w], None, settings(FlatZones, 4, 0));
    assert_eq!(zones.labels.download().unwrap(), flood(h, w, 4, |p, q| mask[p] == mask[q]));
}

#[test]
fn images_of_a_batch_are_numbered_apart() {
    let x = [0.5f32, 0.5, -1.0, 3.0, 3.0, 3.0, f32::NAN, f32::NAN];
    let found = run(&x, &[2, 2, 2], None, settings(FlatZones, 4, 0));
    assert_eq!(found.labels.download().unwrap(), [1, 1, 2, 3, 1, 1, 2, 3]);
    assert_eq!(found.count.download().unwrap(), [3, 3]);
    assert_eq!(found.first.download().unwrap(), [0, 3]);
    let mean = found.mean.download().unwrap();
    assert_eq!(mean[..4], [0.5, -1.0, 3.0, 3.0]);
    assert!(mean[4..].iter().all(|m| m.is_nan()), "{mean:?}");
}

#[test]
fn channels_differ_by_their_largest_difference() {
    let x = [0u16, 1, 2, 9, 9, 5];
    let zones = |alpha| {
        let of = SegmentationSettings { alpha, channels: 2, ..settings(FlatZones, 4, 0) };
        run(&x, &[1, 2, 3], None, of)
    };
    assert_eq!(zones(3.0).labels.download().unwrap(), [1, 1, 2]);
    assert_eq!(zones(3.0).mean.download().unwrap(), [0.5, 9.0, 2.0, 5.0]);
    assert_eq!(zones(4.0).labels.download().unwrap(), [1, 1, 1]);
}

#[test]
fn means_keep_the_digits_of_doubles() {
    let x: Vec<f32> = (0..3000).map(|i| (i as f32 * 0.37).sin() * 1e-3 + 1e3).collect();
    let all = SegmentationSettings { alpha: 1.0, ..settings(FlatZones, 4, 0) };
    let mean = run(&x, &[1, 30, 100], None, all).mean.download().unwrap();
    let expected = x.iter().map(|&x| f64::from(x)).sum::<f64>() / 3000.0;
    assert_eq!(mean.len(), 1);
    approx::assert_relative_eq!(mean[0], expected, max_relative = 1e-14);
}

#[test]
fn seeds_do_not_cross_seeds() {
    // The first seed is no further from the last pixel than the second, but the second lies between.
    let found = run(&[0u8, 5, 10], &[1, 1, 3], Some(&[1, 2, 0]), settings(Seeded, 4, 0));
    assert_eq!(found.labels.download().unwrap(), [1, 2, 2]);
    let apart = run(&[0u8, 9, 0], &[1, 1, 3], Some(&[2, 0, 2]), settings(Seeded, 4, 0));
    assert_eq!(apart.labels.download().unwrap(), [1, 1, 1]);
    let none = run(&[0u8, 9, 0], &[1, 1, 3], Some(&[0, 0, 0]), settings(Seeded, 4, 5));
    assert_eq!(none.count.download().unwrap(), [0]);
}

#[test]
fn empty_images_have_no_regions() {
    for shape in [[0, 3, 3], [2, 0, 3], [2, 3, 0]] {
        let found = run::<u8>(&[], &shape, None, settings(FlatZones, 8, 4));
        assert_eq!(found.count.download().unwrap(), vec![0; shape[0]]);
    }
}

#[test]
fn what_is_refused() {
    let device = Device::cpu();
    let (image, seeds) =
        (device.zeros::<u8>(&[1, 3, 2]).unwrap(), device.upload(&[7, 0, 0, 0, 0, 0], &[1, 3, 2]).unwrap());
    let said = |seeds: Option<&Buffer<i32>>, of: SegmentationSettings| {
        image_segmentation(&image, seeds, &of).unwrap_err().to_string()
    };
    let flat = settings(FlatZones, 4, 0);
    assert_eq!(
        said(None, SegmentationSettings { connectivity: 6, ..flat }),
        "image_segmentation: needs connectivity == 4 or 8, got 6"
    );
    assert_eq!(
        said(None, SegmentationSettings { alpha: f64::NAN, ..flat }),
        "image_segmentation: needs alpha >= 0, got NaN"
    );
    assert_eq!(
        said(None, SegmentationSettings { channels: 3, mode: ThresholdCc, ..flat }),
        "image_segmentation: `image` must be [.., 3, h, w], got [1, 3, 2]"
    );
    assert_eq!(
        said(None, SegmentationSettings { channels: 2, ..flat }),
        "image_segmentation: `image` must be [.., 2, h, w], got [1, 3, 2]"
    );
    let planes = device.zeros::<u8>(&[3, 3, 2]).unwrap();
    let many = SegmentationSettings { channels: 3, mode: ThresholdCc, ..flat };
    assert_eq!(
        image_segmentation(&planes, None, &many).unwrap_err().to_string(),
        "image_segmentation: needs one channel to compare with a threshold, got channels = 3"
    );
    let both = "image_segmentation: needs seeds if, and only if, the mode is seeded, got mode";
    assert_eq!(said(None, settings(Seeded, 4, 0)), format!("{both} seeded"));
    assert_eq!(said(Some(&seeds), flat), format!("{both} flat_zones"));
    assert_eq!(
        said(Some(&seeds), settings(Seeded, 4, 0)),
        "image_segmentation: needs seeds from 0 to h * w, got a seed that is negative or above it"
    );
}

proptest! {
    #[test]
    fn threshold_and_flat_zones_are_floods(
        w in 1usize..70, x in prop::collection::vec(0u8..4, 1..400), eight: bool, alpha in 0u8..2,
    ) {
        let (h, connectivity) = (x.len() / w, if eight { 8 } else { 4 });
        let x = &x[..h * w];
        let found = run(x, &[1, h, w], None, settings(ThresholdCc, connectivity, 0));
        prop_assert_eq!(found.labels.download().unwrap(), flood(h, w, connectivity, |p, q| x[p] > 0 && x[q] > 0));
        let of = SegmentationSettings { alpha: alpha.into(), ..settings(FlatZones, connectivity, 0) };
        let zones = run(x, &[1, h, w], None, of).labels.download().unwrap();
        prop_assert_eq!(zones, flood(h, w, connectivity, |p, q| x[p].abs_diff(x[q]) <= alpha));
    }

    #[test]
    fn small_zones_join_in_rounds(
        w in 1usize..12, x in prop::collection::vec(0u8..9, 1..100), eight: bool, min_size in 2usize..30,
    ) {
        let (h, connectivity) = (x.len() / w, if eight { 8 } else { 4 });
        let x = &x[..h * w];
        let found = run(x, &[1, h, w], None, settings(FlatZones, connectivity, min_size as u32));
        let zones = flood(h, w, connectivity, |p, q| x[p] == x[q]);
        let expected = if zones.is_empty() { zones } else { rounds(x, zones, h, w, connectivity, min_size) };
        prop_assert_eq!(found.labels.download().unwrap(), expected);
    }

    #[test]
    fn seeds_grow_in_order_of_the_largest_step(
        w in 1usize..12, x in prop::collection::vec((0u8..9, 0i32..12), 1..100), eight: bool, alpha in 0u8..3,
    ) {
        let (h, connectivity) = (x.len() / w, if eight { 8 } else { 4 });
        let (x, seeds): (Vec<u8>, Vec<i32>) =
            x[..h * w].iter().map(|&(x, s)| (x, if s < 4 && s as usize <= h * w { s } else { 0 })).unzip();
        let of = SegmentationSettings { alpha: alpha.into(), ..settings(Seeded, connectivity, 0) };
        let found = run(&x, &[1, h, w], Some(&seeds), of);
        prop_assert_eq!(found.labels.download().unwrap(), growth(&x, &seeds, h, w, connectivity, alpha));
    }
}
