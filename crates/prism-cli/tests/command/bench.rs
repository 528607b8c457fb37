//! What the runtime costs, and contracts about it, as far as a machine without a GPU goes.

use crate::sandbox::{Sandbox, text};
use serde_json::Value;

const SHORT: &str = "bench runtime --device cpu --samples 3 --operations 20000";

fn objects(said: &str) -> Vec<Value> {
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_a_cpu_can_show_is_measured_and_what_is_missing_is_said() {
    let said = Sandbox::new().done(&format!("{SHORT} --json"));
    let objects = objects(&said);
    let latencies: Vec<&Value> = objects.iter().filter(|object| !object["latency"].is_null()).collect();
    assert_eq!(latencies.len(), 11, "{said}");
    for latency in latencies {
        let [p50, p99, p99_9] = ["p50_us", "p99_us", "p99_9_us"].map(|quantile| latency[quantile].as_f64().unwrap());
        assert!(0.0 < p50 && p50 <= p99 && p99 <= p99_9, "{latency}");
    }
    assert_eq!((&objects[11]["group"], &objects[11]["fragmentation"]), (&"memory".into(), &0.0.into()));
    let missing: Vec<&Value> = objects.iter().filter_map(|object| object.get("missing")).collect();
    assert_eq!(missing, ["pipeline", "activity and memory.network_reuse"], "{said}");
    assert!(objects.iter().all(|object| object["device"] == "cpu"), "{said}");
}

#[test]
fn a_contract_is_judged_bar_by_bar_and_a_missing_figure_keeps_none() {
    let sandbox = Sandbox::new();
    sandbox.write("slo.toml", "[latency.launch_1k]\np50_us = 1e9\np99_us = 0\n[activity]\nsm = 0\n");
    let output = sandbox.run(&format!("{SHORT} --slo slo.toml"));
    assert_eq!(output.status.code(), Some(5));
    let said = text(&output.stdout);
    let verdicts: Vec<&str> = said.lines().skip_while(|line| !line.starts_with("broken")).collect();
    assert_eq!(verdicts[0], "broken  activity.sm: not measured, at least 0");
    assert!(verdicts[1].starts_with("kept    latency.launch_1k.p50_us: "), "{said}");
    assert!(verdicts[2].starts_with("broken  latency.launch_1k.p99_us: "), "{said}");
    let broken = "error: slo.toml: 2 of 3 bars are broken: activity.sm, latency.launch_1k.p99_us\n";
    assert_eq!(text(&output.stderr), broken);
    sandbox.write("slo.toml", "latency.launch_1k.p50_us = 1e9");
    let kept = objects(&sandbox.done(&format!("{SHORT} --slo slo.toml --json"))).pop().unwrap();
    assert_eq!((&kept["verdict"], &kept["bar"]), (&"kept".into(), &1e9.into()));
}

#[test]
fn a_contract_that_is_none_is_refused_before_anything_is_measured() {
    let sandbox = Sandbox::new();
    sandbox.write("slo.toml", "[latency.launch]\np50_us = 20");
    let output = sandbox.run("bench runtime --slo slo.toml");
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    let begins = "error: --slo: slo.toml: there is no figure `latency.launch`; there are allocate_256_b, ";
    assert!(text(&output.stderr).starts_with(begins), "{}", text(&output.stderr));
    sandbox.refuses("bench runtime --slo none.toml", "--slo: none.toml: No such file or directory (os error 2)");
}

#[test]
fn the_projects_own_contract_names_figures_that_there_are() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/slo.toml");
    let output = Sandbox::new().run(&format!("{SHORT} --slo {own}"));
    assert_eq!(output.status.code(), Some(5), "without a GPU figures are missing: {}", text(&output.stderr));
}

#[test]
fn defaults_are_a_directory_and_a_gpus() {
    let sandbox = Sandbox::new();
    let line = "kernels bench relu --device cpu --defaults";
    sandbox.refuses(&format!("{line} none"), "--defaults: none is no directory");
    sandbox.refuses(&format!("{line} ."), "--defaults are of a GPU; leave it out on the CPU");
}
