//! What the axes of an array mean, and its values sorted into channels.

use std::io::Read;

use super::element::Element;
use super::header::Header;
use crate::Result;
use crate::series::Orientation;
use crate::series::source::Source;
use crate::series::words::quoted;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    Trial,
    Time,
    Channel,
}

/// An array seen as trials × samples × channels.
pub(super) struct Axes {
    pub(super) trials: usize,
    /// Samples a trial.
    pub(super) samples: usize,
    pub(super) channels: usize,
    /// Whether the array has an axis of trials.
    pub(super) has_trials: bool,
    /// The axes with their sizes as they lie in the file, the fastest last.
    order: [(Axis, usize); 3],
}

impl Axes {
    /// The axes of `header` when channels lie as `orientation` says.
    pub(super) fn new(header: &Header, orientation: Orientation) -> Result<Self, String> {
        let (outer, inner) = match orientation {
            Orientation::Columns => (Axis::Time, Axis::Channel),
            Orientation::Rows => (Axis::Channel, Axis::Time),
        };
        let mut order = match *header.shape.as_slice() {
            [t] => [(Axis::Trial, 1), (Axis::Channel, 1), (Axis::Time, t)],
            [a, b] => [(Axis::Trial, 1), (outer, a), (inner, b)],
            [n, a, b] => [(Axis::Trial, n), (outer, a), (inner, b)],
            _ => return Err(format!("the array has the shape {:?}; it must have 1, 2 or 3 axes", header.shape)),
        };
        if header.fortran {
            order.reverse();
        }
        let size = |axis| order.iter().find(|(of, _)| *of == axis).map_or(0, |(_, size)| *size);
        let [trials, samples, channels] = [Axis::Trial, Axis::Time, Axis::Channel].map(size);
        if trials == 0 || samples == 0 || channels == 0 {
            return Err(format!("the array has the shape {:?} and so no values", header.shape));
        }
        Ok(Self { trials, samples, channels, has_trials: header.shape.len() == 3, order })
    }

    /// Reads all values in file order and keeps the channels `wanted`: `[wanted][trials · samples]`.
    pub(super) fn read(
        &self,
        source: Source,
        element: Element,
        input: &mut impl Read,
        names: &[String],
        wanted: &[usize],
    ) -> Result<Vec<Vec<f64>>> {
        let mut values = vec![vec![0.0; self.trials * self.samples]; wanted.len()];
        let slots = slots(self.channels, wanted);
        let [(_, slow), (_, middle), (_, fast)] = self.order;
        let steps = self.order.map(|(axis, _)| self.step(axis));
        let mut run = vec![0; fast * element.width];
        for (a, b) in (0..slow).flat_map(|a| (0..middle).map(move |b| (a, b))) {
            input.read_exact(&mut run).map_err(|error| source.unreadable(&error))?;
            for (c, bytes) in run.chunks_exact(element.width).enumerate() {
                let place = |of: fn(&Step) -> usize| a * of(&steps[0]) + b * of(&steps[1]) + c * of(&steps[2]);
                let (channel, sample) = (place(|step| step.channel), place(|step| step.sample));
                let Some(slot) = slots[channel] else { continue };
                let value = element.value(bytes);
                if !value.is_finite() {
                    let what =
                        format!("the value is {value}; every value must be finite, fill or cut such samples before");
                    return Err(source.fault_at(self.place(sample, &names[channel]), what));
                }
                values[slot][sample] = value;
            }
        }
        Ok(values)
    }

    /// How far one step along `axis` leads in the series.
    fn step(&self, axis: Axis) -> Step {
        match axis {
            Axis::Trial => Step { channel: 0, sample: self.samples },
            Axis::Time => Step { channel: 0, sample: 1 },
            Axis::Channel => Step { channel: 1, sample: 0 },
        }
    }

    fn place(&self, sample: usize, name: &str) -> String {
        let (trial, sample, name) = (sample / self.samples, sample % self.samples, quoted(name));
        let trial = if self.has_trials { format!("trial {trial}, ") } else { String::new() };
        format!("{trial}sample {sample} (from 0), channel {name}")
    }
}

struct Step {
    channel: usize,
    sample: usize,
}

/// Where each channel goes among those wanted.
fn slots(channels: usize, wanted: &[usize]) -> Vec<Option<usize>> {
    let mut slots = vec![None; channels];
    for (slot, &channel) in wanted.iter().enumerate() {
        slots[channel] = Some(slot);
    }
    slots
}
