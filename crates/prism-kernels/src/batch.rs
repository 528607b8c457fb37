//! Arguments with any number of leading axes, seen by kernels as one batch.

use crate::argument::{exactly, listed};
use prism_device::{Buffer, Element, ErrorKind, Result, Seen};

/// The shape of an operation's first argument: the leading axes are the batch, the last D are the operation's own.
pub(crate) struct Batch<const D: usize> {
    kernel: &'static str,
    /// The leading axes.
    pub axes: Vec<usize>,
    /// The last extents.
    pub last: [usize; D],
}

impl<const D: usize> Batch<D> {
    /// The shape of an argument, or an error that names it and the extents expected.
    pub fn of<T: Element>(
        kernel: &'static str,
        argument: &'static str,
        expected: &str,
        buffer: &Buffer<T>,
    ) -> Result<Self> {
        let Some((axes, last)) = buffer.shape().split_last_chunk() else {
            let (expected, got) = (format!(".., {expected}"), buffer.shape().to_vec());
            return Err(ErrorKind::Shape { kernel, argument, expected, got }.into());
        };
        Ok(Self { kernel, axes: axes.to_vec(), last: *last })
    }

    /// How many there are in the batch.
    pub fn size(&self) -> usize {
        self.axes.iter().product()
    }

    /// The leading axes, then others.
    pub fn with(&self, last: &[usize]) -> Vec<usize> {
        [&self.axes, last].concat()
    }

    /// An argument with one for each of the batch, seen as `[b, last]`.
    pub fn each<'a, T: Element>(
        &self,
        argument: &'static str,
        buffer: &'a Buffer<T>,
        last: &[usize],
    ) -> Result<Seen<'a, T>> {
        exactly(self.kernel, argument, buffer.shape(), &self.with(last))?;
        buffer.seen_as(&[&[self.size()], last].concat())
    }

    /// An argument with one for all, `[last]` or `[1, last]`, or one for each of the batch, seen as `[1|b, last]`.
    pub fn shared<'a, T: Element>(
        &self,
        argument: &'static str,
        buffer: &'a Buffer<T>,
        last: &[usize],
    ) -> Result<Seen<'a, T>> {
        let shape = buffer.shape();
        if shape == last || shape == [&[1], last].concat() {
            return buffer.seen_as(&[&[1], last].concat());
        }
        if shape != self.with(last) {
            let (one, each) = (listed(last), listed(&self.with(last)));
            let (expected, got) = (format!("{one}] or [{each}"), shape.to_vec());
            return Err(ErrorKind::Shape { kernel: self.kernel, argument, expected, got }.into());
        }
        buffer.seen_as(&[&[self.size()], last].concat())
    }
}

/// An error that names one of two arguments that go together, unless both or neither are given.
pub(crate) fn together<A, B>(
    kernel: &'static str,
    a: (&'static str, Option<A>),
    b: (&'static str, Option<B>),
) -> Result<Option<(A, B)>> {
    let (argument, fault) = match (a.1, b.1) {
        (Some(a), Some(b)) => return Ok(Some((a, b))),
        (None, None) => return Ok(None),
        (Some(_), None) => (b.0, "is not given, and what goes with it is"),
        (None, Some(_)) => (a.0, "is not given, and what goes with it is"),
    };
    Err(ErrorKind::Data { kernel, argument, fault }.into())
}

#[cfg(test)]
mod tests {
    use super::Batch;
    use prism_device::{AnyBuffer, Device};

    #[test]
    fn leading_axes_are_one_batch() {
        let device = Device::cpu();
        let zeros = |shape: &[usize]| device.zeros::<f32>(shape).unwrap();
        let batch = Batch::<2>::of("f", "x", "h, w", &zeros(&[2, 3, 4, 5])).unwrap();
        assert_eq!((batch.size(), batch.last, batch.with(&[7])), (6, [4, 5], vec![2, 3, 7]));
        assert_eq!(batch.each("y", &zeros(&[2, 3, 7]), &[7]).unwrap().shape(), [6, 7]);
        let shared = |shape: &[usize]| batch.shared("q", &zeros(shape), &[4]).map(|q| q.shape().to_vec());
        assert_eq!(
            [shared(&[4]).unwrap(), shared(&[1, 4]).unwrap(), shared(&[2, 3, 4]).unwrap()],
            [[1, 4], [1, 4], [6, 4]]
        );
        assert_eq!(shared(&[3, 4]).unwrap_err().to_string(), "f: `q` must be [4] or [2, 3, 4], got [3, 4]");
        let flat = Batch::<2>::of("f", "x", "h, w", &zeros(&[2])).err().unwrap();
        assert_eq!(flat.to_string(), "f: `x` must be [.., h, w], got [2]");
    }
}
