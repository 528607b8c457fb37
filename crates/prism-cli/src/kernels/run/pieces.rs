//! An operation on arrays that the device need not hold: some rows after others, through a pipeline, from file to file.

use super::{Args, Assignment, File as Array, element, files_of, made_no, parameters};
use crate::exit::{self, Usage};
use crate::kernels::npy;
use crate::{interrupt, output};
use anyhow::{Context, Result};
use prism_device::conformance::Uploaded;
use prism_device::operation::Call;
use prism_device::transfer::PinnedValue;
use prism_device::{Device, Dtype, Operation, PinnedMemoryPool, Pipeline};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Most bytes of a piece: beyond it a copy is as fast as it gets.
const PIECE: u64 = 64 << 20;
/// Pieces in and out, and room to work in, that are on the device at a time.
const ABOARD: u64 = 10;

/// A run in pieces.
pub struct Pieces<'a> {
    operation: &'a Operation,
    outputs: &'a [Assignment],
    parameters: Vec<(&'static str, String)>,
    element: Dtype,
    cut: Vec<Cut>,
    whole: Vec<Array>,
}

/// An input that is taken in pieces.
struct Cut {
    input: &'static str,
    path: PathBuf,
    dtype: Dtype,
    shape: Vec<usize>,
    /// The bytes before its values.
    begin: u64,
}

/// A result that grows; it is in its place when it is whole, and nowhere when it never is.
struct Growing {
    file: File,
    partial: PathBuf,
    path: PathBuf,
}

impl<'a> Pieces<'a> {
    /// What the arguments ask for, in pieces.
    ///
    /// # Errors
    /// The operation is not of rows, or a file does not hold them one after another in the operation's type.
    pub fn of(operation: &'a Operation, args: &'a Args) -> Result<Self, Usage> {
        let is_cut = |given: &&Assignment| operation.rows.iter().any(|rows| rows.input == given.name);
        let cut =
            args.input.iter().filter(is_cut).map(|given| Cut::of(operation, given)).collect::<Result<Vec<_>, _>>()?;
        let (parameters, shapes) = (parameters(operation, args), cut.iter().map(|cut| (cut.input, &*cut.shape)));
        if !operation.can_be_cut(&shapes.collect::<Vec<_>>(), &parameters) {
            let what =
                "cannot take these inputs in pieces: it works along their first axis, or they are not as many rows";
            return Err(Usage(format!("{} {what}", operation.name)));
        }
        let held = cut.iter().map(|cut| (cut.input, &*cut.path, cut.dtype)).collect::<Vec<_>>();
        let element = element(operation, args.precision.as_deref(), &held)?;
        cut.iter().try_for_each(|cut| cut.judge(operation, element))?;
        let whole = files_of(operation, args, |input| operation.rows.iter().all(|rows| rows.input != input))?;
        let whole = whole.into_iter().map(|file| file.in_type(operation, element, args.precision.is_some()));
        let whole = whole.collect::<Result<_, _>>()?;
        Ok(Self { operation, outputs: &args.output, parameters, element, cut, whole })
    }

    /// Runs it with as many rows at a time as the device has memory for, fewer if that was too many.
    pub fn run_fitting(&self, device: &Device) -> Result<()> {
        let free = device.memory()?.map_or(PIECE, |(free, _)| free as u64);
        let mut rows = ((free / ABOARD).min(PIECE) / self.row_bytes().max(1)).max(1) as usize;
        loop {
            let name = self.operation.name;
            output::say(&format!(
                "{name}: {} rows are taken {rows} at a time, {device} has not room for all",
                self.rows()
            ));
            match self.run(device, rows) {
                Err(error) if rows > 1 && exit::is_out_of_memory(&error) => rows /= 2,
                done => return done,
            }
        }
    }

    /// Runs it with so many rows at a time.
    pub fn run(&self, device: &Device, rows: usize) -> Result<()> {
        let whole = self.whole.iter().map(|file| {
            let buffer = Uploaded::owned(file.value.boxed(device)?).expect("it was just made");
            anyhow::Ok((file.input, buffer))
        });
        let whole = whole.collect::<Result<Vec<_>>>()?;
        let pipeline = Pipeline::over(device)?;
        let mut files = self.cut.iter().map(Cut::open).collect::<Result<Vec<_>>>()?;
        let pieces = (0..self.rows()).step_by(rows).map(|from| {
            let rows = rows.min(self.rows() - from);
            let read = self.cut.iter().zip(&mut files).map(|(cut, file)| cut.piece(file, rows, pipeline.pool()));
            read.collect::<Result<Vec<_>>>()
        });
        let mut growing = Vec::new();
        let write = |made: Vec<PinnedValue>| -> Result<()> {
            if growing.is_empty() {
                growing = self.begin(&made)?;
            }
            growing.iter_mut().zip(&made).try_for_each(|(file, made)| file.append(made))
        };
        pipeline.run(pieces, |cut| self.compute(device, cut, &whole), write, interrupt::asked)?;
        interrupt::whole(|| growing.into_iter().try_for_each(Growing::finish))
    }

    fn rows(&self) -> usize {
        self.cut[0].shape[0]
    }

    /// Bytes of a row of all inputs.
    fn row_bytes(&self) -> u64 {
        self.cut.iter().map(|cut| cut.shape[1..].iter().product::<usize>() as u64 * cut.dtype.size()).sum()
    }

    fn compute(&self, device: &Device, cut: &[Uploaded], whole: &[(&'static str, Uploaded)]) -> Result<Vec<Uploaded>> {
        let cut = self.cut.iter().zip(cut).map(|(cut, buffer)| (cut.input, buffer.lent()));
        let inputs = cut.chain(whole.iter().map(|(input, buffer)| (*input, buffer.lent()))).collect();
        let (operation, parameters) = (self.operation.name, self.parameters.clone());
        let call = Call { operation, device: device.clone(), element: self.element, inputs, parameters };
        let mut made = self.operation.run(call)?;
        let asked = self.outputs.iter().map(|output| {
            let at = made.iter().position(|(name, _)| *name == output.name);
            let at = at.ok_or_else(|| made_no(self.operation, &output.name))?;
            Ok(Uploaded::owned(made.swap_remove(at).1).expect("an operation makes what it returns"))
        });
        asked.collect()
    }

    /// The results' files, by what the first piece made.
    fn begin(&self, made: &[PinnedValue]) -> Result<Vec<Growing>> {
        let begun = self.outputs.iter().zip(made).map(|(output, made)| {
            let mut shape = made.shape().to_vec();
            shape[0] = self.rows();
            Growing::begin(Path::new(&output.value), made.dtype(), &shape)
        });
        begun.collect()
    }
}

impl Cut {
    fn of(operation: &Operation, given: &Assignment) -> Result<Self, Usage> {
        let path = PathBuf::from(&given.value);
        let header = npy::header(&path)?;
        let input = operation.input(&given.name).map_or("", |input| input.name);
        if header.fortran && header.shape.len() > 1 {
            let what = "has its rows across each other; to take them in pieces save it with `numpy.ascontiguousarray`";
            return Err(Usage(format!("{} {what}", path.display())));
        }
        let dtype = npy::dtype(&header.kind).ok_or_else(|| {
            let what = format!("holds values of type {}, which are not taken in pieces; convert it", header.kind);
            Usage(format!("{} {what}", path.display()))
        })?;
        Ok(Self { input, path, dtype, shape: header.shape, begin: header.bytes })
    }

    fn judge(&self, operation: &Operation, element: Dtype) -> Result<(), Usage> {
        let own = operation.input(self.input).and_then(|input| input.element);
        let (wanted, held, path) = (own.unwrap_or(element), self.dtype, self.path.display());
        if held == wanted {
            return Ok(());
        }
        Err(Usage(format!(
            "{path} holds {held}; in pieces it is taken as it is, and `{}` is {wanted}: convert it",
            self.input
        )))
    }

    fn open(&self) -> Result<File> {
        let mut file = File::open(&self.path).with_context(|| self.path.display().to_string())?;
        file.seek(SeekFrom::Start(self.begin))?;
        Ok(file)
    }

    fn piece(&self, file: &mut File, rows: usize, pool: &PinnedMemoryPool) -> Result<PinnedValue> {
        let shape: Vec<usize> = std::iter::once(rows).chain(self.shape[1..].iter().copied()).collect();
        let mut piece = PinnedValue::take(pool, self.dtype, &shape)?;
        file.read_exact(piece.bytes_mut()).with_context(|| self.path.display().to_string())?;
        Ok(piece)
    }
}

impl Growing {
    fn begin(path: &Path, dtype: Dtype, shape: &[usize]) -> Result<Self> {
        let partial = PathBuf::from(format!("{}.partial", path.display()));
        let unwritable = |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", path.display()));
        let file = File::create(&partial).map_err(|error| unwritable(&error))?;
        let mut growing = Self { file, partial, path: path.into() };
        let begin = npy::begin(&growing.file, dtype, shape).map_err(|error| unwritable(&error))?;
        growing.file.seek(SeekFrom::Start(begin))?;
        Ok(growing)
    }

    fn append(&mut self, made: &PinnedValue) -> Result<()> {
        self.file.write_all(made.bytes()).with_context(|| self.path.display().to_string())
    }

    fn finish(self) -> Result<()> {
        fs::rename(&self.partial, &self.path).with_context(|| self.path.display().to_string())
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        // After `finish` it is not there any more.
        let _ = fs::remove_file(&self.partial);
    }
}
