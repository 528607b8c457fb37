//! Oscillators in a network, stage by stage.

use super::kuramoto_evolution::{NAME, Normalisation, Oscillators};
use super::{NETWORK_STAGE, network_degree};
use crate::argument::{exactly, require};
use prism_device::{Arg, Buffer, Element, ErrorKind, Real, Result, run};

/// The couplings of a network, what there is not of them empty.
pub(super) struct Network<'a, T: Real> {
    dense: Given<'a, T>,
    row_start: Given<'a, i32>,
    column: Given<'a, i32>,
    value: Given<'a, T>,
}

/// A buffer of the caller, or an empty one.
enum Given<'a, T: Element> {
    Caller(&'a Buffer<T>),
    Nothing(Buffer<T>),
}

impl<T: Element> Given<'_, T> {
    fn get(&self) -> &Buffer<T> {
        match self {
            Self::Caller(buffer) => buffer,
            Self::Nothing(buffer) => buffer,
        }
    }
}

impl<'a, T: Real> Network<'a, T> {
    /// None where there are no couplings.
    pub fn of(
        n: usize,
        a: Option<&'a Buffer<T>>,
        row_start: Option<&'a Buffer<i32>>,
        column: Option<&'a Buffer<i32>>,
        value: Option<&'a Buffer<T>>,
    ) -> Result<Option<Self>> {
        let compressed = [row_start.is_some(), column.is_some(), value.is_some()];
        let whole = compressed == [compressed[0] && a.is_none(); 3];
        require(NAME, whole, "a, or row_start, column and value, or none of them", || {
            let given = [a.is_some(), compressed[0], compressed[1], compressed[2]];
            let names = ["a", "row_start", "column", "value"];
            names
                .into_iter()
                .zip(given)
                .filter(|(_, given)| *given)
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
                .join(", ")
        })?;
        if let Some(a) = a {
            fits("a", a, &[n, n])?;
            let none = |of: &Buffer<T>| of.device().zeros::<i32>(&[0]);
            let value = Given::Nothing(a.device().zeros(&[0])?);
            let (row_start, column) = (Given::Nothing(none(a)?), Given::Nothing(none(a)?));
            return Ok(Some(Self { dense: Given::Caller(a), row_start, column, value }));
        }
        let (Some(row_start), Some(column), Some(value)) = (row_start, column, value) else { return Ok(None) };
        fits("row_start", row_start, &[n + 1])?;
        fits("column", column, &[value.shape().iter().product()])?;
        fits("value", value, column.shape())?;
        let dense = Given::Nothing(value.device().zeros(&[0, 0])?);
        let (row_start, column, value) = (Given::Caller(row_start), Given::Caller(column), Given::Caller(value));
        Ok(Some(Self { dense, row_start, column, value }))
    }
}

fn fits<T: Element>(argument: &'static str, buffer: &Buffer<T>, shape: &[usize]) -> Result<()> {
    exactly(NAME, argument, buffer.shape(), shape)
}

/// The last phases, and the order parameter after every step.
pub(super) fn evolve_in_network<T: Real>(
    system: &Oscillators<T>,
    network: &Network<T>,
) -> Result<(Buffer<T>, Buffer<T>)> {
    let Oscillators { b, n, settings, .. } = *system;
    let device = system.theta.device();
    let (start, omega) = (system.theta.seen_as(&[b, n])?, system.omega.seen_as(&[b, n])?);
    let (mut theta, mut r) = (device.zeros::<T>(&[b, n])?, device.zeros::<T>(&[b, system.kept()])?);
    let (mut weighed, mut status) = (device.zeros::<T>(&[b, n])?, device.zeros::<u32>(&[1])?);
    let mut phasors = [device.zeros::<T>(&[b, 2, n])?, device.zeros::<T>(&[b, 2, n])?];
    let degree = degree(system, network, &mut status)?;

    let mut stage = |theta: &mut Buffer<T>, stage: u32, step| {
        let [from, to] = &mut phasors;
        let (a, row_start) = (network.dense.get(), network.row_start.get());
        let couplings = [Arg::In(a), Arg::In(row_start), Arg::In(network.column.get()), Arg::In(network.value.get())];
        let read =
            [Arg::In(&start), Arg::In(&omega)].into_iter().chain(couplings).chain([Arg::In(&degree), Arg::In(&*from)]);
        let written = [Arg::Out(theta), Arg::Out(&mut weighed), Arg::Out(&mut *to), Arg::Out(&mut status)];
        let counts = [stage, settings.stages(), settings.wrap.into()].map(|count| Arg::Scalar(count.into()));
        let draws = [settings.seed, system.number(step)].map(|number| Arg::Scalar(number.into()));
        let scalars = settings.numbers().into_iter().chain(counts).chain(draws);
        let done = run(&NETWORK_STAGE, &mut read.chain(written).chain(scalars).collect::<Vec<_>>());
        std::mem::swap(from, to);
        done
    };
    stage(&mut theta, 0, 0)?;
    for step in 0..settings.steps {
        (1..=settings.stages()).try_for_each(|at| stage(&mut theta, at, step))?;
        system.keep(&theta, &mut r, step)?;
    }
    if status.download()?.iter().any(|&word| word != 0) {
        let (argument, fault) = ("row_start", "has a row that points outside the matrix");
        return Err(ErrorKind::Data { kernel: NAME, argument, fault }.into());
    }
    Ok((theta, r))
}

/// The degrees where they divide the coupling, else nothing.
fn degree<T: Real>(system: &Oscillators<T>, network: &Network<T>, status: &mut Buffer<u32>) -> Result<Buffer<T>> {
    let by_degree = system.settings.n == Normalisation::Degree;
    let mut degree = system.theta.device().zeros(&[if by_degree { system.n } else { 0 }])?;
    if by_degree {
        let Network { dense, row_start, column, value } = network;
        network_degree(dense.get(), row_start.get(), column.get(), value.get(), &mut degree, status)?;
    }
    Ok(degree)
}
