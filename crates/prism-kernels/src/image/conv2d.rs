//! Convolution with the options of ONNX's `Conv`.

use super::{CONV2D_DIRECT, CONV2D_TILED, conv2d_direct, conv2d_tiled};
use crate::argument::{exactly, extents, require};
use crate::batch::Batch;
use prism_derive::{Setting, Settings, operation};
use prism_device::{Buffer, Real, Result};

const NAME: &str = "conv2d";

/// Channels of a group below which every output is computed by itself.
const FEW: usize = 8;

/// How an image is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Setting)]
pub enum AutoPad {
    /// By the pads given.
    #[default]
    NotSet,
    /// So that y has ⌈size/stride⌉ rows and columns; the odd one goes below and to the right.
    SameUpper,
    /// The same; the odd one goes above and to the left.
    SameLower,
    /// Not at all.
    Valid,
}

/// The options of a convolution; rows before columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Settings)]
pub struct Conv2dSettings {
    /// Rows and columns from one output to the next.
    #[alias("strides")]
    pub stride: [u32; 2],
    /// Rows and columns from one weight to the next.
    #[alias("dilations")]
    pub dilation: [u32; 2],
    /// Zeros above, to the left, below and to the right.
    #[alias("padding")]
    pub pads: [u32; 4],
    /// Parts the channels fall into, none of which sees another; as many as channels is depthwise.
    #[alias("group")]
    pub groups: u32,
    /// Pads that follow from the sizes instead.
    pub auto_pad: AutoPad,
    /// Whether channels are the innermost extent of x and y.
    pub channels_last: bool,
}

impl Default for Conv2dSettings {
    fn default() -> Self {
        let auto_pad = AutoPad::default();
        Self { stride: [1; 2], dilation: [1; 2], pads: [0; 4], groups: 1, auto_pad, channels_last: false }
    }
}

/// Two-dimensional cross-correlation of a batch of images.
///
/// `x [.., c, h, w]`, `w [o, c/groups, kh, kw]`, `b [o]` → `y [.., o, ho, wo]`; with `channels_last`, `x [.., h, w, c]` and
/// `y [.., ho, wo, o]`. `y[n, o, i, j] = b[o] + Σ x[n, c, i·stride + k·dilation − top, …]·w[o, c, k, …]` over the
/// channels of o's group, x 0 outside; ho = ⌊(h + top + bottom − dilation·(kh − 1) − 1)/stride⌋ + 1. Equals
/// `torch.nn.functional.conv2d` and ONNX `Conv`. True f32 and f64, no tensor cores. Le Cun 1989.
/// O(n·o·ho·wo·c/groups·kh·kw), no scratch.
///
/// # Errors
/// Channels that do not fit the groups; a stride, dilation or group count of 0; pads beside `auto_pad`; a kernel without
/// weights, or larger than the padded image; shapes that do not fit; out of memory.
#[operation(types(f32, f64), kernels(CONV2D_DIRECT, CONV2D_TILED))]
pub fn conv2d<T: Real>(
    x: &Buffer<T>,
    w: &Buffer<T>,
    b: Option<&Buffer<T>>,
    settings: &Conv2dSettings,
) -> Result<Buffer<T>> {
    convolved(NAME, x, w, b, settings, false)
}

/// The convolution of the operation of that name; its positive part with `relu`.
pub(super) fn convolved<T: Real>(
    name: &'static str,
    x: &Buffer<T>,
    w: &Buffer<T>,
    b: Option<&Buffer<T>>,
    settings: &Conv2dSettings,
    relu: bool,
) -> Result<Buffer<T>> {
    let Conv2dSettings { stride, dilation, groups, channels_last, .. } = *settings;
    let images = Batch::of(name, "x", if channels_last { "h, w, c" } else { "c, h, w" }, x)?;
    let ([first, second, third], n) = (images.last, images.size());
    let [o, cg, kh, kw] = extents(name, "w", "o, c / groups, kh, kw", w)?;
    let (channels, size) = if channels_last { (third, [first, second]) } else { (first, [second, third]) };
    settings.judge(name, channels, [o, cg])?;
    b.map_or(Ok(()), |b| exactly(name, "b", b.shape(), &[o]))?;
    let (top, ho) = settings.axis(name, 0, size[0], kh)?;
    let (left, wo) = settings.axis(name, 1, size[1], kw)?;
    let device = x.device();
    let none = device.zeros(&[0])?;
    let (x, b) = (x.seen_as(&[n, first, second, third])?, b.unwrap_or(&none));
    let shape = if channels_last { [ho, wo, o] } else { [o, ho, wo] };
    let mut y = device.zeros(&[&[n], &shape[..]].concat())?;
    let [last, relu] = [channels_last, relu].map(u32::from);
    let ([sh, sw], [dh, dw]) = (stride, dilation);
    if o / (groups as usize) < FEW {
        conv2d_direct(&x, w, b, &mut y, sh, sw, dh, dw, top, left, groups, last, relu)?;
    } else {
        conv2d_tiled(&x, w, b, &mut y, sh, sw, dh, dw, top, left, groups, last, relu)?;
    }
    y.reshaped(&images.with(&shape))
}

impl Conv2dSettings {
    fn judge(&self, name: &'static str, channels: usize, [o, cg]: [usize; 2]) -> Result<()> {
        let Self { stride, dilation, pads, groups, auto_pad, .. } = *self;
        let positive = stride.into_iter().chain(dilation).chain([groups]).all(|v| v > 0);
        require(name, positive, "stride, dilation and groups >= 1", || format!("{stride:?}, {dilation:?}, {groups}"))?;
        let fits = cg * groups as usize == channels && o.is_multiple_of(groups as usize);
        let given = || format!("groups = {groups}, {channels} channels to {o}, w of {cg}");
        require(name, fits, "groups * w.shape[1] channels, and groups to divide the outputs", given)?;
        let own = auto_pad == AutoPad::NotSet || pads == [0; 4];
        require(name, own, "no pads beside auto_pad", || format!("{pads:?} and {auto_pad}"))
    }

    /// Zeros before an axis, and the outputs along it.
    fn axis(&self, name: &'static str, axis: usize, size: usize, weights: usize) -> Result<(u32, usize)> {
        let (stride, dilation) = (self.stride[axis] as usize, self.dilation[axis] as usize);
        require(name, weights > 0, "a kernel with weights", || "none along an axis".to_owned())?;
        let span = dilation * (weights - 1) + 1;
        let all = (size.div_ceil(stride).max(1) - 1) * stride + span;
        let same = all.saturating_sub(size);
        let (before, after) = match self.auto_pad {
            AutoPad::NotSet => (self.pads[axis] as usize, self.pads[axis + 2] as usize),
            AutoPad::SameUpper => (same / 2, same - same / 2),
            AutoPad::SameLower => (same - same / 2, same / 2),
            AutoPad::Valid => (0, 0),
        };
        let padded = size + before + after;
        require(name, span <= padded, "a kernel no larger than the padded image", || format!("{span} over {padded}"))?;
        Ok((before as u32, (padded - span) / stride + 1))
    }
}

#[cfg(test)]
#[path = "conv2d_tests.rs"]
mod tests;
