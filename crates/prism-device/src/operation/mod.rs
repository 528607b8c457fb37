//! Operations by name: what the command line and other front ends need to know to call one.
//!
//! `#[operation]` on a function makes an [`Operation`] of it. A kernel is one as it stands: [`Operation::of`].

mod call;
mod kernel;
mod rows;
mod setting;

pub use call::{Call, Made, Outputs};
pub use rows::Rows;
pub use setting::{Parameter, Setting, Settings, same_choice};

use crate::memory::held_by;
use crate::{Dtype, Entry, Result};

/// A function of the catalogue as data, with a way to call it by names.
pub struct Operation {
    /// Its name in the catalogue.
    pub name: &'static str,
    /// What it computes: the text of its documentation, the first paragraph a summary.
    pub documentation: &'static str,
    /// The file it is written in.
    pub source: &'static str,
    /// The element types its type parameter takes; empty when it has none.
    pub types: &'static [Dtype],
    /// What it reads.
    pub inputs: Vec<Input>,
    /// Its settings, in order.
    pub parameters: Vec<Parameter>,
    /// What it returns, in order; what it changes in place is among the inputs.
    pub outputs: Vec<Output>,
    /// The kernels it may launch.
    pub kernels: Vec<&'static Entry>,
    /// The inputs that are rows: what comes of some, then of the others, is what comes of all. Empty where work is not of rows.
    pub rows: Vec<Rows>,
    /// Calls it.
    pub call: Box<dyn Fn(Call<'_>) -> Result<Made> + Send + Sync>,
}

/// A buffer that an operation reads.
pub struct Input {
    /// Its name.
    pub name: &'static str,
    /// Its element type; `None` is the operation's type parameter.
    pub element: Option<Dtype>,
    /// How many of them a call takes.
    pub number: Number,
}

/// How many buffers stand under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// One.
    One,
    /// One or none.
    Optional,
    /// Any number, in order.
    Several,
    /// One that is changed and is an output too.
    InPlace,
    /// As `InPlace`, or none.
    OptionalInPlace,
}

impl Number {
    /// Whether a call may leave it out.
    pub fn may_be_none(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalInPlace | Self::Several)
    }

    /// Whether the operation changes it.
    pub fn is_written(self) -> bool {
        matches!(self, Self::InPlace | Self::OptionalInPlace)
    }
}

/// A buffer that an operation returns.
pub struct Output {
    /// Its name.
    pub name: &'static str,
    /// What it is, when the operation's own text does not say.
    pub documentation: &'static str,
    /// Whether a call may come without it.
    pub optional: bool,
}

impl Operation {
    /// The family: the folder its source lies in.
    pub fn family(&self) -> &'static str {
        self.source.rsplit('/').nth(1).unwrap_or_default()
    }

    /// The first paragraph of its documentation.
    pub fn summary(&self) -> String {
        let lines = self.documentation.trim().lines().map(str::trim);
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Calls it; the memory it takes is held under its name.
    ///
    /// # Errors
    /// What the operation refuses, or a failure of the device.
    pub fn run(&self, call: Call<'_>) -> Result<Made> {
        held_by(self.name, || (self.call)(call))
    }

    /// The input of that name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The names of everything a call can keep: outputs, then what is changed in place.
    pub fn kept(&self) -> impl Iterator<Item = &'static str> {
        let in_place = self.inputs.iter().filter(|i| i.number.is_written()).map(|i| i.name);
        self.outputs.iter().map(|o| o.name).chain(in_place)
    }
}
