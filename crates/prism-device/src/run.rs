//! From an operation to hardware: the one place where arguments meet their declaration.

use crate::cuda::Recording;
use crate::device::Kind;
use crate::{
    AnyBuffer, Buffer, Device, Dtype, Element, Entry, Error, ErrorKind, Extent, Param, ParamKind, Result, Scalar,
};

/// An argument of a call.
pub enum Arg<'a> {
    /// A buffer that is read.
    In(&'a dyn AnyBuffer),
    /// A buffer that is written.
    Out(&'a mut dyn AnyBuffer),
    /// A number.
    Scalar(Scalar),
}

/// A call whose arguments fit their declaration.
pub(crate) struct Bound {
    /// The values of the dimensions, then of the scalars.
    pub quantities: Vec<u64>,
    /// The value of the type parameter; of the first buffer when there is none.
    pub element: Dtype,
}

/// How a kernel is launched on a GPU, where the device is not to decide.
#[derive(Clone, Copy, Default)]
pub(crate) struct Launching<'a> {
    /// Threads of a block; none leaves them to the profiles.
    pub block: Option<u32>,
    /// Where the device time goes; none leaves it to a recording of the device.
    pub times: Option<&'a Recording>,
}

/// Runs a kernel on the device its buffers live on.
///
/// # Errors
/// Buffers on different devices, a shape or element type that is not the declared one, an unmet requirement, or a
/// failure of the device. Nothing is launched then.
pub fn run(entry: &Entry, args: &mut [Arg]) -> Result<()> {
    run_as(entry, args, Launching::default())
}

/// The same, launched so.
pub(crate) fn run_as(entry: &Entry, args: &mut [Arg], launching: Launching) -> Result<()> {
    let device = common_device(entry, args)?;
    let bound = bind(entry, args)?;
    let threads = (entry.threads)(&bound.quantities, bound.element.size());
    if threads == 0 {
        return Ok(());
    }
    tracing::trace!(kernel = entry.name, threads, %device, "run");
    match device.kind() {
        Kind::Cpu => (entry.reference)(args, &bound.quantities, bound.element),
        Kind::Cuda(stream) => stream.launch(entry, &bound, args, threads, launching)?,
    }
    Ok(())
}

fn common_device(entry: &Entry, args: &[Arg]) -> Result<Device> {
    let mut device: Option<&Device> = None;
    for (param, arg) in entry.params.iter().zip(args) {
        let Some(buffer) = arg.buffer() else { continue };
        match device {
            None => device = Some(buffer.device()),
            Some(first) if first == buffer.device() => {}
            Some(first) => {
                return Err(ErrorKind::OtherDevice {
                    kernel: entry.name,
                    argument: param.name,
                    expected: first.to_string(),
                    got: buffer.device().to_string(),
                }
                .into());
            }
        }
    }
    Ok(device.cloned().unwrap_or_else(Device::cpu))
}

/// Binds the dimensions from the shapes and checks everything the declaration says: the only shape check there is.
pub(crate) fn bind(entry: &Entry, args: &[Arg]) -> Result<Bound> {
    assert_eq!(entry.params.len(), args.len(), "{} takes {} arguments", entry.name, entry.params.len());
    let element = bind_element(entry, args)?;
    let mut quantities = vec![None; entry.dims.len()];
    quantities.extend(args.iter().filter_map(Arg::as_scalar).map(|s| Some(s.quantity())));
    for (param, arg) in entry.params.iter().zip(args) {
        bind_dimensions(entry, param, arg, &mut quantities)?;
    }
    let quantities: Vec<u64> = quantities.into_iter().map(Option::unwrap_or_default).collect();
    for (param, arg) in entry.params.iter().zip(args) {
        check_shape(entry, param, arg, &quantities)?;
    }
    check_leading_axes(entry, args, &quantities)?;
    check_requirements(entry, &quantities)?;
    check_domains(entry, args)?;
    Ok(Bound { quantities, element })
}

fn bind_element(entry: &Entry, args: &[Arg]) -> Result<Dtype> {
    let mut generic: Option<Dtype> = None;
    for (param, arg) in entry.params.iter().zip(args) {
        let got = arg.dtype();
        let fits = match (param.element, generic) {
            (Some(fixed), _) => got == fixed,
            (None, Some(chosen)) => got == chosen,
            (None, None) => entry.types.contains(&got),
        };
        if !fits {
            return Err(wrong_element(entry, param, generic, got));
        }
        if param.element.is_none() {
            generic = Some(got);
        }
    }
    Ok(generic.or_else(|| args.first().map(Arg::dtype)).unwrap_or(Dtype::F32))
}

fn wrong_element(entry: &Entry, param: &Param, generic: Option<Dtype>, got: Dtype) -> Error {
    let expected = match param.element.or(generic) {
        Some(one) => one.to_string(),
        None => entry.types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
    };
    ErrorKind::Element { kernel: entry.name, argument: param.name, expected, got }.into()
}

/// The extents as they are declared: with `leading`, all axes before the declared ones count as one.
pub(crate) fn folded(declared: &[Extent], leading: bool, got: &[usize]) -> Option<Vec<u64>> {
    let split = (got.len() + usize::from(leading)).checked_sub(declared.len()).filter(|axes| leading || *axes == 0)?;
    let outer = leading.then(|| got[..split].iter().map(|&extent| extent as u64).product());
    Some(outer.into_iter().chain(got[split..].iter().map(|&extent| extent as u64)).collect())
}

fn bind_dimensions(entry: &Entry, param: &Param, arg: &Arg, quantities: &mut [Option<u64>]) -> Result<()> {
    let (ParamKind::Buffer { shape, leading, .. }, Some(buffer)) = (&param.kind, arg.buffer()) else { return Ok(()) };
    let Some(extents) = folded(shape, *leading, buffer.shape()) else {
        let known = quantities.iter().map(|q| q.unwrap_or_default()).collect::<Vec<_>>();
        let is_open = |extent: &Extent| extent.dim.is_none_or(|dim| quantities[dim].is_none());
        return Err(wrong_shape(entry, param, &known, is_open, buffer.shape()));
    };
    for (extent, got) in shape.iter().zip(extents) {
        if let Some(dim) = extent.dim {
            if u32::try_from(got).is_err() && !entry.wide.contains(&entry.dims[dim]) {
                let what = format!("{}: `{}` has an extent of {got}; the limit is 2³²−1", entry.name, param.name);
                return Err(ErrorKind::Unsupported { what }.into());
            }
            quantities[dim].get_or_insert(got);
        }
    }
    Ok(())
}

fn check_shape(entry: &Entry, param: &Param, arg: &Arg, quantities: &[u64]) -> Result<()> {
    let (ParamKind::Buffer { shape, leading, .. }, Some(buffer)) = (&param.kind, arg.buffer()) else { return Ok(()) };
    let extents = folded(shape, *leading, buffer.shape()).unwrap_or_default();
    let fits = shape.iter().zip(extents).all(|(e, got)| (e.value)(quantities) == got);
    if fits { Ok(()) } else { Err(wrong_shape(entry, param, quantities, |_| false, buffer.shape())) }
}

/// Leading axes that count as one dimension are the same axes in every buffer.
fn check_leading_axes(entry: &Entry, args: &[Arg], quantities: &[u64]) -> Result<()> {
    let mut first: Vec<(usize, &[usize])> = Vec::new();
    for (param, arg) in entry.params.iter().zip(args) {
        let (ParamKind::Buffer { shape, leading: true, .. }, Some(buffer)) = (&param.kind, arg.buffer()) else {
            continue;
        };
        let (Some(dim), axes) = (shape[0].dim, &buffer.shape()[..buffer.shape().len() + 1 - shape.len()]) else {
            continue;
        };
        match first.iter().find(|(d, _)| *d == dim) {
            None => first.push((dim, axes)),
            Some((_, same)) if *same == axes => {}
            Some(_) => return Err(wrong_shape(entry, param, quantities, |_| false, buffer.shape())),
        }
    }
    Ok(())
}

/// An extent that is open, not known from another argument, is named without its value.
fn wrong_shape(
    entry: &Entry,
    param: &Param,
    quantities: &[u64],
    is_open: impl Fn(&Extent) -> bool,
    got: &[usize],
) -> Error {
    let ParamKind::Buffer { shape, leading, .. } = &param.kind else { unreachable!("scalars have no shape") };
    let several = |at| if *leading && at == 0 { ".." } else { "" };
    let extent = |(at, e): (usize, &Extent)| {
        let value = if is_open(e) { String::new() } else { format!(" = {}", (e.value)(quantities)) };
        format!("{}{}{value}", e.text, several(at))
    };
    let expected = shape.iter().enumerate().map(extent).collect::<Vec<_>>();
    let (kernel, argument, expected) = (entry.name, param.name, expected.join(", "));
    ErrorKind::Shape { kernel, argument, expected, got: got.to_vec() }.into()
}

fn check_requirements(entry: &Entry, quantities: &[u64]) -> Result<()> {
    let Some(unmet) = entry.requires.iter().find(|r| !(r.holds)(quantities)) else { return Ok(()) };
    let is_named = |name: &str| unmet.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    let named = entry.quantity_names().zip(quantities).filter(|(name, _)| is_named(name));
    let values = named.map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>();
    Err(ErrorKind::Requirement { kernel: entry.name, condition: unmet.text, values: values.join(", ") }.into())
}

fn check_domains(entry: &Entry, args: &[Arg]) -> Result<()> {
    let judged = entry.params.iter().zip(args).filter_map(|(p, arg)| Some((p.name, p.domain?, arg.as_scalar()?)));
    for (name, domain, scalar) in judged {
        domain.judge(entry.name, name, scalar.double())?;
    }
    Ok(())
}

impl Arg<'_> {
    /// The buffer, unless it is a number.
    pub fn buffer(&self) -> Option<&dyn AnyBuffer> {
        match self {
            Self::In(buffer) => Some(*buffer),
            Self::Out(buffer) => Some(&**buffer),
            Self::Scalar(_) => None,
        }
    }

    fn as_scalar(&self) -> Option<Scalar> {
        if let Self::Scalar(s) = self { Some(*s) } else { None }
    }

    /// The type of what is passed.
    pub fn dtype(&self) -> Dtype {
        match self {
            Self::Scalar(Scalar::F32(_)) => Dtype::F32,
            Self::Scalar(Scalar::F64(_)) => Dtype::F64,
            Self::Scalar(Scalar::U8(_)) => Dtype::U8,
            Self::Scalar(Scalar::U16(_)) => Dtype::U16,
            Self::Scalar(Scalar::U32(_)) => Dtype::U32,
            Self::Scalar(Scalar::I32(_)) => Dtype::I32,
            Self::Scalar(Scalar::U64(_)) => Dtype::U64,
            Self::Scalar(Scalar::I64(_)) => Dtype::I64,
            Self::In(buffer) => buffer.dtype(),
            Self::Out(buffer) => buffer.dtype(),
        }
    }

    /// The number passed. For the shims of `#[kernel]`, after binding.
    pub fn scalar<T: TryFrom<Scalar>>(&self) -> T {
        self.as_scalar().and_then(|s| T::try_from(s).ok()).expect("the argument's type was checked when it was bound")
    }

    /// The elements of a host buffer. For the shims of `#[kernel]`, after binding.
    pub fn host<T: Element>(&self) -> &[T] {
        let buffer = self.buffer().and_then(|b| b.as_any().downcast_ref::<Buffer<T>>());
        buffer.and_then(Buffer::as_host).expect("the argument's type and device were checked when it was bound")
    }

    /// The elements of a host buffer that is written. For the shims of `#[kernel]`, after binding.
    pub fn host_mut<T: Element>(&mut self) -> &mut [T] {
        let Self::Out(buffer) = self else { unreachable!("an output is passed as one") };
        let buffer = buffer.as_any_mut().and_then(|b| b.downcast_mut::<Buffer<T>>());
        buffer.and_then(Buffer::as_host_mut).expect("the argument's type and device were checked when it was bound")
    }
}
