//! Which device a user asks for, and which one is taken.

use crate::{Device, DeviceSettings, Error, ErrorKind, Result};
use std::{fmt, str::FromStr};

/// What a user asks for with `--device`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceChoice {
    /// The first CUDA device when a driver and a device answer, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The CUDA device of this ordinal, or an error.
    Cuda(usize),
}

/// The device that was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The device.
    pub device: Device,
    /// Why it is the CPU, when nobody asked for that.
    pub reason: Option<String>,
}

impl DeviceChoice {
    /// Opens the device chosen.
    ///
    /// # Errors
    /// A CUDA device was asked for and is not there. `Auto` never fails: it takes the CPU and says why.
    pub fn open(self) -> Result<Taken> {
        self.open_with(DeviceSettings::default())
    }

    /// Opens the device chosen; a CUDA device is as the settings say.
    ///
    /// # Errors
    /// As [`DeviceChoice::open`].
    pub fn open_with(self, settings: impl Into<DeviceSettings>) -> Result<Taken> {
        let cuda = |ordinal| Device::cuda_with(ordinal, settings);
        let device = match self {
            Self::Auto => return Ok(cuda(0).map_or_else(|error| Taken::cpu(missing(&error)), Taken::from)),
            Self::Cpu => Device::cpu(),
            Self::Cuda(ordinal) => cuda(ordinal)?,
        };
        Ok(device.into())
    }
}

impl Taken {
    /// The CPU in the place of a GPU, for this reason.
    pub fn cpu(reason: String) -> Self {
        Self { device: Device::cpu(), reason: Some(reason) }
    }
}

/// A device taken because it was asked for.
impl From<Device> for Taken {
    fn from(device: Device) -> Self {
        Self { device, reason: None }
    }
}

/// As users read it: `cuda:0 (NVIDIA H200)`, `cpu`, `cpu (no CUDA driver)`.
impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => write!(f, "{} ({reason})", self.device),
            None => write!(f, "{}", self.device),
        }
    }
}

/// Why there is no GPU, without the mends that an error would name: nothing is broken.
fn missing(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NoDriver => "no CUDA driver".into(),
        ErrorKind::NoDevice { .. } => "no CUDA device".into(),
        _ => error.to_string(),
    }
}

impl FromStr for DeviceChoice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ordinal = || text.strip_prefix("cuda:").and_then(|n| n.parse().ok()).map(Self::Cuda);
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => ordinal().ok_or("use auto, cpu, cuda or cuda:N"),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(n) => write!(f, "cuda:{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_as_they_are_written() {
        for choice in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Cuda(3)] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        for wrong in ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "cpu:0"] {
            assert_eq!(wrong.parse::<DeviceChoice>(), Err("use auto, cpu, cuda or cuda:N"), "{wrong}");
        }
    }

    #[test]
    fn what_is_taken_without_being_asked_for_says_why() {
        assert_eq!(DeviceChoice::Cpu.open().unwrap().to_string(), "cpu");
        let taken = DeviceChoice::Auto.open().unwrap();
        assert_eq!(taken.device.is_cuda(), taken.reason.is_none());
        assert_eq!(missing(&ErrorKind::NoDriver.into()), "no CUDA driver");
        assert_eq!(Taken::cpu("no CUDA device".into()).to_string(), "cpu (no CUDA device)");
    }
}
