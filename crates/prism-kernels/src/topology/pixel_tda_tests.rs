//! Persistent homology against GUDHI, against the reduction of boundary matrices, and at the edges.

use super::PixelTdaConstruction::{T, V};
use super::pixel_tda::judge;
use super::{PixelTdaConstruction, PixelTdaOutputs, PixelTdaSettings, pixel_tda, plain_homology};
use approx::assert_relative_eq;
use prism_device::{Device, Element};

type Pair = (i32, f32, f32);

fn settings(construction: PixelTdaConstruction) -> PixelTdaSettings {
    PixelTdaSettings { construction, ..PixelTdaSettings::default() }
}

fn call<E: Element>(device: &Device, image: &[E], shape: &[usize], settings: &PixelTdaSettings) -> PixelTdaOutputs {
    pixel_tda(&device.upload(image, shape).unwrap(), None, settings).unwrap()
}

/// Dimension, birth and death of every pair, in the order given.
fn pairs(outputs: &PixelTdaOutputs) -> Vec<Pair> {
    let (dim, birth) = (outputs.dim.download().unwrap(), outputs.birth.download().unwrap());
    let numbers = birth.into_iter().zip(outputs.death.download().unwrap());
    dim.into_iter().zip(numbers).map(|(dim, (birth, death))| (dim, birth, death)).collect()
}

fn sorted(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_by(|a, b| a.partial_cmp(b).unwrap());
    pairs
}

/// An image of `n` values below `kinds`, by a linear congruence.
fn random(n: usize, kinds: u32, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 12) % kinds) as f32
    };
    (0..n).map(next).collect()
}

/// GUDHI 3.13.0 by `tests/topology/gudhi_pairs.py`.
#[test]
fn pairs_are_those_of_gudhi() {
    let text = include_str!("../../tests/topology/gudhi_pairs.txt");
    for (block, device) in text.trim().split("\n\n").flat_map(|b| Device::all().into_iter().map(move |d| (b, d))) {
        let mut lines = block.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let head = lines.next().unwrap();
        let construction = if head[1] == "V" { V } else { T };
        let shape: Vec<usize> = head[2..].iter().map(|n| n.parse().unwrap()).collect();
        let image: Vec<f32> = lines.next().unwrap().iter().map(|x| x.parse().unwrap()).collect();
        let expected = lines.map(|l| (l[0].parse().unwrap(), l[1].parse().unwrap(), l[2].parse().unwrap())).collect();
        let got = call(&device, &image, &shape, &settings(construction));
        assert_eq!(sorted(pairs(&got)), sorted(expected), "{} {construction:?}", head[0]);
    }
}

#[test]
fn pairs_are_those_of_the_reduced_boundary_matrix() {
    for (seed, (h, w)) in [(1, 1), (1, 7), (6, 1), (2, 2), (3, 3), (5, 8), (7, 7), (9, 6)].into_iter().enumerate() {
        for (kinds, construction) in [(2, V), (2, T), (5, V), (5, T), (1000, V), (1000, T)] {
            let image = random(h * w, kinds, seed as u32);
            for device in Device::all() {
                let got = call(&device, &image, &[h, w], &settings(construction));
                let expected = plain_homology::pairs(&image, h, w, construction);
                assert_eq!(sorted(pairs(&got)), expected, "{h} {w} {kinds} {construction:?}");
            }
        }
    }
}

#[test]
fn superlevel_sets_are_sublevel_sets_of_the_negative() {
    let image = random(7 * 9, 6, 3);
    let negative: Vec<f32> = image.iter().map(|x| -x).collect();
    let upper = PixelTdaSettings { superlevel: true, ..settings(T) };
    for device in Device::all() {
        let got = call(&device, &image, &[7, 9], &upper);
        assert_eq!(sorted(pairs(&got)), plain_homology::pairs(&negative, 7, 9, T));
        let thresholds = device.upload(&[-3.0f32], &[1]).unwrap();
        let image = device.upload(&image, &[7, 9]).unwrap();
        let betti = pixel_tda(&image, Some(&thresholds), &upper).unwrap().betti.unwrap().download().unwrap();
        assert_eq!(betti, alive(&pairs(&got), -3.0));
    }
}

/// How many pairs of each dimension are born and not dead at a threshold.
fn alive(pairs: &[Pair], t: f32) -> [u32; 2] {
    let there = |d: i32| pairs.iter().filter(|p| p.0 == d && p.1 <= t && (p.2 > t || p.2 == f32::INFINITY)).count();
    [there(0) as u32, there(1) as u32]
}

#[test]
fn curves_count_the_pairs_and_their_difference_is_the_euler_characteristic() {
    let thresholds = [2.0f32, -1.0, 0.0, 7.5, f32::INFINITY, 3.0, f32::NEG_INFINITY];
    for (construction, device) in [V, T].into_iter().flat_map(|c| Device::all().into_iter().map(move |d| (c, d))) {
        let image = random(2 * 40 * 37, 9, 8);
        let least = PixelTdaSettings { min_persistence: 2.0, ..settings(construction) };
        let (all, few) = (thresholds.len(), device.upload(&thresholds, &[7]).unwrap());
        let got = pixel_tda(&device.upload(&image, &[2, 40, 37]).unwrap(), Some(&few), &least).unwrap();
        let (betti, euler) = (got.betti.unwrap(), got.euler.unwrap());
        assert_eq!((betti.shape(), euler.shape()), (&[2, 2, 7][..], &[2, 7][..]));
        let (betti, euler) = (betti.download().unwrap(), euler.download().unwrap());
        for (at, image) in image.chunks(40 * 37).enumerate() {
            let every = pairs(&call(&device, image, &[40, 37], &settings(construction)));
            for (j, &t) in thresholds.iter().enumerate() {
                let numbers = [betti[2 * at * all + j], betti[(2 * at + 1) * all + j]];
                assert_eq!(numbers, alive(&every, t), "{construction:?} {t}");
                assert_eq!(numbers[0] as i32 - numbers[1] as i32, euler[at * all + j], "{construction:?} {t}");
            }
        }
    }
}

#[test]
fn pixels_are_where_their_values_are() {
    let image = random(30 * 31, 50, 4);
    for device in Device::all() {
        let got = call(&device, &image, &[30, 31], &settings(V));
        let (birth, death) = (got.birth_pixel.download().unwrap(), got.death_pixel.download().unwrap());
        for ((_, b, d), (begin, end)) in pairs(&got).into_iter().zip(birth.into_iter().zip(death)) {
            assert_eq!(image[begin as usize].to_bits(), b.to_bits());
            let is_there = end >= 0 && image[end as usize].to_bits() == d.to_bits();
            assert!(is_there || (end == -1 && d == f32::INFINITY), "{end} {d}");
        }
    }
}

/// 0 3 0 4 1: the middle one dies at the 3 and goes to the first; the last dies at the 4.
#[test]
fn of_equal_minima_the_first_is_the_elder() {
    let got = call(&Device::cpu(), &[0u8, 3, 0, 4, 1], &[1, 5], &settings(V));
    assert_eq!(pairs(&got), [(0, 0.0, f32::INFINITY), (0, 0.0, 3.0), (0, 1.0, 4.0)]);
    assert_eq!(got.birth_pixel.download().unwrap(), [0, 2, 4]);
    assert_eq!(got.death_pixel.download().unwrap(), [-1, 1, 3]);
}

#[test]
fn sorted_pairs_are_the_same_in_order_within_each_image() {
    let image = random(3 * 33 * 34, 7, 5);
    let in_order = PixelTdaSettings { sorted: true, ..settings(T) };
    for device in Device::all() {
        let (plain, got) =
            (call(&device, &image, &[3, 33, 34], &settings(T)), call(&device, &image, &[3, 33, 34], &in_order));
        let first = got.first.download().unwrap();
        assert_eq!(first, plain.first.download().unwrap());
        assert_eq!((first.len(), first[0], first[3]), (4, 0, pairs(&got).len() as i64));
        for own in first.windows(2).map(|w| w[0] as usize..w[1] as usize) {
            assert!(own.len() > 100);
            assert_eq!(pairs(&got)[own.clone()], sorted(pairs(&plain)[own].to_vec()));
        }
        assert_eq!(got.entropy.download().unwrap(), plain.entropy.download().unwrap());
    }
}

#[test]
fn short_lives_are_dropped_and_the_others_summed() {
    let image = [5.0f32, 0.0, 2.0, 1.0, 6.0, -2.0, 3.0];
    let least = PixelTdaSettings { min_persistence: 1.0, ..settings(V) };
    for device in Device::all() {
        let all = call(&device, &image, &[1, 7], &settings(V));
        assert_eq!(pairs(&all), [(0, 0.0, 6.0), (0, 1.0, 2.0), (0, -2.0, f32::INFINITY)]);
        let some = call(&device, &image, &[1, 7], &least);
        assert_eq!(pairs(&some), [(0, 0.0, 6.0), (0, -2.0, f32::INFINITY)]);
        assert_eq!(some.count.download().unwrap(), [1, 0]);
        let said = [&all.total, &all.max, &all.mean, &all.entropy].map(|s| s.download().unwrap());
        assert_eq!([said[0][0], said[1][0], said[2][0]], [7.0, 6.0, 3.5]);
        // NumPy 2.4.6: -(p * log(p)).sum() of p = [6, 1] / 7.
        assert_relative_eq!(said[3][0], 0.410_116_318_288_409_1, max_relative = 1e-14);
        assert_eq!([said[0][1], said[1][1], said[3][1]], [0.0, f64::NEG_INFINITY, 0.0]);
        assert!(said[2][1].is_nan());
    }
}

#[test]
fn every_element_type_has_the_same_pairs() {
    let image = random(20 * 21, 200, 6);
    let bytes: Vec<u8> = image.iter().map(|&x| x as u8).collect();
    let words: Vec<u16> = image.iter().map(|&x| x as u16).collect();
    for device in Device::all() {
        let expected = pairs(&call(&device, &image, &[20, 21], &settings(V)));
        assert_eq!(pairs(&call(&device, &bytes, &[20, 21], &settings(V))), expected);
        assert_eq!(pairs(&call(&device, &words, &[20, 21], &settings(V))), expected);
    }
}

#[test]
fn a_constant_image_has_one_component() {
    for (device, construction) in Device::all().into_iter().flat_map(|d| [(d.clone(), V), (d, T)]) {
        let got = call(&device, &[4u8; 3 * 70 * 50], &[3, 70, 50], &settings(construction));
        assert_eq!(pairs(&got), [(0, 4.0, f32::INFINITY); 3]);
        assert_eq!(got.first.download().unwrap(), [0, 1, 2, 3]);
        assert_eq!(got.count.download().unwrap(), [0; 6]);
    }
}

#[test]
fn infinite_pixels_are_the_lowest_and_the_highest() {
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    let got = call(&Device::cpu(), &[high, low, 1.0, low, high, 0.0, high], &[1, 7], &settings(V));
    assert_eq!(pairs(&got), [(0, low, high), (0, low, 1.0), (0, 0.0, high)]);
    assert_eq!(got.death_pixel.download().unwrap(), [-1, 2, 4]);
    assert_eq!(pairs(&call(&Device::cpu(), &[high], &[1, 1], &settings(V))), [(0, high, high)]);
}

/// Corridors of 64 × 64 between walls, rising row by row: long ways.
#[test]
fn long_ways_end() {
    let n = 64i32;
    let ring = |p: i32| (p / n).min(p % n).min(n - 1 - p / n).min(n - 1 - p % n);
    let wall = |p: i32| ring(p) % 2 == 1 && !(p / n == p % n + 1 && p % n < n / 2);
    let image: Vec<f32> = (0..n * n).map(|p| if wall(p) { 9000.0 } else { p as f32 }).collect();
    for device in Device::all() {
        let got = call(&device, &image, &[64, 64], &settings(V));
        assert_eq!(sorted(pairs(&got)), plain_homology::pairs(&image, 64, 64, V));
    }
}

#[test]
fn images_without_pixels_have_no_pairs() {
    for device in Device::all() {
        for shape in [[2, 0, 5], [0, 4, 4], [3, 6, 0]] {
            let (image, thresholds) = (device.zeros::<u16>(&shape).unwrap(), device.zeros(&[2]).unwrap());
            let got = pixel_tda(&image, Some(&thresholds), &PixelTdaSettings::default()).unwrap();
            assert_eq!(pairs(&got), []);
            assert_eq!(got.first.download().unwrap(), vec![0; shape[0] + 1]);
            assert_eq!(got.betti.unwrap().download().unwrap(), vec![0; shape[0] * 4]);
            assert_eq!(got.euler.unwrap().download().unwrap(), vec![0; shape[0] * 2]);
            assert_eq!((got.count.shape(), got.max.shape()), (&[shape[0], 2][..], &[shape[0], 2][..]));
            assert_eq!(got.max.download().unwrap(), vec![f64::NEG_INFINITY; shape[0] * 2]);
        }
    }
}

#[test]
fn leading_extents_are_a_batch() {
    let (image, thresholds) = (random(2 * 3 * 8 * 9, 5, 7), Device::cpu().zeros(&[4]).unwrap());
    let flat = call(&Device::cpu(), &image, &[6, 8, 9], &settings(V));
    let image = Device::cpu().upload(&image, &[2, 3, 8, 9]).unwrap();
    let got = pixel_tda(&image, Some(&thresholds), &settings(V)).unwrap();
    assert_eq!(pairs(&got), pairs(&flat));
    assert_eq!((got.first.shape(), got.entropy.shape()), (&[7][..], &[2, 3, 2][..]));
    assert_eq!((got.betti.unwrap().shape(), got.euler.unwrap().shape()), (&[2, 3, 2, 4][..], &[2, 3, 4][..]));
    let one = pixel_tda(&Device::cpu().zeros::<u8>(&[2, 2]).unwrap(), Some(&thresholds), &settings(V)).unwrap();
    assert_eq!((one.count.shape(), one.betti.unwrap().shape()), (&[2][..], &[2, 4][..]));
    assert!(one.euler.is_some() && flat.betti.is_none() && flat.euler.is_none());
}

fn refused<E: Element>(image: &[E], shape: &[usize], thresholds: &[usize], settings: &PixelTdaSettings) -> String {
    let thresholds = Device::cpu().zeros(thresholds).unwrap();
    let image = Device::cpu().upload(image, shape).unwrap();
    pixel_tda(&image, Some(&thresholds), settings).unwrap_err().to_string()
}

#[test]
fn refusals_say_what_was_expected_and_what_came() {
    let plain = settings(V);
    assert_eq!(refused(&[0u8; 3], &[3], &[1], &plain), "pixel_tda: `image` must be […, h, w], got [3]");
    assert_eq!(refused(&[0u8; 4], &[2, 2], &[1, 2], &plain), "pixel_tda: `thresholds` must be [k], got [1, 2]");
    for (least, said) in [(-1.0, "-1"), (f64::NAN, "NaN")] {
        let text = refused(&[0u8; 4], &[2, 2], &[1], &PixelTdaSettings { min_persistence: least, ..plain.clone() });
        assert_eq!(text, format!("pixel_tda: needs min_persistence >= 0, got {said}"));
    }
    let text = refused(&[0.0f64; 4], &[2, 2], &[1], &plain);
    assert_eq!(text, "pixel_levels: `image` must hold u8 or u16 or f32, got f64");
    let text = judge(&[2, 32_768, 32_768], &plain).unwrap_err().to_string();
    assert_eq!(text, "pixel_tda: needs fewer than 2³¹ pixels, got [2, 32768, 32768]");
}

#[test]
fn nan_is_refused_with_its_place() {
    for device in Device::all() {
        let mut image = vec![0.0f32; 2 * 20 * 20];
        (image[413], image[700]) = (f32::NAN, f32::NAN);
        let image = device.upload(&image, &[2, 20, 20]).unwrap();
        let text = pixel_tda(&image, None, &PixelTdaSettings::default()).unwrap_err().to_string();
        assert_eq!(text, "pixel_tda: `image` must be free of NaN; its element 413 is not");
    }
}
