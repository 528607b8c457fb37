//! Buffers as kernels see them: of any element type, under any shape.

use crate::{Buffer, Device, Dtype, Element, Result};
use std::any::Any;

/// A buffer seen under another shape, for reading.
#[derive(Debug)]
pub struct Seen<'a, T: Element> {
    buffer: &'a Buffer<T>,
    shape: Vec<usize>,
}

impl<'a, T: Element> Seen<'a, T> {
    pub(crate) fn of(buffer: &'a Buffer<T>, shape: &[usize]) -> Self {
        Self { buffer, shape: shape.to_vec() }
    }
}

/// What a kernel can read elements of that type from: a buffer, or a buffer seen under another shape.
pub trait View<T: Element>: AnyBuffer {
    /// Its elements seen under another shape.
    ///
    /// # Errors
    /// `Shape` when they do not fill it.
    fn seen_as(&self, shape: &[usize]) -> Result<Seen<'_, T>>;
}

impl<T: Element> View<T> for Buffer<T> {
    fn seen_as(&self, shape: &[usize]) -> Result<Seen<'_, T>> {
        Buffer::seen_as(self, shape)
    }
}

impl<T: Element> View<T> for Seen<'_, T> {
    fn seen_as(&self, shape: &[usize]) -> Result<Seen<'_, T>> {
        self.buffer.seen_as(shape)
    }
}

impl<T: Element, V: View<T>> View<T> for &V {
    fn seen_as(&self, shape: &[usize]) -> Result<Seen<'_, T>> {
        (**self).seen_as(shape)
    }
}

impl<B: AnyBuffer> AnyBuffer for &B {
    fn device(&self) -> &Device {
        (**self).device()
    }

    fn shape(&self) -> &[usize] {
        (**self).shape()
    }

    fn dtype(&self) -> Dtype {
        (**self).dtype()
    }

    fn address(&self) -> u64 {
        (**self).address()
    }

    fn as_any(&self) -> &dyn Any {
        (**self).as_any()
    }

    fn as_any_mut(&mut self) -> Option<&mut dyn Any> {
        None
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        Box::new(())
    }
}

impl<T: Element> AnyBuffer for Seen<'_, T> {
    fn device(&self) -> &Device {
        self.buffer.device()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn dtype(&self) -> Dtype {
        T::DTYPE
    }

    fn address(&self) -> u64 {
        self.buffer.address()
    }

    fn as_any(&self) -> &dyn Any {
        self.buffer
    }

    fn as_any_mut(&mut self) -> Option<&mut dyn Any> {
        None
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        Box::new(())
    }
}

/// A buffer of any element type, as [`run`](crate::run()) sees it.
pub trait AnyBuffer {
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
    /// For downcasting; none when it is read only.
    fn as_any_mut(&mut self) -> Option<&mut dyn Any>;
    /// For downcasting to what it is; a view has nothing of its own.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<T: Element> AnyBuffer for Buffer<T> {
    fn device(&self) -> &Device {
        Buffer::device(self)
    }

    fn shape(&self) -> &[usize] {
        Buffer::shape(self)
    }

    fn dtype(&self) -> Dtype {
        T::DTYPE
    }

    fn address(&self) -> u64 {
        Buffer::address(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
