//! One kernel on files.

use super::npy::{read, write};
use crate::exit::Usage;
use anyhow::Result;
use prism_device::conformance::{Case, Value};
use prism_device::{Access, DeviceChoice, Dtype, Entry, Param, ParamKind};
use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;

#[derive(clap::Args)]
pub struct Args {
    /// Kernel to run; `prism-ai kernels list` shows them
    name: String,
    /// A buffer that is read, as NAME=FILE.npy
    #[arg(long, value_name = "NAME=FILE.npy")]
    input: Vec<Assignment>,
    /// A number, as NAME=VALUE
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<Assignment>,
    /// Where a buffer that is written goes, as NAME=FILE.npy
    #[arg(long, value_name = "NAME=FILE.npy")]
    output: Vec<Assignment>,
    /// The element type of a kernel that has several [default: f64, or the only one]
    #[arg(long, value_parser = ["f16", "bf16", "f32", "f64", "c64", "c128"])]
    precision: Option<String>,
    /// auto, cpu, cuda or cuda:N
    #[arg(long, value_name = "DEVICE", default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
}

/// `NAME=VALUE` on the command line.
#[derive(Clone)]
struct Assignment {
    name: String,
    value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
        Ok(Self { name: name.into(), value: value.into() })
    }
}

pub fn run(args: &Args) -> Result<()> {
    let kernel = super::find(&args.name)?;
    judge(kernel, args)?;
    let element = element(kernel, args.precision.as_deref())?;
    let case = case(kernel, args, element)?;
    let device = args.device.open()?.device;
    let results = kernel.run_case(&device, &case)?;
    for (param, value) in kernel.params.iter().zip(&results) {
        if let Some(output) = args.output.iter().find(|a| a.name == param.name) {
            write(Path::new(&output.value), value)?;
        }
    }
    Ok(())
}

/// The element type asked for, which the kernel must have; by default the most precise real one.
fn element(kernel: &Entry, asked: Option<&str>) -> Result<Dtype, Usage> {
    let types = kernel.elements();
    let Some(asked) = asked else {
        return Ok(if types.contains(&Dtype::F64) { Dtype::F64 } else { types[types.len() - 1] });
    };
    types.iter().copied().find(|element| element.name() == asked).ok_or_else(|| {
        let there = types.iter().map(|element| element.name()).collect::<Vec<_>>().join(", ");
        Usage(format!("{} has no form for {asked}; it has {there}", kernel.name))
    })
}

/// Refuses what the kernel cannot take, and a run that would keep nothing.
fn judge(kernel: &Entry, args: &Args) -> Result<(), Usage> {
    let fit = |flag, given: &[Assignment], fits: fn(&ParamKind) -> bool| {
        let names: Vec<_> = kernel.params.iter().filter(|p| fits(&p.kind)).map(|p| p.name).collect();
        assigned(kernel, flag, given, &names).map(|()| names)
    };
    fit("--input", &args.input, |kind| matches!(kind, ParamKind::Buffer { access: Access::In | Access::InOut, .. }))?;
    fit("--param", &args.param, |kind| matches!(kind, ParamKind::Scalar))?;
    let written = |kind: &_| matches!(kind, ParamKind::Buffer { access: Access::Out | Access::InOut, .. });
    let written = fit("--output", &args.output, written)?;
    if args.output.is_empty() {
        let what = format!("nothing of {} would be kept; add --output {}=FILE.npy", kernel.name, written[0]);
        return Err(Usage(what));
    }
    Ok(())
}

/// Each assignment is to one of `names`, once.
fn assigned(kernel: &Entry, flag: &str, given: &[Assignment], names: &[&str]) -> Result<(), Usage> {
    for (at, Assignment { name, .. }) in given.iter().enumerate() {
        if !names.contains(&name.as_str()) {
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(Usage(format!("{} has no {flag} `{name}`; it has {there}", kernel.name)));
        }
        if given[..at].iter().any(|before| before.name == *name) {
            return Err(Usage(format!("{flag} {name} is given twice; give it once")));
        }
    }
    Ok(())
}

/// Inputs from files and flags; outputs get the shape that the inputs imply.
fn case(kernel: &Entry, args: &Args, element: Dtype) -> Result<Case> {
    let mut values = HashMap::new();
    for param in kernel.params {
        if let Some(value) = given(kernel, param, args, element)? {
            values.insert(param.name, value);
        }
    }
    let quantities: Vec<u64> = kernel.quantity_names().map(|name| quantity(kernel, name, &values)).collect();
    let ordered = kernel.params.iter().map(|param| {
        let value = values.remove(param.name).unwrap_or_else(|| zeros(param, element, &quantities));
        (param.name, value)
    });
    let values = ordered.collect();
    Ok(Case { quantities: kernel.quantity_names().zip(quantities).collect(), values })
}

fn given(kernel: &Entry, param: &Param, args: &Args, element: Dtype) -> Result<Option<Value>> {
    let dtype = param.element.unwrap_or(element);
    match param.kind {
        ParamKind::Scalar => {
            let Some(given) = args.param.iter().find(|a| a.name == param.name) else {
                return Err(Usage(format!("{} needs --param {}=VALUE", kernel.name, param.name)).into());
            };
            let scalar = dtype
                .parse(&given.value)
                .ok_or_else(|| Usage(format!("--param {}={}: not a {dtype}", given.name, given.value)))?;
            Ok(Some(Value::Scalar(scalar)))
        }
        ParamKind::Buffer { access, .. } => match args.input.iter().find(|a| a.name == param.name) {
            Some(given) => Ok(Some(read(Path::new(&given.value), dtype)?)),
            None if access == Access::In => {
                Err(Usage(format!("{} needs --input {}=FILE.npy", kernel.name, param.name)).into())
            }
            None => Ok(None),
        },
    }
}

fn quantity(kernel: &Entry, name: &str, values: &HashMap<&str, Value>) -> u64 {
    if let Some(Value::Scalar(scalar)) = values.get(name) {
        return scalar.quantity();
    }
    let extent = |param: &Param| {
        let ParamKind::Buffer { shape, .. } = &param.kind else { return None };
        let at = shape.iter().position(|e| e.text == name)?;
        values.get(param.name).and_then(|v| v.shape().get(at)).map(|&n| n as u64)
    };
    kernel.params.iter().find_map(extent).unwrap_or(0)
}

fn zeros(param: &Param, element: Dtype, quantities: &[u64]) -> Value {
    let ParamKind::Buffer { shape, .. } = &param.kind else { unreachable!("scalars were required") };
    let shape: Vec<usize> = shape.iter().map(|e| (e.value)(quantities) as usize).collect();
    Value::zeros(param.element.unwrap_or(element), shape)
}
