//! How series are read and how the rows of weights are ordered.

use std::fmt;
use std::str::FromStr;

/// From where to where series are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GateOrder {
    /// As `PyTorch` has them: i, f, g, o; r, z, n.
    #[default]
    Torch,
    /// As ONNX has them: i, o, f, c; z, r, h.
    Onnx,
}

macro_rules! spelt {
    ($name:ident: $($word:literal $value:ident),+; $all:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$value => $word),+ })
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$value),)+ _ => Err($all) }
            }
        }
    };
}
spelt!(Direction: "forward" Forward, "reverse" Reverse, "bidirectional" Bidirectional; "use forward, reverse or bidirectional");
spelt!(GateOrder: "torch" Torch, "onnx" Onnx; "use torch or onnx");

#[cfg(test)]
mod tests {
    use super::{Direction, GateOrder};

    #[test]
    fn names_are_read_as_they_are_written() {
        for direction in [Direction::Forward, Direction::Reverse, Direction::Bidirectional] {
            assert_eq!(direction.to_string().parse(), Ok(direction));
        }
        for order in [GateOrder::Torch, GateOrder::Onnx] {
            assert_eq!(order.to_string().parse(), Ok(order));
        }
        assert_eq!("both".parse::<Direction>(), Err("use forward, reverse or bidirectional"));
        assert_eq!("keras".parse::<GateOrder>(), Err("use torch or onnx"));
    }
}
