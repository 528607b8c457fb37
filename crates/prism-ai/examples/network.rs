//! The network of a recording: what drives Kp in the solar wind. The README shows this file from its first `use` on.
//!
//! `cargo run --release --package prism-ai --example network`, in the root of the repository.

use prism_ai::progress::Silent;
use prism_ai::report::table;
use prism_ai::series::{ReadOptions, read};
use prism_ai::transfer_entropy::{Plan, Settings, SurrogateMethod};
use prism_device::DeviceChoice;
use std::path::Path;

fn main() -> prism_ai::Result<()> {
    let series = read(Path::new("examples/data/solar_wind.csv"), &ReadOptions::default())?;
    let kp = series.names().iter().position(|name| name == "kp");
    let settings = Settings {
        targets: kp.map(|kp| vec![kp]),
        delays: vec![1, 2],
        surrogates: 99,
        surrogate_method: SurrogateMethod::Shift,
        ..Settings::default()
    };
    let plan = Plan::new(series, settings)?;
    plan.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));

    let network = plan.run(&DeviceChoice::Auto.open()?.device, &Silent)?;
    print!("{}", table(&network, 20));
    for edge in network.edges() {
        let [source, target] = [edge.source, edge.target].map(|channel| &network.names[channel]);
        println!("{source} → {target}, delay {}: {:.3} {}", edge.delay, edge.te, network.units);
    }
    Ok(())
}
