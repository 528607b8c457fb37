//! One operation on files.

mod pieces;

use self::pieces::Pieces;
use super::npy::{read, write};
use crate::args::Place;
use crate::exit::{self, TooLarge, Usage};
use crate::interrupt;
use anyhow::Result;
use prism_device::conformance::Value;
use prism_device::operation::{Call, Input, Number};
use prism_device::{Device, Dtype, Operation};
use std::path::{Path, PathBuf};
use std::str::FromStr;

#[derive(clap::Args)]
pub struct Args {
    /// Operation or kernel to run; `prism-ai kernels list` shows them, `prism-ai kernels describe NAME` what each takes
    name: String,
    /// A buffer that is read, as NAME=FILE.npy; one that takes several is given several times
    #[arg(long, value_name = "NAME=FILE.npy")]
    input: Vec<Assignment>,
    /// A setting, as NAME=VALUE; lists with commas
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<Assignment>,
    /// Where a result goes, as NAME=FILE.npy
    #[arg(long, value_name = "NAME=FILE.npy")]
    output: Vec<Assignment>,
    /// The element type to compute in; inputs are converted [default: that of the first input]
    #[arg(long, value_parser = ["f16", "bf16", "f32", "f64", "c64", "c128", "u8", "u16", "u32", "u64"])]
    precision: Option<String>,
    /// Also runs it this many times and prints the median times of a call, without files
    #[arg(long, value_name = "N", default_value_t = 0)]
    time: usize,
    /// Take so many rows of the inputs at a time, where the operation is of rows [default: all; what fits, if they do not]
    #[arg(long, value_name = "N", conflicts_with = "time", value_parser = clap::value_parser!(u64).range(1..))]
    rows: Option<u64>,
    #[command(flatten)]
    place: Place,
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
    let operation = super::operation(&args.name)?;
    judge(&operation, args)?;
    let device = args.place.open()?.device;
    interrupt::listen()?;
    let done = if let Some(rows) = args.rows {
        Pieces::of(&operation, args)?.run(&device, rows as usize)
    } else if let Some(too_large) = too_large(args, &device)? {
        let refused = |refused: Usage| TooLarge(format!("{too_large}, and {refused}"));
        Pieces::of(&operation, args).map_err(refused)?.run_fitting(&device)
    } else {
        whole(&operation, args, &device).or_else(|error| match Pieces::of(&operation, args) {
            Ok(pieces) if args.time == 0 && exit::is_out_of_memory(&error) => pieces.run_fitting(&device),
            _ => Err(error),
        })
    };
    done.and_then(|()| args.place.close(&device))
}

/// Why the inputs cannot be on the device all at once, if they cannot. Calls that are timed have to be.
fn too_large(args: &Args, device: &Device) -> Result<Option<String>> {
    let Some((free, _)) = device.memory()?.filter(|_| args.time == 0) else { return Ok(None) };
    let sizes = args.input.iter().map(|given| std::fs::metadata(&given.value).map_or(0, |file| file.len()));
    let bytes = sizes.sum::<u64>();
    Ok((bytes > free as u64).then(|| format!("the inputs are {bytes} bytes, and {device} has {free} free")))
}

fn whole(operation: &Operation, args: &Args, device: &Device) -> Result<()> {
    let given = files_of(operation, args, |_| true)?;
    let held = given.iter().map(|file| (file.input, &*file.path, file.value.dtype())).collect::<Vec<_>>();
    let element = element(operation, args.precision.as_deref(), &held)?;
    let given = given.into_iter().map(|file| file.in_type(operation, element, args.precision.is_some()));
    let given = given.collect::<Result<Vec<_>, _>>()?;
    let parameters = parameters(operation, args);
    let call = || call(operation, &given, parameters.clone(), element, device.clone());
    let made = operation.run(call()?)?;
    for output in &args.output {
        let Some((_, buffer)) = made.iter().find(|(name, _)| *name == output.name) else {
            return Err(made_no(operation, &output.name).into());
        };
        write(Path::new(&output.value), &Value::of(buffer.as_ref())?)?;
    }
    if args.time > 0 {
        super::timing::print(operation, device, args.time, call)?;
    }
    Ok(())
}

fn made_no(operation: &Operation, output: &str) -> Usage {
    Usage(format!("{} has made no `{output}` with these settings", operation.name))
}

/// Refuses what the operation cannot take, and a run that would keep nothing.
fn judge(operation: &Operation, args: &Args) -> Result<(), Usage> {
    let inputs: Vec<&str> = operation.inputs.iter().map(|i| i.name).collect();
    let kept: Vec<&str> = operation.kept().collect();
    let parameters: Vec<&str> = operation.parameters.iter().map(|p| p.name).collect();
    let several = |name: &str| operation.inputs.iter().any(|i| i.name == name && i.number == Number::Several);
    assigned(operation, "--input", &args.input, &inputs, several)?;
    let known = |given: &Assignment| parameter_name(operation, &given.name).is_some();
    if let Some(unknown) = args.param.iter().find(|given| !known(given)) {
        return Err(has_no(operation, "--param", &unknown.name, &parameters));
    }
    let canonical = |given: &Assignment| Assignment {
        name: parameter_name(operation, &given.name).unwrap_or_default().to_owned(),
        value: given.value.clone(),
    };
    let given: Vec<_> = args.param.iter().map(canonical).collect();
    assigned(operation, "--param", &given, &parameters, |_| false)?;
    assigned(operation, "--output", &args.output, &kept, |_| false)?;
    required(operation, args)?;
    if args.output.is_empty() {
        let what = format!("nothing of {} would be kept; add --output {}=FILE.npy", operation.name, kept[0]);
        return Err(Usage(what));
    }
    Ok(())
}

fn required(operation: &Operation, args: &Args) -> Result<(), Usage> {
    let is_given = |given: &[Assignment], name: &str| given.iter().any(|a| a.name == name);
    let missing = |what: String| Err(Usage(format!("{} needs {what}", operation.name)));
    if let Some(input) = operation.inputs.iter().find(|i| !i.number.may_be_none() && !is_given(&args.input, i.name)) {
        return missing(format!("--input {}=FILE.npy", input.name));
    }
    match operation.parameters.iter().find(|p| p.default.is_none() && !is_given(&args.param, p.name)) {
        Some(parameter) => missing(format!("--param {}=VALUE, {}", parameter.name, parameter.expects)),
        None => Ok(()),
    }
}

/// The name of a parameter, which may be given by another one.
fn parameter_name(operation: &Operation, given: &str) -> Option<&'static str> {
    let is = |p: &&prism_device::operation::Parameter| p.name == given || p.aliases.contains(&given);
    operation.parameters.iter().find(is).map(|p| p.name)
}

/// Each assignment is to one of `names`, once unless it may be several.
fn assigned(
    operation: &Operation,
    flag: &str,
    given: &[Assignment],
    names: &[&str],
    several: impl Fn(&str) -> bool,
) -> Result<(), Usage> {
    for (at, Assignment { name, .. }) in given.iter().enumerate() {
        if !names.contains(&name.as_str()) {
            return Err(has_no(operation, flag, name, names));
        }
        if given[..at].iter().any(|before| before.name == *name) && !several(name) {
            return Err(Usage(format!("{flag} {name} is given twice; give it once")));
        }
    }
    Ok(())
}

fn has_no(operation: &Operation, flag: &str, name: &str, names: &[&str]) -> Usage {
    let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Usage(format!("{} has no {flag} `{name}`; it has {there}", operation.name))
}

/// The array of a file, for an input.
struct File {
    input: &'static str,
    element: Option<Dtype>,
    path: PathBuf,
    value: Value,
}

/// The files of those inputs, in the order of the inputs.
fn files_of(operation: &Operation, args: &Args, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<File>, Usage> {
    let of = |input: &Input| {
        let (name, element) = (input.name, input.element);
        args.input.iter().filter(move |a| a.name == name).map(move |a| (name, element, PathBuf::from(&a.value)))
    };
    let read = |(input, element, path): (_, _, PathBuf)| {
        let value = read(&path)?;
        Ok(File { input, element, path, value })
    };
    operation.inputs.iter().filter(|input| is_wanted(input.name)).flat_map(of).map(read).collect()
}

/// The element type asked for, else that of the first input that has the operation's own; of inputs, their files and types.
fn element(operation: &Operation, asked: Option<&str>, given: &[(&str, &Path, Dtype)]) -> Result<Dtype, Usage> {
    let types = super::names(operation.types).join(", ");
    if let Some(asked) = asked {
        let found = operation.types.iter().copied().find(|element| element.name() == asked);
        return found.ok_or_else(|| Usage(format!("{} has no form for {asked}; it has {types}", operation.name)));
    }
    let is_own = |name: &str| operation.input(name).is_some_and(|input| input.element.is_none());
    let Some((input, path, held)) = given.iter().find(|(name, ..)| is_own(name)).copied() else {
        return Ok(operation.types.first().copied().unwrap_or(Dtype::F32));
    };
    if operation.types.contains(&held) {
        return Ok(held);
    }
    Err(Usage(format!(
        "{} holds {held}; {} takes {types} as `{input}`: choose one with --precision, or convert the file",
        path.display(),
        operation.name
    )))
}

impl File {
    /// As its input needs it: of the operation's type by conversion if that was asked for, else only without loss.
    fn in_type(self, operation: &Operation, element: Dtype, convert: bool) -> Result<Self, Usage> {
        let (wanted, held) = (self.element.unwrap_or(element), self.value.dtype());
        let converted = match self.value {
            value if held == wanted => Some(value),
            Value::U16(shape, bits) if wanted == Dtype::BF16 => {
                Some(Value::BF16(shape, bits.into_iter().map(prism_device::bf16::from_bits).collect()))
            }
            value if convert && self.element.is_none() => value.converted(wanted),
            value => value.converted(wanted).filter(|c| self.element.is_some() && c.doubles() == value.doubles()),
        };
        let refused = || {
            let path = self.path.display();
            Usage(format!("{path} holds {held}; {} takes {wanted} as `{}`: convert it", operation.name, self.input))
        };
        Ok(Self { value: converted.ok_or_else(refused)?, ..self })
    }
}

/// The settings given, and those that an output asked for implies: `with_edges` for `edges`.
fn parameters(operation: &Operation, args: &Args) -> Vec<(&'static str, String)> {
    let given = args.param.iter().filter_map(|a| Some((parameter_name(operation, &a.name)?, a.value.clone())));
    let mut parameters: Vec<_> = given.collect();
    for output in &args.output {
        let implied = parameter_name(operation, &format!("with_{}", output.name));
        let implied = implied.filter(|name| parameters.iter().all(|(given, _)| given != name));
        parameters.extend(implied.map(|name| (name, "true".to_owned())));
    }
    parameters
}

fn call(
    operation: &Operation,
    given: &[File],
    parameters: Vec<(&'static str, String)>,
    element: Dtype,
    device: Device,
) -> Result<Call<'static>, prism_device::Error> {
    let upload = |file: &File| Ok((file.input, file.value.boxed(&device)?));
    let inputs = given.iter().map(upload).collect::<Result<_, prism_device::Error>>()?;
    Ok(Call { operation: operation.name, device, element, inputs, parameters })
}
