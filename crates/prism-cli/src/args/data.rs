//! Which recording, and which channels of it.

use anyhow::Result;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use prism_ai::Series;
use prism_ai::series::{Columns, Orientation, ReadOptions};
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(next_help_heading = "Data")]
pub struct Data {
    /// Recording: CSV, NPY, NPZ or Parquet
    #[arg(value_name = "DATA")]
    pub path: PathBuf,

    /// Whether channels lie in columns or in rows
    #[arg(long, value_name = "columns|rows", default_value = "columns", value_parser = orientation(), hide_possible_values = true)]
    orientation: Orientation,

    /// Column with the trial of each row, when there are several trials
    #[arg(long, value_name = "COL")]
    trials: Option<String>,

    /// Channels to read: names or indices from 0, with commas
    #[arg(long, value_name = "COLS")]
    select: Option<Columns>,

    /// Array to read from an NPZ file
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
}

impl Data {
    /// Reads the recording.
    pub fn read(&self) -> Result<Series> {
        let Self { orientation, trials, select, key, .. } = self;
        let options =
            ReadOptions { orientation: *orientation, trials: trials.clone(), select: select.clone(), key: key.clone() };
        Ok(prism_ai::series::read(&self.path, &options)?)
    }
}

fn orientation() -> impl TypedValueParser<Value = Orientation> {
    PossibleValuesParser::new(["columns", "rows"]).map(|word| match word.as_str() {
        "rows" => Orientation::Rows,
        _ => Orientation::Columns,
    })
}
