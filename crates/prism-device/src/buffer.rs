//! Typed, shaped memory on a device.

use crate::cuda::{Allocation, InFlight, Stream};
use crate::device::Kind;
use crate::transfer::Pinned;
use crate::{Device, Element, ErrorKind, Result, Seen};
use std::sync::Arc;

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
    Cuda(Option<Allocation>),
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
            Kind::Cuda(stream) => Storage::Cuda(Some(stream.upload(bytemuck::cast_slice(data))?)),
        };
        Ok(Self { device: device.clone(), shape: shape.to_vec(), storage })
    }

    pub(crate) fn zeros(device: &Device, shape: &[usize]) -> Result<Self> {
        let len = shape.iter().product::<usize>();
        let storage = match device.kind() {
            Kind::Cpu => Storage::Host(vec![T::zeroed(); len]),
            Kind::Cuda(_) if len == 0 => Storage::Cuda(None),
            Kind::Cuda(stream) => Storage::Cuda(Some(stream.zeros(len * size_of::<T>())?)),
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

    /// Its address on a CUDA device; 0 on the host or when empty.
    pub(crate) fn address(&self) -> u64 {
        match &self.storage {
            Storage::Cuda(Some(memory)) => memory.address(),
            _ => 0,
        }
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
        let mut data = vec![T::zeroed(); self.shape.iter().product()];
        self.download_into(&mut data)?;
        Ok(data)
    }

    /// Copies its elements to host memory that is there already: fresh memory costs more than the copy. Waits as
    /// [`Buffer::download`] does; a [`Pipeline`](crate::Pipeline) does not.
    ///
    /// # Errors
    /// `Shape` when `data` does not hold as many elements; a kernel asked for before failed.
    pub fn download_into(&self, data: &mut [T]) -> Result<()> {
        let len = self.shape.iter().product::<usize>();
        if data.len() != len {
            let (expected, got) = (len.to_string(), vec![data.len()]);
            return Err(ErrorKind::Shape { kernel: "download_into", argument: "data", expected, got }.into());
        }
        match &self.storage {
            Storage::Host(held) => data.copy_from_slice(held),
            Storage::Cuda(None) => {}
            Storage::Cuda(Some(memory)) => memory.download(bytemuck::cast_slice_mut(data))?,
        }
        Ok(())
    }
}

impl<T: Element> Buffer<T> {
    /// The same buffer for another stream of its device, whose work comes after all that was asked of this one so far.
    ///
    /// # Errors
    /// `OtherDevice` when it is another device.
    pub fn handed_to(mut self, device: &Device) -> Result<Self> {
        if !self.device.shares_memory_with(device) {
            let (kernel, argument) = ("handed_to", "device");
            let (expected, got) = (device.to_string(), self.device.to_string());
            return Err(ErrorKind::OtherDevice { kernel, argument, expected, got }.into());
        }
        self.storage = self.storage.moved(device, Allocation::handed_to);
        Ok(Self { device: device.clone(), ..self })
    }

    /// The same for a stream that need not wait: the caller has waited for all work on this buffer.
    pub(crate) fn returned_to(mut self, device: &Device) -> Self {
        self.storage = self.storage.moved(device, Allocation::returned_to);
        Self { device: device.clone(), ..self }
    }

    /// A buffer with a copy of locked memory, which is not waited for.
    pub(crate) fn sent(device: &Device, from: Arc<Pinned<T>>) -> Result<(Self, InFlight<Arc<Pinned<T>>>)> {
        let shape = from.shape().to_vec();
        let (storage, kept) = match device.kind() {
            Kind::Cpu => (Storage::Host(from.to_vec()), InFlight::landed(from)),
            Kind::Cuda(_) if from.is_empty() => (Storage::Cuda(None), InFlight::landed(from)),
            Kind::Cuda(stream) => {
                let (memory, kept) = stream.send(from)?;
                (Storage::Cuda(Some(memory)), kept)
            }
        };
        Ok((Self { device: device.clone(), shape, storage }, kept))
    }

    /// Copies it to locked memory on a stream that comes after all work on it; does not wait for that.
    pub(crate) fn fetched(&self, on: &Device, mut to: Pinned<T>) -> Result<InFlight<Pinned<T>>> {
        match (&self.storage, on.kind()) {
            (Storage::Cuda(Some(memory)), Kind::Cuda(stream)) => stream.fetch(memory, to),
            (Storage::Host(data), _) => {
                to.copy_from_slice(data);
                Ok(InFlight::landed(to))
            }
            _ => Ok(InFlight::landed(to)),
        }
    }
}

impl<T> Storage<T> {
    fn moved(self, device: &Device, how: fn(Allocation, &Arc<Stream>) -> Allocation) -> Self {
        match (self, device.kind()) {
            (Self::Cuda(Some(memory)), Kind::Cuda(stream)) => Self::Cuda(Some(how(memory, stream))),
            (storage, _) => storage,
        }
    }
}

impl<T: Element> Buffer<T> {
    /// The same elements under another shape.
    ///
    /// # Errors
    /// `Shape` when they do not fill it.
    pub fn reshaped(mut self, shape: &[usize]) -> Result<Self> {
        self.seen_as(shape)?;
        self.shape = shape.to_vec();
        Ok(self)
    }

    /// Its elements seen under another shape, to be read by a kernel.
    ///
    /// # Errors
    /// `Shape` when they do not fill it.
    pub fn seen_as(&self, shape: &[usize]) -> Result<Seen<'_, T>> {
        if shape.iter().product::<usize>() != self.shape.iter().product::<usize>() {
            let expected = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let got = self.shape.clone();
            return Err(ErrorKind::Shape { kernel: "seen_as", argument: "shape", expected, got }.into());
        }
        Ok(Seen::of(self, shape))
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

#[cfg(test)]
mod tests {
    use crate::Device;

    #[test]
    fn a_copy_goes_where_it_has_room() {
        let buffer = Device::cpu().upload(&[1.0, 2.0], &[2]).unwrap();
        let mut data = [0.0; 3];
        buffer.download_into(&mut data[1..]).unwrap();
        assert_eq!(data, [0.0, 1.0, 2.0]);
        let error = buffer.download_into(&mut data).unwrap_err().to_string();
        assert_eq!(error, "download_into: `data` must be [2], got [3]");
    }

    #[test]
    fn another_shape_must_have_as_many_elements() {
        let buffer = Device::cpu().upload(&[1, 2, 3, 4, 5, 6], &[2, 3]).unwrap();
        let error = buffer.seen_as(&[2, 2]).unwrap_err().to_string();
        assert_eq!(error, "seen_as: `shape` must be [2, 2], got [2, 3]");
        let reshaped = buffer.reshaped(&[3, 1, 2]).unwrap();
        assert_eq!((reshaped.shape(), reshaped.download().unwrap()), (&[3, 1, 2][..], vec![1, 2, 3, 4, 5, 6]));
    }
}
