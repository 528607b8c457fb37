//! The definition of a convolution.

use prism_device::conformance::Case;

/// Shapes and steps of a convolution.
pub(super) struct Geometry {
    pub x: [usize; 4],
    pub weight: [usize; 4],
    pub y: [usize; 4],
    pub stride: [u32; 2],
    pub dilation: [u32; 2],
    pub pad: [u32; 2],
    pub groups: u32,
    pub channels_last: bool,
}

impl Geometry {
    /// y in double precision.
    pub fn convolve(&self, x: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
        let [_, c, h, w] = self.ordered(self.x);
        let [n, o, ho, wo] = self.ordered(self.y);
        let [_, cg, kh, kw] = self.weight;
        let mut y = vec![0.0; n * o * ho * wo];
        let group = o / self.groups as usize;
        for (image, channel, i, j) in every([n, o, ho, wo]) {
            let mut sum = bias.get(channel).copied().unwrap_or(0.0);
            for (c_in, k, l, _) in every([cg, kh, kw, 1]) {
                let (Some(row), Some(column)) = (self.under(0, i, k, h), self.under(1, j, l, w)) else { continue };
                let from = self.index([c, h, w], image, channel / group * cg + c_in, [row, column]);
                sum += x[from] * weight[((channel * cg + c_in) * kh + k) * kw + l];
            }
            y[self.index([o, ho, wo], image, channel, [i, j])] = sum;
        }
        y
    }

    /// The row or column of x under weight `k` at output `i`, unless it is outside.
    fn under(&self, axis: usize, i: usize, k: usize, size: usize) -> Option<usize> {
        let padded = i * self.stride[axis] as usize + k * self.dilation[axis] as usize;
        padded.checked_sub(self.pad[axis] as usize).filter(|&at| at < size)
    }

    fn index(&self, [c, h, w]: [usize; 3], image: usize, channel: usize, [row, column]: [usize; 2]) -> usize {
        if self.channels_last {
            ((image * h + row) * w + column) * c + channel
        } else {
            ((image * c + channel) * h + row) * w + column
        }
    }

    fn ordered(&self, [n, a, b, c]: [usize; 4]) -> [usize; 4] {
        if self.channels_last { [n, c, a, b] } else { [n, a, b, c] }
    }
}

fn every([a, b, c, d]: [usize; 4]) -> impl Iterator<Item = (usize, usize, usize, usize)> {
    (0..a * b * c * d).map(move |at| (at / (b * c * d), at / (c * d) % b, at / d % c, at % d))
}

/// The sums of the magnitudes of all terms.
pub(super) fn magnitude(case: &Case) -> Vec<f64> {
    let of = |name: &str| case.quantity(name);
    let four = |names: [&str; 4]| names.map(|name| of(name) as usize);
    let two = |names: [&str; 2]| names.map(|name| of(name) as u32);
    let geometry = Geometry {
        x: four(["n", "x1", "x2", "x3"]),
        weight: four(["o", "cg", "kh", "kw"]),
        y: four(["n", "y1", "y2", "y3"]),
        stride: two(["stride_h", "stride_w"]),
        dilation: two(["dilation_h", "dilation_w"]),
        pad: two(["pad_top", "pad_left"]),
        groups: of("groups") as u32,
        channels_last: of("channels_last") == 1,
    };
    let sizes = |name| -> Vec<f64> { case.doubles(name).iter().map(|v| v.abs()).collect() };
    geometry.convolve(&sizes("x"), &sizes("weight"), &sizes("bias"))
}
