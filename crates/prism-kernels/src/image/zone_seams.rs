//! Zones across the seams of tiles.

use super::plain::{self, NO_ZONE, Picture};
use prism_derive::kernel;
use prism_device::Element;
use prism_device::conformance::{Case, Value};

/// Joins the zones that touch across the seams of tiles, within squares of several tiles.
///
/// `image [b, channels·h, w]`; `zone [b, h, w]` a forest in which every pixel that has a neighbour joined with it has a zone:
/// of two roots that touch across a seam the higher points to the lower, and so on, so that every pixel beside a seam, and
/// what was its root, points to its root now. Tiles and squares count from the first pixel, of `tile` and `square` pixels a side.
/// `mode`, `bound` as for [`zone_tiles`](super::zone_tiles()). After Playne & Hawick 2018. O(b·h·w/tile), no scratch.
#[allow(clippy::too_many_arguments)]
#[kernel(
    threads = b * h.div_ceil(square) * w.div_ceil(square) * 768,
    block = [768],
    requires(
        b * h * w < 2_147_483_648,
        tile >= 8,
        square >= tile,
        connectivity == 4 || connectivity == 8,
        mode == 1 || channels == 1,
        mode <= 1,
    ),
    types(u8, u16, f32),
    check(b = [0, 3], h = [0, 1, 70], w = [1, 33, 100], tile = [8, 32], square = [64], channels = [1, 3], mode = [0, 1], bound = [0, 1], connectivity = [4, 8]),
    bench(b = 1, h = 4_096, w = 4_096, tile = 32, square = 128, channels = 1, mode = 0, bound = 0, connectivity = 8),
    inputs = runs,
)]
pub fn zone_seams<T: Element>(
    #[shape(b, channels * h, w)] image: &[T],
    #[inout]
    #[shape(b, h, w)]
    zone: &mut [u32],
    tile: u32,
    square: u32,
    channels: u32,
    mode: u32,
    bound: f64,
    connectivity: u32,
) {
    let of = |p: usize, size: u32| (p / w / size as usize, p % w / size as usize);
    let across = |p: usize, q: usize| of(p, tile) != of(q, tile) && of(p, square) == of(q, square);
    let beside = |u: usize| {
        let (base, p) = (u - u % (h * w), u % (h * w));
        let near = plain::neighbours(p, h, w, connectivity).filter(move |&q| across(p, q));
        near.map(move |q| (base, p, q))
    };
    let pairs: Vec<_> = (0..b * h * w).flat_map(beside).collect();
    let pixels: Vec<_> = pairs.iter().map(|(base, p, _)| base + p).filter(|&u| zone[u] != NO_ZONE).collect();
    for &u in &pixels {
        zone[u] = plain::root(zone, u);
    }
    for (base, p, q) in pairs {
        if Picture::of(image, base / (h * w), channels, h, w).joined(p, q, mode, bound) {
            let (a, b) = (plain::root(zone, base + p), plain::root(zone, base + q));
            zone[a.max(b) as usize] = a.min(b);
        }
    }
    for u in pixels {
        let (parent, root) = (zone[u] as usize, plain::root(zone, u));
        (zone[parent], zone[u]) = (root, root);
    }
}

/// Runs of joined pixels in the rows of tiles of eight, each pixel pointing to the one before it.
fn runs(case: &mut Case) {
    plain::zones(case);
    let [h, w, channels, mode, bound] =
        ["h", "w", "channels", "mode", "bound"].map(|name| case.quantity(name) as usize);
    let image: Vec<f32> = case.doubles("image").into_iter().map(|v| v as f32).collect();
    let Value::U32(_, zone) = case.value("zone") else { return };
    for u in 0..zone.len() {
        let (which, p) = (u / (h * w), u % (h * w));
        let picture = Picture::of(&image, which, channels as u32, h, w);
        let joined = |q| picture.joined(p, q, mode as u32, bound as f64);
        zone[u] = match u as u32 {
            _ if mode == 0 && !joined(p) => NO_ZONE,
            u if p % w % 8 > 0 && joined(p - 1) => u - 1,
            u => u,
        };
    }
}
