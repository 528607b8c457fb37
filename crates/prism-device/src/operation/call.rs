//! One call of an operation: arguments by name in, results by name out.

use super::{Output, Setting, Settings};
use crate::conformance::Uploaded;
use crate::{AnyBuffer, Buffer, Device, Dtype, Element, ErrorKind, Result};

/// What an operation returned, by name.
pub type Made = Vec<(&'static str, Box<dyn AnyBuffer>)>;

/// The arguments of one call, by name.
pub struct Call<'a> {
    /// The operation's name.
    pub operation: &'static str,
    /// Where it runs.
    pub device: Device,
    /// The operation's type parameter.
    pub element: Dtype,
    /// The buffers of every input, in order. One that is changed is given, not lent.
    pub inputs: Vec<(&'static str, Box<dyn AnyBuffer + 'a>)>,
    /// The texts of the parameters given.
    pub parameters: Vec<(&'static str, String)>,
}

impl<'a> Call<'a> {
    /// The one buffer of an input.
    ///
    /// # Errors
    /// There is none, or it holds another type.
    pub fn one<T: Element>(&self, name: &'static str) -> Result<&Buffer<T>> {
        self.optional(name)?.ok_or_else(|| self.missing(name))
    }

    /// The buffer of an input, if one was given.
    ///
    /// # Errors
    /// It holds another type.
    pub fn optional<T: Element>(&self, name: &'static str) -> Result<Option<&Buffer<T>>> {
        Ok(self.several(name)?.into_iter().next())
    }

    /// All buffers of an input.
    ///
    /// # Errors
    /// One holds another type.
    pub fn several<T: Element>(&self, name: &'static str) -> Result<Vec<&Buffer<T>>> {
        let given = self.inputs.iter().filter(|(n, _)| *n == name);
        given.map(|(_, b)| b.as_any().downcast_ref().ok_or_else(|| self.holds::<T>(name, b.dtype()))).collect()
    }

    /// Takes the buffer of an input out of the call, to be changed.
    ///
    /// # Errors
    /// It holds another type.
    pub fn take<T: Element>(&mut self, name: &'static str) -> Result<Option<Buffer<T>>> {
        let Some(buffer) = self.remove(name) else { return Ok(None) };
        let dtype = buffer.dtype();
        let buffer = buffer.into_any().downcast().map_err(|_| self.holds::<T>(name, dtype))?;
        Ok(Some(*buffer))
    }

    /// Takes the buffer of an input that must be there.
    ///
    /// # Errors
    /// There is none, or it holds another type.
    pub fn taken<T: Element>(&mut self, name: &'static str) -> Result<Buffer<T>> {
        self.take(name)?.ok_or_else(|| self.missing(name))
    }

    /// The settings with what was given.
    ///
    /// # Errors
    /// `Parameter` where a text is no value of its parameter.
    pub fn settings<S: Settings>(&self) -> Result<S> {
        let mut settings = S::default();
        for (name, text) in &self.parameters {
            settings.set(name, text).map_err(|expected| self.refused(name, expected, text))?;
        }
        Ok(settings)
    }

    /// The value of one parameter, if it was given.
    ///
    /// # Errors
    /// `Parameter` where the text is no value of it.
    pub fn parameter<S: Setting>(&self, name: &'static str) -> Result<Option<S>> {
        let Some((_, text)) = self.parameters.iter().find(|(given, _)| *given == name) else { return Ok(None) };
        S::parse(text).map(Some).ok_or_else(|| self.refused(name, S::expects(), text))
    }

    pub(super) fn refused(&self, parameter: &'static str, expected: String, got: &str) -> crate::Error {
        ErrorKind::Parameter { operation: self.operation, parameter, expected, got: got.to_owned() }.into()
    }

    /// The first buffer of an input, of whatever type.
    pub(super) fn buffer(&self, name: &'static str) -> Result<&dyn AnyBuffer> {
        let found = self.inputs.iter().find(|(given, _)| *given == name);
        found.map(|(_, buffer)| &**buffer as &dyn AnyBuffer).ok_or_else(|| self.missing(name))
    }

    /// Takes the first buffer of an input, of whatever type, out of the call, to be changed.
    pub(super) fn given(&mut self, name: &'static str) -> Result<Box<dyn AnyBuffer>> {
        let buffer = self.remove(name).ok_or_else(|| self.missing(name))?;
        let lent = ErrorKind::Data { kernel: self.operation, argument: name, fault: "is lent, and would be changed" };
        Uploaded::owned(buffer).map(Uploaded::boxed).ok_or_else(|| lent.into())
    }

    fn remove(&mut self, name: &'static str) -> Option<Box<dyn AnyBuffer + 'a>> {
        let at = self.inputs.iter().position(|(n, _)| *n == name)?;
        Some(self.inputs.remove(at).1)
    }

    pub(super) fn missing(&self, argument: &'static str) -> crate::Error {
        ErrorKind::Data { kernel: self.operation, argument, fault: "is not given" }.into()
    }

    fn holds<T: Element>(&self, argument: &'static str, got: Dtype) -> crate::Error {
        ErrorKind::Element { kernel: self.operation, argument, expected: T::DTYPE.to_string(), got }.into()
    }
}

/// What an operation returns: a buffer, or a struct of buffers by `#[derive(Outputs)]`.
pub trait Outputs {
    /// What there can be; `only` is the name of a buffer that is all there is.
    fn outputs(only: &'static str) -> Vec<Output>;

    /// What there is.
    fn made(self, only: &'static str) -> Made;
}

impl<T: Element> Outputs for Buffer<T> {
    fn outputs(only: &'static str) -> Vec<Output> {
        vec![Output { name: only, documentation: "", optional: false }]
    }

    fn made(self, only: &'static str) -> Made {
        vec![(only, Box::new(self))]
    }
}

impl<T: Element> Outputs for Option<Buffer<T>> {
    fn outputs(only: &'static str) -> Vec<Output> {
        vec![Output { name: only, documentation: "", optional: true }]
    }

    fn made(self, only: &'static str) -> Made {
        self.into_iter().flat_map(|buffer| buffer.made(only)).collect()
    }
}

impl Outputs for () {
    fn outputs(_: &'static str) -> Vec<Output> {
        Vec::new()
    }

    fn made(self, _: &'static str) -> Made {
        Vec::new()
    }
}
