//! Convolution with the options of ONNX's `Conv`.

use super::{conv2d_direct, conv2d_tiled};
use crate::argument::{extents, require};
use prism_device::{Buffer, Real, Result};
use std::{fmt, str::FromStr};

const NAME: &str = "conv2d";

/// Channels of a group below which every output is computed by itself.
const FEW: usize = 8;

/// How an image is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv2dSettings {
    /// Rows and columns from one output to the next.
    pub stride: [u32; 2],
    /// Rows and columns from one weight to the next.
    pub dilation: [u32; 2],
    /// Zeros above, to the left, below and to the right.
    pub pads: [u32; 4],
    /// Parts the channels fall into, none of which sees another; as many as channels is depthwise.
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
/// `x [n, c, h, w]`, `weight [o, c/groups, kh, kw]`, `bias [o]` → `[n, o, ho, wo]`; with `channels_last`, `x [n, h, w, c]`
/// and `[n, ho, wo, o]`. `y[n, o, i, j] = b[o] + Σ x[n, c, i·stride + k·dilation − top, …]·weight[o, c, k, …]` over the
/// channels of o's group, x 0 outside; ho = ⌊(h + top + bottom − dilation·(kh − 1) − 1)/stride⌋ + 1. Equals
/// `torch.nn.functional.conv2d` and ONNX `Conv`. True f32 and f64, no tensor cores. Le Cun 1989.
/// O(n·o·ho·wo·c/groups·kh·kw), no scratch.
///
/// # Errors
/// Channels that do not fit the groups; a stride, dilation or group count of 0; pads beside `auto_pad`; a kernel without
/// weights, or larger than the padded image; shapes that do not fit; out of memory.
pub fn conv2d<T: Real>(
    x: &Buffer<T>,
    weight: &Buffer<T>,
    bias: Option<&Buffer<T>>,
    settings: &Conv2dSettings,
) -> Result<Buffer<T>> {
    convolved([NAME, "weight"], x, weight, bias, settings, false)
}

/// The convolution of the operation of that name, which calls its weights by the second; its positive part with `relu`.
pub(super) fn convolved<T: Real>(
    [name, weights]: [&'static str; 2],
    x: &Buffer<T>,
    weight: &Buffer<T>,
    bias: Option<&Buffer<T>>,
    settings: &Conv2dSettings,
    relu: bool,
) -> Result<Buffer<T>> {
    let Conv2dSettings { stride, dilation, groups, channels_last, .. } = *settings;
    let [n, a, b, c] = extents(name, "x", "n, c, h, w", x)?;
    let [o, cg, kh, kw] = extents(name, weights, "o, c / groups, kh, kw", weight)?;
    let (channels, size) = if channels_last { (c, [a, b]) } else { (a, [b, c]) };
    let positive = stride.into_iter().chain(dilation).chain([groups]).all(|v| v > 0);
    require(name, positive, "stride, dilation and groups >= 1", || format!("{stride:?}, {dilation:?}, {groups}"))?;
    let fits = cg * groups as usize == channels && o.is_multiple_of(groups as usize);
    let given = || format!("groups = {groups}, {channels} channels to {o}, weight of {cg}");
    require(name, fits, "groups * weight.shape[1] channels, and groups to divide the outputs", given)?;
    let own = settings.auto_pad == AutoPad::NotSet || settings.pads == [0; 4];
    require(name, own, "no pads beside auto_pad", || format!("{:?} and {}", settings.pads, settings.auto_pad))?;
    let (top, ho) = settings.axis(name, 0, size[0], kh)?;
    let (left, wo) = settings.axis(name, 1, size[1], kw)?;
    let device = x.device();
    let none = device.zeros(&[0])?;
    let bias = bias.unwrap_or(&none);
    let mut y = device.zeros(&if channels_last { [n, ho, wo, o] } else { [n, o, ho, wo] })?;
    let convolve = if o / (groups as usize) < FEW { conv2d_direct } else { conv2d_tiled };
    let [last, relu] = [channels_last, relu].map(u32::from);
    let ([sh, sw], [dh, dw]) = (stride, dilation);
    convolve(x, weight, bias, &mut y, sh, sw, dh, dw, top, left, groups, last, relu)?;
    Ok(y)
}

impl Conv2dSettings {
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

impl FromStr for AutoPad {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::NotSet, Self::SameUpper, Self::SameLower, Self::Valid]
            .into_iter()
            .find(|pad| pad.to_string() == text)
            .ok_or_else(|| format!("`{text}` is no padding; there are notset, same_upper, same_lower, valid"))
    }
}

impl fmt::Display for AutoPad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSet => "notset",
            Self::SameUpper => "same_upper",
            Self::SameLower => "same_lower",
            Self::Valid => "valid",
        })
    }
}

#[cfg(test)]
#[path = "conv2d_tests.rs"]
mod tests;
