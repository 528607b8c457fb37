//! How varied the neighbourhood of each pixel is.

use super::footprint::{Footprint, Shape};
use super::pixel_entropy_few::weights;
use super::{PIXEL_ENTROPY_FEW, PIXEL_ENTROPY_MANY, pixel_entropy_few, pixel_entropy_many};
use crate::argument::{extents, require};
use crate::batch::Batch;
use prism_derive::{Settings, operation};
use prism_device::{AnyBuffer, Buffer, Dtype, Element, ErrorKind, Result};

const NAME: &str = "pixel_entropy";

/// Histograms in scratch at most, of 256 KiB each.
const HISTOGRAMS: usize = 1_024;
/// The most cells of a footprint: the sums of its weights fit an integer.
const CELLS: u64 = 1 << 24;

/// What is looked at around a pixel, and how finely.
#[derive(Debug, Clone, PartialEq, Settings)]
pub struct PixelEntropySettings {
    /// The form of the neighbourhood.
    pub shape: Shape,
    /// Pixels from the pixel to the rim of the neighbourhood: 4 for 9 × 9.
    pub radius: u32,
    /// Grey levels that are told apart; 0 for all.
    pub bins: u32,
}

impl Default for PixelEntropySettings {
    fn default() -> Self {
        Self { shape: Shape::Square, radius: 4, bins: 0 }
    }
}

/// Local Shannon entropy of every pixel's neighbourhood, in bits.
///
/// `image [.., h, w]` of u8 or u16 → `entropy [.., h, w]`: −Σ (m/n)·log₂(m/n) over the grey levels of the n pixels in the
/// neighbourhood, clipped at the border of the image, m of them of one level. A `footprint [rows, columns]`, not 0 where a
/// cell counts, the pixel under the cell `[rows / 2, columns / 2]`, takes the place of `shape` and `radius`. With `bins` = 0
/// every grey level is its own; else value v is of level ⌊v·bins/2⁸⌋ (2¹⁶ for u16). Equals `skimage.filters.rank.entropy`.
/// Shannon 1948. O(b·h·w·runs of the footprint); above 256 levels 256 KiB of scratch for each 128 pixels of a row, at
/// most 256 MiB.
///
/// # Errors
/// `image` holds neither u8 nor u16 or has less than two extents; `bins` exceeds the number of values; the footprint has
/// more than 2²⁴ cells, no columns, or a side above 65 535; out of memory.
#[operation(types(u8, u16), kernels(PIXEL_ENTROPY_FEW, PIXEL_ENTROPY_MANY), output(entropy))]
pub fn pixel_entropy<T: Element>(
    image: &Buffer<T>,
    footprint: Option<&Buffer<u8>>,
    settings: &PixelEntropySettings,
) -> Result<Buffer<f32>> {
    let (device, values, bins) = (image.device(), values(T::DTYPE)?, settings.bins);
    let batch = Batch::of(NAME, "image", "h, w", image)?;
    let ([h, w], b) = (batch.last, batch.size());
    require(NAME, bins <= values, "bins <= 2^bits of the pixels", || format!("bins = {bins}, {} pixels", T::DTYPE))?;
    let radius = settings.radius;
    require(NAME, radius <= 65_535, "radius <= 65535", || format!("radius = {radius}"))?;
    let footprint = footprint.map_or_else(|| Ok(Footprint::of(settings.shape, radius as u16)), masked)?;
    let cells = footprint.cells();
    require(NAME, cells <= CELLS, "at most 2^24 cells in the footprint", || format!("{cells} cells"))?;
    let runs = footprint.runs().as_flattened();
    let runs = device.upload(runs, &[runs.len() / 3, 3])?;
    let table = weights(cells);
    let table = device.upload(&table, &[table.len()])?;
    let mut entropy = device.zeros(&[b, h, w])?;
    let any: &dyn AnyBuffer = image;
    match any.as_any().downcast_ref::<Buffer<u16>>() {
        Some(wide) if bins == 0 || bins > 256 => {
            let levels = if bins == 0 { values } else { bins } as usize;
            let histograms = (b * h * w.div_ceil(128)).clamp(1, HISTOGRAMS);
            let mut scratch = device.zeros(&[histograms, levels])?;
            pixel_entropy_many(&wide.seen_as(&[b, h, w])?, &runs, &table, &mut entropy, &mut scratch, bins)?;
        }
        _ => pixel_entropy_few(&image.seen_as(&[b, h, w])?, &runs, &table, &mut entropy, bins)?,
    }
    entropy.reshaped(image.shape())
}

/// The footprint whose cells are not 0.
fn masked(cells: &Buffer<u8>) -> Result<Footprint> {
    let [_, columns] = extents(NAME, "footprint", "rows, columns", cells)?;
    let set: Vec<bool> = cells.download()?.iter().map(|&cell| cell != 0).collect();
    let fault = "has no columns, or a side above 65535";
    Footprint::mask(&set, columns).ok_or_else(|| ErrorKind::Data { kernel: NAME, argument: "footprint", fault }.into())
}

/// How many values a pixel can take.
fn values(pixels: Dtype) -> Result<u32> {
    match pixels {
        Dtype::U8 => Ok(1 << 8),
        Dtype::U16 => Ok(1 << 16),
        got => {
            let expected = "u8 or u16".to_owned();
            Err(ErrorKind::Element { kernel: NAME, argument: "image", expected, got }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PixelEntropySettings, Shape, pixel_entropy};
    use approx::assert_abs_diff_eq;
    use prism_device::{Device, Element};

    const PICKED: [usize; 4] = [0, 3, 14, 29];

    /// `((i·7 + 3·j²) mod 11)·20`, 5 × 6.
    fn image() -> Vec<u8> {
        (0..30).map(|at| ((at / 6 * 7 + 3 * (at % 6) * (at % 6)) % 11 * 20) as u8).collect()
    }

    fn square(radius: u32) -> PixelEntropySettings {
        PixelEntropySettings { radius, ..Default::default() }
    }

    fn entropies<T: Element>(image: &[T], shape: &[usize; 3], window: &PixelEntropySettings, bins: u32) -> Vec<f32> {
        let image = Device::cpu().upload(image, shape).unwrap();
        let settings = PixelEntropySettings { bins, ..window.clone() };
        pixel_entropy(&image, None, &settings).unwrap().download().unwrap()
    }

    fn under_mask(image: &[u8], shape: &[usize], cells: &[u8], columns: usize) -> Vec<f32> {
        let device = Device::cpu();
        let (image, cells) =
            (device.upload(image, shape).unwrap(), device.upload(cells, &[cells.len() / columns, columns]).unwrap());
        pixel_entropy(&image, Some(&cells), &square(9)).unwrap().download().unwrap()
    }

    #[track_caller]
    fn equals(got: &[f32], expected: [f64; 4]) {
        for (at, expected) in PICKED.into_iter().zip(expected) {
            assert_abs_diff_eq!(f64::from(got[at]), expected, epsilon = 1e-6);
        }
    }

    /// `skimage.filters.rank.entropy(image, footprint)`, scikit-image 0.26.0.
    #[test]
    fn equals_skimage() {
        let (image, shape) = (image(), [1, 5, 6]);
        let three = [2.0, 2.251_629_2, 2.725_480_6, 2.0];
        equals(&entropies(&image, &shape, &square(1), 0), three);
        let nine = [3.323_074_2, 3.381_076, 3.381_076, 3.353_269_7];
        equals(&entropies(&image, &shape, &square(4), 0), nine);
        let disk = [2.251_629_2, 2.725_480_6, 3.085_055_1, 2.584_962_5];
        equals(&entropies(&image, &shape, &PixelEntropySettings { shape: Shape::Disk, ..square(2) }, 0), disk);
        equals(&under_mask(&image, &[5, 6], &[1, 1, 0, 255, 0, 0, 1, 0], 4), [0.0, 0.0, 2.0, 0.918_295_8]);
        let mut wide: Vec<u16> = image.iter().map(|&v| u16::from(v) * 257).collect();
        wide[0] = u16::MAX;
        equals(&entropies(&wide, &shape, &square(1), 0), three);
        assert_eq!(entropies(&wide, &shape, &square(2), 300), entropies(&wide, &shape, &square(2), 0));
    }

    /// The same of `image * 7 // 256`.
    #[test]
    fn bins_are_equal_shares_of_the_range() {
        let few = [2.503_258_3, 2.389_898_1, 2.538_688_6, 2.503_258_3];
        equals(&entropies(&image(), &[1, 5, 6], &square(2), 7), few);
        let wide: Vec<u16> = image().iter().map(|&v| u16::from(v) << 8).collect();
        equals(&entropies(&wide, &[1, 5, 6], &square(2), 7), few);
    }

    #[test]
    fn a_window_without_variety_has_none() {
        assert_eq!(entropies(&image(), &[1, 5, 6], &square(0), 0), [0.0; 30]);
        assert_eq!(entropies(&[9u16; 12], &[2, 2, 3], &square(3), 0), [0.0; 12]);
        assert_eq!(under_mask(&[1, 2], &[1, 1, 2], &[1, 0, 0, 0, 0], 5), [0.0; 2]);
        assert!(entropies::<u8>(&[], &[3, 0, 7], &square(4), 0).is_empty());
    }

    #[test]
    fn images_of_a_batch_do_not_see_each_other() {
        let (first, second) = (image(), image().into_iter().rev().collect::<Vec<_>>());
        let both = [first.clone(), second.clone()].concat();
        let alone = [first, second].map(|one| entropies(&one, &[1, 5, 6], &square(2), 0)).concat();
        assert_eq!(entropies(&both, &[2, 5, 6], &square(2), 0), alone);
    }

    #[test]
    fn what_is_refused() {
        let device = Device::cpu();
        let said = |e: prism_device::Error| e.to_string();
        let bytes = device.zeros::<u8>(&[1, 2, 2]).unwrap();
        let bins = PixelEntropySettings { bins: 257, ..square(1) };
        let bins = pixel_entropy(&bytes, None, &bins).unwrap_err();
        assert_eq!(said(bins), "pixel_entropy: needs bins <= 2^bits of the pixels, got bins = 257, u8 pixels");
        let cells = pixel_entropy(&bytes, None, &square(2048)).unwrap_err();
        assert_eq!(said(cells), "pixel_entropy: needs at most 2^24 cells in the footprint, got 16785409 cells");
        let floats = pixel_entropy(&device.zeros::<f32>(&[1, 2, 2]).unwrap(), None, &square(1)).unwrap_err();
        assert_eq!(said(floats), "pixel_entropy: `image` must hold u8 or u16, got f32");
        let flat = pixel_entropy(&device.zeros::<u8>(&[2]).unwrap(), None, &square(1)).unwrap_err();
        assert_eq!(said(flat), "pixel_entropy: `image` must be [.., h, w], got [2]");
        let nothing = device.zeros::<u8>(&[3, 0]).unwrap();
        let nothing = pixel_entropy(&bytes, Some(&nothing), &square(1)).unwrap_err();
        assert_eq!(said(nothing), "pixel_entropy: `footprint` has no columns, or a side above 65535");
    }
}
