//! A kernel as an operation: its buffers by name, its numbers as parameters, its outputs of the shapes its inputs imply.

use super::{Call, Input, Made, Number, Operation, Output, Parameter};
use crate::conformance::Value;
use crate::{Access, Arg, Entry, Extent, Param, ParamKind, Result, Scalar};

impl Operation {
    /// A kernel as an operation.
    pub fn of(kernel: &'static Entry) -> Self {
        let accesses =
            |access: Access| move |p: &&Param| matches!(p.kind, ParamKind::Buffer { access: a, .. } if a == access);
        let input = |number| move |p: &Param| Input { name: p.name, element: p.element, number };
        let read = kernel.params.iter().filter(accesses(Access::In)).map(input(Number::One));
        let changed = kernel.params.iter().filter(accesses(Access::InOut)).map(input(Number::InPlace));
        let written = kernel.params.iter().filter(accesses(Access::Out));
        Self {
            name: kernel.name,
            documentation: kernel.documentation,
            source: kernel.source,
            types: kernel.types,
            inputs: read.chain(changed).collect(),
            parameters: kernel.params.iter().filter_map(|p| parameter(kernel, p)).collect(),
            outputs: written
                .map(|p| Output { name: p.name, documentation: p.documentation, optional: false })
                .collect(),
            kernels: vec![kernel],
            rows: super::rows::of(kernel),
            call: Box::new(move |call| run(kernel, call)),
        }
    }
}

fn parameter(kernel: &Entry, param: &Param) -> Option<Parameter> {
    if !matches!(param.kind, ParamKind::Scalar) {
        return None;
    }
    let choices = kernel.choices_of(param.name);
    let default = kernel.defaults.iter().find(|(name, _)| *name == param.name).map(|(_, text)| (*text).to_owned());
    let expects = match param.element {
        _ if !choices.is_empty() => choices.join(", "),
        Some(dtype) if dtype.roundoff() > 0.0 => "a number".to_owned(),
        _ => "a whole number".to_owned(),
    };
    let default = default.or_else(|| choices.first().map(|first| (*first).to_owned()));
    Some(Parameter { name: param.name, aliases: &[], documentation: param.documentation, expects, default })
}

fn run(kernel: &'static Entry, mut call: Call<'_>) -> Result<Made> {
    let scalars = scalars(kernel, &call)?;
    let quantities = quantities(kernel, &call, &scalars);
    let zeros = |param: &Param| {
        let shape = shape(kernel, param, &call, &quantities);
        Value::zeros(param.element.unwrap_or(call.element), shape).boxed(&call.device)
    };
    let is = |param: &Param, wanted: Access| matches!(param.kind, ParamKind::Buffer { access, .. } if access == wanted);
    let outputs = kernel.params.iter().filter(|p| is(p, Access::Out)).map(zeros).collect::<Result<Vec<_>>>()?;
    let mut outputs = outputs.into_iter();
    let mut made = Made::new();
    for param in kernel.params {
        if is(param, Access::Out) {
            made.push((param.name, outputs.next().expect("one for each")));
        } else if is(param, Access::InOut) {
            made.push((param.name, call.given(param.name)?));
        }
    }
    let (mut written, mut numbers) = (made.iter_mut(), scalars.iter());
    let mut args: Vec<Arg> = Vec::with_capacity(kernel.params.len());
    for param in kernel.params {
        args.push(match param.kind {
            ParamKind::Scalar => Arg::Scalar(*numbers.next().expect("one for each")),
            ParamKind::Buffer { access: Access::In, .. } => Arg::In(call.buffer(param.name)?),
            ParamKind::Buffer { .. } => Arg::Out(written.next().expect("one for each").1.as_mut()),
        });
    }
    crate::run(kernel, &mut args)?;
    Ok(made)
}

fn scalars(kernel: &Entry, call: &Call) -> Result<Vec<Scalar>> {
    let numbers = kernel.params.iter().filter(|p| matches!(p.kind, ParamKind::Scalar));
    numbers.map(|param| scalar(kernel, param, call)).collect()
}

fn scalar(kernel: &Entry, param: &Param, call: &Call) -> Result<Scalar> {
    let parameter = parameter(kernel, param).expect("a number is a parameter");
    let given = call.parameters.iter().find(|(name, _)| *name == param.name).map(|(_, text)| text.clone());
    let text = given.or(parameter.default).unwrap_or_default();
    let choices = kernel.choices_of(param.name);
    let chosen = choices.iter().position(|choice| super::setting::same_choice(choice, &text));
    let spelt = chosen.map_or_else(|| text.clone(), |index| index.to_string());
    let dtype = param.element.unwrap_or(call.element);
    let is_choice = choices.is_empty() || chosen.is_some();
    dtype.parse(&spelt).filter(|_| is_choice).ok_or_else(|| call.refused(param.name, parameter.expects, &text))
}

/// The dimensions as the inputs imply them, then the scalars.
fn quantities(kernel: &Entry, call: &Call, scalars: &[Scalar]) -> Vec<u64> {
    let extent = |dim: usize| {
        let bound = |param: &Param| {
            let ParamKind::Buffer { shape, leading, .. } = &param.kind else { return None };
            let at = shape.iter().position(|e| e.dim == Some(dim))?;
            let (_, buffer) = call.inputs.iter().find(|(name, _)| *name == param.name)?;
            crate::run::folded(shape, *leading, buffer.shape())?.get(at).copied()
        };
        kernel.params.iter().find_map(bound).unwrap_or(0)
    };
    (0..kernel.dims.len()).map(extent).chain(scalars.iter().map(|s| s.quantity())).collect()
}

/// The shape of an output: the leading axes of the first input that has the same, then its own extents.
fn shape(kernel: &Entry, param: &Param, call: &Call, quantities: &[u64]) -> Vec<usize> {
    let ParamKind::Buffer { shape, leading, .. } = &param.kind else { unreachable!("a number has no shape") };
    let extents = shape.iter().map(|e| (e.value)(quantities) as usize);
    let Some(first) = shape.first().filter(|_| *leading) else { return extents.collect() };
    let like = kernel.params.iter().find_map(|p| leading_axes(p, first, call));
    like.unwrap_or_default().into_iter().chain(extents.skip(1)).collect()
}

fn leading_axes(param: &Param, first: &Extent, call: &Call) -> Option<Vec<usize>> {
    let ParamKind::Buffer { shape, leading: true, .. } = &param.kind else { return None };
    let (_, buffer) = call.inputs.iter().find(|(name, _)| *name == param.name)?;
    let axes = (buffer.shape().len() + 1).checked_sub(shape.len())?;
    (shape[0].dim == first.dim).then(|| buffer.shape()[..axes].to_vec())
}
