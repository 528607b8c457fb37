//! How series are read and how the rows of weights are ordered.

use prism_derive::Setting;

/// From where to where series are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum Direction {
    /// From the first step to the last.
    #[default]
    Forward,
    /// From the last step to the first.
    Reverse,
    /// Both, each with its own weights and states: first forward, then reverse.
    Bidirectional,
}

impl Direction {
    /// How many ways series are read.
    pub(super) fn count(self) -> usize {
        if self == Self::Bidirectional { 2 } else { 1 }
    }

    /// What kernels take for it: whether the first direction runs back.
    pub(super) fn reverse(self) -> u32 {
        u32::from(self == Self::Reverse)
    }
}

/// In which order the gates' rows of weights and biases lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Setting)]
pub enum GateOrder {
    /// As `PyTorch` has them: i, f, g, o; r, z, n.
    #[default]
    Torch,
    /// As ONNX has them: i, o, f, c; z, r, h.
    Onnx,
}
