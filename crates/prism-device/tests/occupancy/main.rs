//! The calculated occupancy is the driver's own, over registers, block sizes and shared memory.
//!
//! On a machine with a GPU the driver is asked. The answers of driver 580.159 on an NVIDIA H200, to 5.3 million
//! launches, are kept in a table that every machine compares. To write it anew, give
//! `cargo test --release -p prism-device --test occupancy -- --ignored` the variable `OCCUPANCY_TABLE=FILE`.

mod driver;
mod grid;
mod table;

use driver::Functions;
use grid::{Point, calculated, shared_sizes};
use prism_device::Device;
use prism_device::occupancy::{ComputeCapability, GpuProperties, KernelTuner};
use table::Table;

const H200: &str = include_str!("h200.txt");

#[test]
fn equals_the_table_of_the_drivers_answers() {
    let hopper = ComputeCapability { major: 9, minor: 0 };
    let tuner = KernelTuner::of(GpuProperties::published("NVIDIA H200", hopper, 132).unwrap()).unwrap();
    assert_equal(&tuner, &Table::parse(H200));
}

#[test]
#[ignore = "asks a GPU's driver"]
fn equals_the_driver() {
    let tuner = KernelTuner::new().unwrap();
    let gpu = tuner.get_properties();
    let functions = Functions::load(&gpu);
    let table = Table::ask(&gpu, &functions.registers(), |point| functions.blocks(point));
    if let Ok(path) = std::env::var("OCCUPANCY_TABLE") {
        std::fs::write(path, table.to_string()).unwrap();
    }
    assert_equal(&tuner, &table);
}

#[test]
#[ignore = "asks a GPU's driver"]
fn the_driver_reports_the_published_limits() {
    let asked = Device::cuda(0).unwrap().properties().unwrap();
    println!("{asked:#?}");
    let published = GpuProperties::published(&asked.name, asked.compute_capability, asked.multiprocessors).unwrap();
    assert_eq!(GpuProperties { clock: None, memory: None, ..asked }, published);
}

/// Compares every launch of the table; names the first fifty that differ, and how many do.
fn assert_equal(tuner: &KernelTuner, table: &Table) {
    let has_step = |step| table.registers().any(|registers| registers.div_ceil(8) == step);
    assert!((1..=32).all(has_step), "the table lacks a step in which registers are allocated");
    let shared_sizes: Vec<u32> = shared_sizes(&tuner.get_properties()).collect();
    let compared = table.points(&shared_sizes).map(|(point, driver)| (point, driver, calculated(tuner, point)));
    let differing: Vec<(Point, u32, u32)> = compared.filter(|(_, driver, own)| driver != own).collect();
    let line =
        |(point, driver, own): &(Point, u32, u32)| format!("{point:?}: {driver} by the driver, {own} calculated");
    let first: Vec<String> = differing.iter().take(50).map(line).collect();
    assert!(differing.is_empty(), "{} launches differ:\n{}", differing.len(), first.join("\n"));
}
