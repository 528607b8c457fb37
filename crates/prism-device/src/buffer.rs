//! Typed, shaped memory on a device.

use crate::device::Kind;
use crate::{Device, Dtype, Element, ErrorKind, Result};
use cudarc::driver::CudaSlice;
use std::any::Any;

/// A dense row-major array that lives on one device. Kernels take buffers and never move them.
#[derive(Debug)]
pub struct Buffer<T: Element> {
    device: Device,
    shape: Vec<usize>,
    storage: Storage<T>,
}

#[derive(Debug)]
enum Storage<T> {
    Host(Vec<T>),
    /// The elements' bytes; `None` when there are no elements: the driver has no empty allocations.
    Cuda(Option<CudaSlice<u8>>),
}

impl<T: Element> Buffer<T> {
    pub(crate) fn upload(device: &Device, data: &[T], shape: &[usize]) -> Result<Self> {
        let len = shape.iter().product::<usize>();
        if data.len() != len {
            let extents = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ");
            let (expected, got) = (format!("{extents} = {len}"), vec![data.len()]);
            return Err(ErrorKind::Shape { kernel: "upload", argument: "data", expected, got }.into());
        }
        let storage = match device.kind() {
            Kind::Cpu => Storage::Host(data.to_vec()),
            Kind::Cuda(_) if data.is_empty() => Storage::Cuda(None),
            Kind::Cuda(context) => Storage::Cuda(Some(context.upload(bytemuck::cast_slice(data))?)),
        };
        Ok(Self { device: device.clone(), shape: shape.to_vec(), storage })
    }

    pub(crate) fn zeros(device: &Device, shape: &[usize]) -> Result<Self> {
        let len = shape.iter().product::<usize>();
        let storage = match device.kind() {
            Kind::Cpu => Storage::Host(vec![T::zeroed(); len]),
            Kind::Cuda(_) if len == 0 => Storage::Cuda(None),
            Kind::Cuda(context) => Storage::Cuda(Some(context.zeros(len * size_of::<T>())?)),
        };
        Ok(Self { device: device.clone(), shape: shape.to_vec(), storage })
    }

    /// The device it lives on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Its extents, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The bytes it holds.
    pub fn bytes(&self) -> usize {
        self.shape.iter().product::<usize>() * size_of::<T>()
    }

    /// A copy of its elements on the host. Waits for everything asked of the device before.
    ///
    /// # Errors
    /// A kernel asked for before failed.
    pub fn download(&self) -> Result<Vec<T>> {
        match (&self.storage, self.device.kind()) {
            (Storage::Host(data), _) => Ok(data.clone()),
            (Storage::Cuda(Some(slice)), Kind::Cuda(context)) => {
                let mut data = vec![T::zeroed(); slice.len() / size_of::<T>()];
                context.download(slice, bytemuck::cast_slice_mut(&mut data))?;
                Ok(data)
            }
            (Storage::Cuda(_), _) => Ok(Vec::new()),
        }
    }
}

/// A buffer of any element type, as [`run`](crate::run()) sees it.
pub trait AnyBuffer: Any {
    /// The device it lives on.
    fn device(&self) -> &Device;
    /// Its extents, outermost first.
    fn shape(&self) -> &[usize];
    /// Its element type.
    fn dtype(&self) -> Dtype;
    /// Its address on a CUDA device; 0 on the host or when empty.
    fn address(&self) -> u64;
    /// For downcasting.
    fn as_any(&self) -> &dyn Any;
    /// For downcasting.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: Element> AnyBuffer for Buffer<T> {
    fn device(&self) -> &Device {
        &self.device
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> Dtype {
        T::DTYPE
    }

    fn address(&self) -> u64 {
        match (&self.storage, self.device.kind()) {
            (Storage::Cuda(Some(slice)), Kind::Cuda(context)) => context.address(slice),
            _ => 0,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl<T: Element> Buffer<T> {
    /// The elements, when they live on the host.
    pub fn as_host(&self) -> Option<&[T]> {
        match &self.storage {
            Storage::Host(data) => Some(data),
            Storage::Cuda(_) => None,
        }
    }

    /// The elements, when they live on the host.
    pub fn as_host_mut(&mut self) -> Option<&mut [T]> {
        match &mut self.storage {
            Storage::Host(data) => Some(data),
            Storage::Cuda(_) => None,
        }
    }
}
