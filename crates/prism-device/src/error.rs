//! What a device can refuse, and how it says so.

use crate::memory::Shortage;

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a kernel could not run. Match on [`Error::kind`].
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

/// The kinds of [`Error`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No CUDA driver is installed.
    #[error("no CUDA driver: libcuda is not on this machine; install NVIDIA's driver or use --device cpu")]
    NoDriver,
    /// The driver answers, but has no such device.
    #[error("no CUDA device {ordinal}: the driver sees {count}; {}", if *count == 0 { "use --device cpu".into() } else { format!("use cuda:0 to cuda:{}", count - 1) })]
    NoDevice {
        /// The device asked for.
        ordinal: usize,
        /// The number of devices there are.
        count: usize,
    },
    /// The driver does not understand the PTX of this build.
    #[error("the CUDA driver (CUDA {}.{}) is too old for kernel `{kernel}`: this build needs a driver for CUDA 13.0 or newer (580+)", version / 1000, version % 1000 / 10)]
    DriverTooOld {
        /// The kernel refused.
        kernel: &'static str,
        /// The CUDA version of the driver, as `cuDriverGetVersion` reports it.
        version: i32,
    },
    /// The device has not enough free memory.
    #[error("out of memory on {device}: {shortage}{}", held_most(holders))]
    OutOfMemory {
        /// The device.
        device: String,
        /// What was asked for, and what there is.
        shortage: Shortage,
        /// Who holds how many bytes, the most first.
        holders: Vec<(&'static str, u64)>,
    },
    /// A buffer does not have the declared shape.
    #[error("{kernel}: `{argument}` must be [{expected}], got {got:?}")]
    Shape {
        /// The kernel.
        kernel: &'static str,
        /// The parameter.
        argument: &'static str,
        /// The declared shape with the dimensions bound so far.
        expected: String,
        /// The shape passed.
        got: Vec<usize>,
    },
    /// A buffer holds another element type than declared.
    #[error("{kernel}: `{argument}` must hold {expected}, got {got}")]
    Element {
        /// The kernel.
        kernel: &'static str,
        /// The parameter.
        argument: &'static str,
        /// The declared element types.
        expected: String,
        /// The element type passed.
        got: crate::Dtype,
    },
    /// The buffers of a call live on different devices.
    #[error("{kernel}: `{argument}` is on {got}, the other buffers are on {expected}")]
    OtherDevice {
        /// The kernel.
        kernel: &'static str,
        /// The parameter.
        argument: &'static str,
        /// The device of the first buffer.
        expected: String,
        /// The device of this buffer.
        got: String,
    },
    /// A requirement of the declaration is not met.
    #[error("{kernel}: needs {condition}, got {values}")]
    Requirement {
        /// The kernel.
        kernel: &'static str,
        /// The condition as declared.
        condition: &'static str,
        /// The dimensions and scalars it was judged with.
        values: String,
    },
    /// A parameter was given as something it cannot be.
    #[error("{operation}: `{parameter}` must be {expected}, got {got}")]
    Parameter {
        /// The operation.
        operation: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// What it may be.
        expected: String,
        /// The text given.
        got: String,
    },
    /// An element of a buffer is not what the operation is defined for.
    #[error("{operation}: `{argument}` must be {expected}; its element {index} is not")]
    Value {
        /// The operation.
        operation: &'static str,
        /// The parameter.
        argument: &'static str,
        /// What its elements must be.
        expected: &'static str,
        /// The first element that is not, counted through the buffer.
        index: u64,
    },
    /// The elements of a buffer are not what the operation is defined for.
    #[error("{kernel}: `{argument}` {fault}")]
    Data {
        /// The operation.
        kernel: &'static str,
        /// The parameter.
        argument: &'static str,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A matrix that must be positive definite is not.
    #[error("{operation}: {matrix} is not positive definite at {at}")]
    NotPositiveDefinite {
        /// The operation.
        operation: &'static str,
        /// The matrix.
        matrix: &'static str,
        /// Which one it is.
        at: String,
    },
    /// The call is valid, but this device or build cannot do it.
    #[error("unsupported: {what}")]
    Unsupported {
        /// What, and what to do instead.
        what: String,
    },
    /// The caller asked the work to stop.
    #[error("cancelled")]
    Cancelled,
    /// The driver refused a call.
    #[error("{call}: {message}")]
    Driver {
        /// What was being done.
        call: String,
        /// The driver's own words.
        message: String,
    },
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// Whether a smaller job, or another device, might succeed.
    pub fn is_out_of_memory(&self) -> bool {
        matches!(*self.0, ErrorKind::OutOfMemory { .. })
    }

    /// Whether the device or build cannot do what was asked.
    pub fn is_unsupported(&self) -> bool {
        matches!(*self.0, ErrorKind::Unsupported { .. })
    }

    /// Whether the device asked for is not there, or its driver is too old.
    pub fn is_no_device(&self) -> bool {
        matches!(*self.0, ErrorKind::NoDriver | ErrorKind::NoDevice { .. } | ErrorKind::DriverTooOld { .. })
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

/// The three who hold the most, as an error adds them.
fn held_most(holders: &[(&'static str, u64)]) -> String {
    let most = holders.iter().take(3).map(|(name, bytes)| format!("{name} ({bytes})")).collect::<Vec<_>>();
    if most.is_empty() { String::new() } else { format!("; most is held by {}", most.join(", ")) }
}
