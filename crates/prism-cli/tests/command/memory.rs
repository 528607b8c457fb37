//! Limits, logs and replays of GPU memory, as far as a machine without a GPU goes.

use crate::sandbox::Sandbox;

const LOG: &str = "microseconds,event,address,bytes,stream,holder\n\
                   1,allocate,4096,1000,0,softmax\n\
                   2,free,4096,1024,0,softmax\n\
                   3,allocate,4096,1000,0,softmax\n\
                   4,allocate,8192,3000000,1,matmul\n\
                   5,free,8192,3145728,1,matmul\n";

#[test]
fn a_log_is_replayed_against_a_pool_and_without_one() {
    let sandbox = Sandbox::new();
    sandbox.write("log.csv", LOG);
    let pooled = sandbox.done("memory replay log.csv");
    assert!(pooled.starts_with("requests       3 granted, 0 refused, 1 never given back\n"), "{pooled}");
    assert!(pooled.contains("from device    2 allocations: 33.33 % of the requests were served again"), "{pooled}");
    let plain = sandbox.done("memory replay log.csv --no-memory-pool");
    assert!(plain.contains("from device    3 allocations: 0.00 %"), "{plain}");
    let json: serde_json::Value = serde_json::from_str(&sandbox.done("memory replay log.csv --json")).unwrap();
    assert_eq!((&json["allocations"], &json["left_at_the_end"]), (&3.into(), &1.into()));
    assert_eq!((&json["source_allocations"], &json["fragmentation"]), (&2.into(), &0.0.into()));
}

#[test]
fn a_smaller_memory_refuses_and_says_what_to_do() {
    let sandbox = Sandbox::new();
    sandbox.write("log.csv", LOG);
    for line in ["memory replay log.csv --capacity 1MiB", "memory replay log.csv --memory-limit 1MiB"] {
        let said = sandbox.done(line);
        assert!(said.starts_with("requests       2 granted, 1 refused"), "{said}");
        assert!(said.contains("advice         requests refused: 1; use smaller batches or a higher limit"), "{said}");
    }
}

#[test]
fn a_log_that_is_none_is_refused_by_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("log.csv", LOG.replace("2,free", "2,lost"));
    sandbox.refuses("memory replay log.csv", "log.csv: line 3: `event` must be allocate, refuse or free");
    assert_eq!(sandbox.run("memory replay none.csv").status.code(), Some(2));
}

#[test]
fn limits_of_a_gpu_are_not_for_the_cpu() {
    let message = "--memory-limit, --memory-log, --memory-statistics and --no-memory-pool are of a GPU's memory; leave them out with --device cpu";
    for option in ["--memory-limit 1GiB", "--memory-log log.csv", "--memory-statistics s.json", "--no-memory-pool"] {
        Sandbox::with_good().refuses(&format!("te good.csv --device cpu {option}"), message);
    }
}
